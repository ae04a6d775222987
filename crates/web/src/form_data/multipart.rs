//! `multipart/form-data` (RFC 7578), read from a body that is already in memory and bounded.

use bytes::Bytes;

use super::{Form, FormError, FormLimits, Upload, shown};

/// The most bytes of the header lines of one part.
const PART_HEADER_BYTES: usize = 8 * 1024;

/// What the header lines of a part say.
#[derive(Default)]
struct PartHead {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
}

/// Adds every part of `body` to `form`. `content_type` carries the boundary.
pub(super) fn read(
    form: &mut Form,
    content_type: &str,
    body: &Bytes,
    limits: &FormLimits,
) -> Result<(), FormError> {
    let boundary = parameter(content_type, "boundary")
        .filter(|boundary| (1..=70).contains(&boundary.len()))
        .ok_or(FormError::Broken("the boundary is missing"))?;
    let opening = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let mut at = match body.strip_prefix(opening.as_bytes()) {
        Some(_) => opening.len(),
        None => find(body, delimiter.as_bytes(), 0)
            .map(|start| start.saturating_add(delimiter.len()))
            .ok_or(FormError::Broken("the first part is missing"))?,
    };
    loop {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Ok(());
        }
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let head_at = at.saturating_add(padding);
        if !body.get(head_at..).unwrap_or_default().starts_with(b"\r\n") {
            return Err(FormError::Broken("a boundary is not followed by a line break"));
        }
        let head_end = find(body, b"\r\n\r\n", head_at)
            .filter(|end| end.saturating_sub(head_at) <= PART_HEADER_BYTES)
            .ok_or(FormError::Broken("the header of a part is not terminated"))?;
        let head = read_head(body.get(head_at..head_end).unwrap_or_default())?;
        let start = head_end.saturating_add(4);
        // An empty part has its delimiter right after the header, sharing the line end.
        let end = find(body, delimiter.as_bytes(), start.saturating_sub(2))
            .ok_or(FormError::Broken("the last part is not terminated"))?;
        let content = body.slice(start.min(body.len())..end.max(start).min(body.len()));
        take_part(form, head, content, limits)?;
        at = end.saturating_add(delimiter.len());
    }
}

/// Puts one part where it belongs: among the files when it has a file name, else among the fields.
fn take_part(
    form: &mut Form,
    head: PartHead,
    content: Bytes,
    limits: &FormLimits,
) -> Result<(), FormError> {
    let Some(file_name) = head.file_name else {
        let value = std::str::from_utf8(&content)
            .map_err(|_| FormError::NotUtf8 { field: shown(&head.name) })?;
        return form.push(head.name, value, limits);
    };
    form.check_room(limits)?;
    if form.files.len() >= limits.files {
        return Err(FormError::TooManyFiles { limit: limits.files });
    }
    if content.len() > limits.file_bytes {
        return Err(FormError::TooLong { field: shown(&head.name), limit: limits.file_bytes });
    }
    let content_type =
        head.content_type.unwrap_or_else(|| String::from("application/octet-stream"));
    let upload = Upload { file_name: last_segment(&file_name), content_type, bytes: content };
    form.files.push((head.name, upload));
    Ok(())
}

/// A file name without the folders that some senders put before it, and without control characters.
fn last_segment(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    last.chars().filter(|letter| !letter.is_control()).take(255).collect()
}

/// Reads the header lines of a part.
fn read_head(head: &[u8]) -> Result<PartHead, FormError> {
    let text = std::str::from_utf8(head)
        .map_err(|_| FormError::Broken("the header of a part is not UTF-8"))?;
    let mut found = PartHead::default();
    let mut named = false;
    for line in text.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) =
            line.split_once(':').ok_or(FormError::Broken("a header line has no colon"))?;
        if name.eq_ignore_ascii_case("content-disposition") {
            if let Some(field) = parameter(value, "name") {
                found.name = field;
                named = true;
            }
            found.file_name = parameter(value, "filename");
        } else if name.eq_ignore_ascii_case("content-type") {
            found.content_type = Some(value.trim().chars().take(255).collect());
        }
    }
    if named { Ok(found) } else { Err(FormError::Broken("a part has no name")) }
}

/// The value of `; name=value` or `; name="value"` in a header, with browsers' and curl's escapes of
/// quotes and line ends undone.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, tail) = if let Some(quoted) = after.trim_start().strip_prefix('"') {
            quoted_value(quoted)
        } else {
            let (value, tail) = after.split_once(';').unwrap_or((after, ""));
            (String::from(value.trim()), tail)
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = tail.trim_start().trim_start_matches(';');
    }
}

