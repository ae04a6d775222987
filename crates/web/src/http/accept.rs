//! Whether the caller reads pages or data.

/// What kind of answer the caller prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A page.
    Html,
    /// JSON, and problems as `application/problem+json`.
    Json,
}

/// How well an `Accept` header likes one type: thousandths, by the most specific range that covers it.
fn liking(accept: &str, kind: &str, subtype: &str) -> u16 {
    let mut best = (0_u8, 0_u16);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let Some((range_kind, range_subtype)) = parts.next().and_then(|full| full.split_once('/'))
        else {
            continue;
        };
        let specificity = if range_kind.eq_ignore_ascii_case(kind) {
            if range_subtype.eq_ignore_ascii_case(subtype) {
                3
            } else if range_subtype == "*" {
                2
            } else {
                continue;
            }
        } else if range_kind == "*" && range_subtype == "*" {
            1
        } else {
            continue;
        };
        let quality = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(1000, thousandths);
        if specificity > best.0 {
            best = (specificity, quality);
        }
    }
    best.1
}

/// A quality such as `0.8` as 800; what cannot be read counts as 1000.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole != "0" {
        return 1000;
    }
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    digits.parse().unwrap_or(1000)
}

/// What an `Accept` header prefers. JSON only when it is liked better than a page, so a browser and a
/// caller without preference get a page.
pub fn wants(accept: Option<&str>) -> Wants {
    let Some(accept) = accept else {
        return Wants::Html;
    };
    let html = liking(accept, "text", "html");
    let json =
        liking(accept, "application", "json").max(liking(accept, "application", "problem+json"));
    if json > html { Wants::Json } else { Wants::Html }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_given_only_when_it_is_preferred() {
        let chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for (accept, expected) in [
            (None, Wants::Html),
            (Some("*/*"), Wants::Html),
            (Some(chromium), Wants::Html),
            (Some("application/json"), Wants::Json),
            (Some("application/problem+json, */*;q=0.1"), Wants::Json),
            (Some("text/html;q=0.5, application/json;q=0.9"), Wants::Json),
            (Some("application/*;q=0.4, text/*;q=0.6"), Wants::Html),
            (Some("application/json;q=0, */*"), Wants::Html),
            (Some("nonsense"), Wants::Html),
        ] {
            assert_eq!(wants(accept), expected, "{accept:?}");
        }
    }
}
