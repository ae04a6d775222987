//! How the values of a file are to be read, and what to do where there is a choice.

use serde::{Deserialize, Serialize};

use super::{
    file::Sheet,
    kind::{Kind, Shape},
    mapping::Columns,
    values,
};

domain::words! {
    /// In which order the numbers of a day stand.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DateOrder {
        /// 2026-04-01
        #[default]
        Ymd = "ymd", "2026-04-30: year, month, day",
        /// 1.4.2026
        Dmy = "dmy", "30.4.2026: day, month, year",
        /// 4/1/2026
        Mdy = "mdy", "4/30/2026: month, day, year",
    }
}

/// What becomes of a row that says again what an earlier row of the file said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EqualRows {
    /// The first counts, the others are left out and reported.
    #[default]
    LeaveOut,
    /// It is a fault.
    Fault,
}

domain::words! {
    /// What becomes of a row about something that is known already.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum KnownRows {
        /// What is empty is filled; what is known stays.
        #[default]
        Fill = "fill", "Fill empty fields only",
        /// What the file says goes before what is known.
        Overwrite = "overwrite", "Overwrite with the file's values",
        /// Nothing.
        Leave = "leave", "Leave unchanged",
    }
}

/// What becomes of an opportunity that names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutAccount {
    /// It is left out and reported.
    #[default]
    LeaveOut,
    /// It is a fault.
    Fault,
}

/// How the values of a file are to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// In which order the numbers of a day stand.
    pub date_order: DateOrder,
    /// True when a comma stands before the decimals.
    pub decimal_comma: bool,
    /// The currency of amounts that name none.
    pub currency: String,
    /// Rows that say again what an earlier one said.
    pub equal_rows: EqualRows,
    /// Rows about something that is known.
    pub known_rows: KnownRows,
    /// Opportunities that name no account.
    pub without_account: WithoutAccount,
    /// True to write suggested spellings instead of what the file says.
    pub mend_spelling: bool,
    /// The domain of addresses made from names (`first.last@…`) for people without one.
    pub email_domain: String,
    /// True when people may act at once without an invitation by mail.
    pub without_invitation: bool,
}

impl Settings {
    /// A proposal by the values of the file: the order of its days, its decimal sign.
    pub fn propose(kind: Kind, sheet: &Sheet, columns: &Columns, currency: &str) -> Self {
        let of = |shape: Shape| -> Vec<&str> {
            let fields = kind.fields().iter().filter(|field| field.shape == shape);
            fields
                .flat_map(|field| sheet.rows.iter().map(|line| columns.text(line, field.key)))
                .filter(|text| !text.is_empty())
                .take(20_000)
                .collect()
        };
        Self {
            date_order: values::order_of(&of(Shape::Day)).unwrap_or_default(),
            decimal_comma: values::has_decimal_comma(&of(Shape::Amount)),
            currency: currency.to_owned(),
            ..Self::default()
        }
    }
}