/// A quoted value up to its closing quote, and what follows.
fn quoted_value(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => {
                let tail = quoted.get(at.saturating_add(1)..).unwrap_or("");
                return (unescaped(&value), tail);
            }
            '\\' if quoted
                .get(at.saturating_add(1)..)
                .is_some_and(|rest| rest.starts_with('"')) =>
            {
                letters.next();
                value.push('"');
            }
            other => value.push(other),
        }
    }
    (unescaped(&value), "")
}

/// Browsers write these three as percent codes and nothing else.
fn unescaped(value: &str) -> String {
    value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// Where `needle` starts in `haystack`, at or after `from`. Both needles used here start with a
/// carriage return, so that byte is looked for first.
fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = from;
    loop {
        let rest = haystack.get(at..)?;
        let hit = at.saturating_add(rest.iter().position(|byte| *byte == first)?);
        if haystack.get(hit..)?.starts_with(needle) {
            return Some(hit);
        }
        at = hit.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use proptest::prelude::*;

    const TYPE: &str = "multipart/form-data; boundary=\"xYx\"";

    fn decode(body: &[u8]) -> Result<Form, FormError> {
        Form::decode(Some(TYPE), &Bytes::copy_from_slice(body), &FormLimits::default())
    }

    #[test]
    fn fields_and_files_are_told_apart() {
        let form = decode(
            b"--xYx\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nh\xC3\xB6llo\r\n--xYx\r\n\
              Content-Disposition: form-data; name=\"doc\"; filename=\"C:\\\\dir\\\\a %22b%22.csv\"\r\n\
              Content-Type: text/csv\r\n\r\na,b\r\n1,2\r\n\r\n--xYx--\r\n",
        )
        .unwrap();
        assert_eq!(form.text("note"), "höllo");
        let file = form.file("doc").unwrap();
        assert_eq!(file.file_name, "a \"b\".csv");
        assert_eq!(file.content_type, "text/csv");
        assert_eq!(&file.bytes[..], b"a,b\r\n1,2\r\n");
    }

    #[test]
    fn an_empty_value_and_an_empty_file_field_are_read() {
        let form = decode(
            b"--xYx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--xYx\r\n\
              Content-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n--xYx--",
        )
        .unwrap();
        assert_eq!(form.raw("a"), Some(""));
        assert_eq!(form.file("f"), None);
    }

    #[test]
    fn broken_bodies_are_refused() {
        for body in [
            &b""[..],
            b"--xYx",
            b"--xYx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
            b"--xYx\r\nno colon\r\n\r\nv\r\n--xYx--",
            b"--xYx\r\nContent-Type: text/plain\r\n\r\nv\r\n--xYx--",
        ] {
            assert!(matches!(decode(body), Err(FormError::Broken(_))), "{}", body.escape_ascii());
        }
    }

    #[test]
    fn files_are_counted_and_measured() {
        let part =
            "--xYx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n1234\r\n";
        let limits = FormLimits { files: 2, file_bytes: 4, ..FormLimits::default() };
        let decode = |times: usize, limits: &FormLimits| {
            let body = Bytes::from(format!("{}--xYx--", part.repeat(times)));
            Form::decode(Some(TYPE), &body, limits)
        };
        assert!(decode(2, &limits).is_ok());
        assert_eq!(decode(3, &limits), Err(FormError::TooManyFiles { limit: 2 }));
        let smaller = FormLimits { file_bytes: 3, ..limits };
        assert_eq!(
            decode(1, &smaller),
            Err(FormError::TooLong { field: String::from("f"), limit: 3 })
        );
    }

    #[test]
    fn fields_together_have_a_limit_that_files_do_not_count_for() {
        let body = b"--xYx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1234\r\n\
            --xYx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n123456\r\n\
            --xYx\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1234\r\n--xYx--\r\n";
        let decode = |text_bytes| {
            let limits = FormLimits { text_bytes, ..FormLimits::default() };
            Form::decode(Some(TYPE), &Bytes::from_static(body), &limits)
        };
        assert!(decode(10).is_ok());
        assert_eq!(decode(9), Err(FormError::TextTooLong { limit: 9 }));
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_an_answer(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _answer = decode(&body);
            let mut framed = b"--xYx\r\nContent-Disposition: form-data; ".to_vec();
            framed.extend_from_slice(&body);
            framed.extend_from_slice(b"\r\n--xYx--");
            let _answer = decode(&framed);
        }

        #[test]
        fn content_comes_back_as_it_was_sent(content in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assume!(!content.windows(7).any(|part| part == b"\r\n--xYx"));
            let mut body = b"--xYx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n".to_vec();
            body.extend_from_slice(&content);
            body.extend_from_slice(b"\r\n--xYx--\r\n");
            let form = decode(&body).unwrap();
            prop_assert_eq!(&form.file("f").unwrap().bytes[..], &content[..]);
        }
    }
}
