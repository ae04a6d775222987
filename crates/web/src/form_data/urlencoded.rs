//! `application/x-www-form-urlencoded`.

use super::{Form, FormError, FormLimits, shown};
use crate::query::decode;

/// Adds every pair of `body` to `form`.
pub(super) fn read(form: &mut Form, body: &[u8], limits: &FormLimits) -> Result<(), FormError> {
    for part in body.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
        let mut halves = part.splitn(2, |byte| *byte == b'=');
        let raw_name = halves.next().unwrap_or_default();
        let raw_value = halves.next().unwrap_or_default();
        let name = decode(raw_name).ok_or_else(|| FormError::NotUtf8 {
            field: shown(&String::from_utf8_lossy(raw_name)),
        })?;
        let value = decode(raw_value).ok_or_else(|| FormError::NotUtf8 { field: shown(&name) })?;
        form.push(name, &value, limits)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::*;

    #[test]
    fn fields_are_decoded_and_trimmed() {
        let form = Form::parse(b"name=+M%C3%BCller+%26+S%C3%B6hne+&tick=&p=a&p=b&pw=+x+").unwrap();
        assert_eq!(form.text("name"), "Müller & Söhne");
        assert_eq!(form.opt("tick"), None);
        assert!(form.ticked("tick"));
        assert!(!form.ticked("other"));
        assert_eq!(form.all("p"), ["a", "b"]);
        assert_eq!(form.raw("pw"), Some(" x "));
    }

    #[test]
    fn line_ends_become_one_kind() {
        let form = Form::parse(b"note=a%0D%0Ab%0Ac").unwrap();
        assert_eq!(form.text("note"), "a\nb\nc");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_field() {
        assert_eq!(
            Form::parse(b"name=%FF"),
            Err(FormError::NotUtf8 { field: String::from("name") })
        );
        assert_eq!(Form::parse(b"name=a%00b"), Err(FormError::Nul { field: String::from("name") }));
    }

    #[test]
    fn limits_hold_on_each_side() {
        let limits =
            FormLimits { fields: 2, field_bytes: 3, total_bytes: 20, ..FormLimits::default() };
        let decode =
            |body: &'static str| Form::decode(None, &Bytes::from_static(body.as_bytes()), &limits);
        assert!(decode("a=123&b=1").is_ok());
        assert_eq!(decode("a=1&b=1&c=1"), Err(FormError::TooManyFields { limit: 2 }));
        assert_eq!(
            decode("a=1234"),
            Err(FormError::TooLong { field: String::from("a"), limit: 3 })
        );
        assert_eq!(decode("aaaaaaaaaaaaaaaaaaaaa"), Err(FormError::BodyTooLong { limit: 20 }));
    }

    #[test]
    fn another_type_is_refused_by_name() {
        let refused = Form::decode(Some("application/json"), &Bytes::new(), &FormLimits::default());
        assert_eq!(refused, Err(FormError::WrongType(String::from("application/json"))));
    }
}
