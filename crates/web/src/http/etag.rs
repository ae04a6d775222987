//! Versions of what was sent, and conditions on them.

use data_encoding::BASE64URL_NOPAD;
use http::HeaderValue;
use sha2::{Digest, Sha256};

/// A strong entity tag (RFC 9110): names one version of a thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ETag(String);

impl ETag {
    /// The tag of a thing whose versions are counted: `"v7"`.
    pub fn of_version(version: u64) -> Self {
        Self(format!("\"v{version}\""))
    }

    /// The tag of content, from its hash.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let hash = Sha256::digest(bytes);
        Self(format!("\"{}\"", BASE64URL_NOPAD.encode(hash.get(..15).unwrap_or_default())))
    }

    /// With its quotes, as in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag without the mark of a proxy that compresses.
    fn as_given_out(&self) -> Self {
        let value = self.0.trim_matches('"');
        let marks = ["-gzip", "-br", "-zstd", "-deflate", ";gzip"];
        let plain = marks.iter().find_map(|mark| value.strip_suffix(mark));
        Self(format!("\"{}\"", plain.unwrap_or(value)))
    }

    /// The tag in an `ETag` header of ours.
    pub fn of_header(value: &HeaderValue) -> Option<Self> {
        tags(value.to_str().ok()?)?.into_iter().next().map(|(_, tag)| tag)
    }

    /// The `ETag` header.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// An `If-Match` header: the versions on which a change may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any version there is.
    Any,
    /// One of these. A proxy that compresses makes our tags weak (`W/"v7"`) or marks them
    /// (`"v7-gzip"`); they name the same version, so both are taken as the tag that was given out.
    Tags(Vec<ETag>),
}

impl IfMatch {
    /// Reads the header. `None` when it is malformed; such a request is answered with 400.
    pub fn parse(header: &str) -> Option<Self> {
        if header.trim() == "*" {
            return Some(Self::Any);
        }
        let tags = tags(header)?;
        Some(Self::Tags(tags.iter().map(|(_, tag)| tag.as_given_out()).collect()))
    }

    /// Whether the version that exists now is one of those.
    pub fn allows(&self, current: &ETag) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.contains(current),
        }
    }
}

/// Whether an `If-None-Match` header names the current version, so that 304 is the answer. A
/// malformed header names nothing.
pub fn none_match(header: &str, current: &ETag) -> bool {
    header.trim() == "*"
        || tags(header).is_some_and(|tags| {
            tags.iter().any(|(_, tag)| tag == current || tag.as_given_out() == *current)
        })
}

/// The tags of a list, each with whether it is weak; `None` when it is not a list of tags.
fn tags(header: &str) -> Option<Vec<(bool, ETag)>> {
    let mut tags = Vec::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        let (weak, after) = match rest.strip_prefix("W/") {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (value, tail) = after.strip_prefix('"')?.split_once('"')?;
        tags.push((weak, ETag(format!("\"{value}\""))));
        let tail = tail.trim_start();
        rest = match tail.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None if tail.is_empty() => "",
            None => return None,
        };
    }
    if tags.is_empty() { None } else { Some(tags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_needs_the_version_it_was_made_on() {
        let current = ETag::of_version(7);
        let allows = |header| IfMatch::parse(header).map(|condition| condition.allows(&current));
        assert_eq!(allows("\"v7\""), Some(true));
        assert_eq!(allows("\"v6\", \"v7\""), Some(true));
        assert_eq!(allows("\"a,b\",\"v6\""), Some(false));
        assert_eq!(allows("*"), Some(true));
        for by_a_proxy in ["W/\"v7\"", "\"v7-gzip\"", "W/\"v7-br\"", "\"v6\", W/\"v7\""] {
            assert_eq!(allows(by_a_proxy), Some(true), "{by_a_proxy}");
        }
        assert_eq!(allows("W/\"v6\""), Some(false));
        for malformed in ["", "v7", "\"v7", "\"a\" \"b\""] {
            assert_eq!(allows(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn what_the_reader_has_is_not_sent_again() {
        let current = ETag::of_bytes(b"content");
        assert!(none_match(current.as_str(), &current));
        assert!(none_match(&format!("W/{}", current.as_str()), &current));
        let marked = format!("{}-gzip\"", current.as_str().trim_end_matches('"'));
        assert!(none_match(&marked, &current));
        assert!(!none_match("\"other\"", &current));
        assert!(!none_match("garbage", &current));
    }
}
