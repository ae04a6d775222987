//! The type of a body, as its `Content-Type` says it: letter case and parameters do not matter, except
//! for the encoding of text.

/// Whether a `Content-Type` is this type, whatever its parameters.
pub fn is_media_type(content_type: Option<&str>, wanted: &str) -> bool {
    let given = content_type.and_then(|text| text.split(';').next());
    given.is_some_and(|given| given.trim().eq_ignore_ascii_case(wanted))
}

/// The encoding that a `Content-Type` names, when it is another than UTF-8.
pub fn other_charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
    let mut named = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let charset = named.next()?.1.trim().trim_matches('"');
    // ASCII is a part of UTF-8.
    let known = ["utf-8", "utf8", "us-ascii", "ascii"];
    let is_known = known.iter().any(|known| charset.eq_ignore_ascii_case(known));
    if is_known { None } else { Some(charset) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_told_without_its_parameters() {
        for json in ["application/json", "Application/JSON", "application/json ; charset=utf-8"] {
            assert!(is_media_type(Some(json), "application/json"), "{json}");
        }
        for other in
            [None, Some(""), Some("application/jsonp"), Some("application/json-patch+json")]
        {
            assert!(!is_media_type(other, "application/json"), "{other:?}");
        }
    }

    #[test]
    fn an_encoding_other_than_utf_8_is_named() {
        for text in
            ["a/b", "a/b; charset=UTF-8", "a/b;charset=\"utf-8\"", "a/b; x=1; charset=utf8;"]
        {
            assert_eq!(other_charset(text), None, "{text}");
        }
        assert_eq!(other_charset("a/b; Charset=ISO-8859-1"), Some("ISO-8859-1"));
        assert_eq!(other_charset("a/b; x=1;charset=\"utf-16\""), Some("utf-16"));
    }
}
