//! Conditions of a statement that depend on what was asked for.

use crate::value::Value;

/// Conditions joined by AND, with their parameters in order.
///
/// ```
/// let mut found = db::Where::new("vendor_id = ?", [db::Value::from("ven_1")]);
/// found.and("(name LIKE ? OR domain LIKE ?)", [db::Value::from("a%"), db::Value::from("a%")]);
/// assert_eq!(found.text(), "vendor_id = $1 AND (name LIKE $2 OR domain LIKE $3)");
/// assert_eq!(found.values().len(), 3);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Where {
    text: String,
    values: Vec<Value<'static>>,
}

impl Where {
    /// One condition; each `?` stands for the next parameter.
    pub fn new<const N: usize>(condition: &str, values: [Value<'static>; N]) -> Self {
        let mut new = Self::default();
        new.and(condition, values);
        new
    }

    /// And this condition; each `?` stands for the next of `values`.
    pub fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value<'static>>) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        let mut number = self.values.len();
        self.values.extend(values);
        for part in condition.split_inclusive('?') {
            match part.strip_suffix('?') {
                Some(before) => {
                    number += 1;
                    self.text.push_str(before);
                    self.text.push('$');
                    self.text.push_str(&number.to_string());
                }
                None => self.text.push_str(part),
            }
        }
    }

    /// And `column` is one of `values`; no row fits when there are none.
    pub fn any(&mut self, column: &str, values: impl IntoIterator<Item = Value<'static>>) {
        let values: Vec<Value<'static>> = values.into_iter().collect();
        if values.is_empty() {
            self.and("1 = 0", []);
            return;
        }
        let marks = vec!["?"; values.len()].join(", ");
        self.and(&format!("{column} IN ({marks})"), values);
    }

    /// A further parameter, which no condition holds; gives its mark.
    pub fn bind(&mut self, value: Value<'static>) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// The conditions, with numbered parameters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parameters, in the order of their numbers.
    pub fn values(&self) -> &[Value<'static>] {
        &self.values
    }
}

/// The pattern of LIKE for texts that contain `part`; it goes with `LIKE ? ESCAPE '!'`. Signs that
/// mean something in a pattern stand for themselves.
///
/// ```
/// assert_eq!(db::containing("100% nord_"), "%100!% nord!_%");
/// ```
pub fn containing(part: &str) -> String {
    let mut pattern = String::from("%");
    for sign in part.chars() {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_through_all_conditions() {
        let mut found = Where::new("a = ?", [1.into()]);
        found.any("b", [2.into(), 3.into()]);
        found.and("c IS NULL", []);
        found.and("(d, e) > (?, ?)", [4.into(), 5.into()]);
        assert_eq!(found.text(), "a = $1 AND b IN ($2, $3) AND c IS NULL AND (d, e) > ($4, $5)");
        assert_eq!(found.values(), (1..=5).map(Value::from).collect::<Vec<_>>());
    }

    #[test]
    fn no_value_fits_no_row() {
        let mut found = Where::new("a = ?", [1.into()]);
        found.any("b", []);
        assert_eq!(found.text(), "a = $1 AND 1 = 0");
    }
}
