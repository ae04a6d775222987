//! How the values of a file are to be read, and what to do where there is a choice.

use serde::{Deserialize, Serialize};

use super::{
    file::Sheet,
    kind::{Kind, Shape},
    mapping::Columns,
    values::{self, Order},
};
use domain::written::{DateOrder, DecimalSign, decimal_sign_of};

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
    /// The encoding of a text, chosen with the file; empty where its bytes told.
    pub encoding: String,
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
    /// Stages of the CRM that mean won, separated by commas, beside those whose words say so.
    pub won_stages: String,
    /// Stages of the CRM that mean closed without being won.
    pub lost_stages: String,
    /// True when people may act at once without an invitation by mail.
    pub without_invitation: bool,
}

/// The values of a file by their shape, at most 20,000 of each field.
struct Seen<'s> {
    kind: Kind,
    sheet: &'s Sheet,
    columns: &'s Columns,
}

impl<'s> Seen<'s> {
    fn of(&self, shape: Shape) -> Vec<&'s str> {
        let fields = self.kind.fields().iter().filter(|field| field.shape == shape);
        fields
            .flat_map(|field| {
                let texts = self.sheet.rows.iter().map(|line| self.columns.text(line, field.key));
                texts.filter(|text| !text.is_empty()).take(20_000)
            })
            .collect()
    }

    fn order(&self) -> Option<Order> {
        values::order_of(&self.of(Shape::Day))
    }

    fn decimal_sign(&self) -> Option<(DecimalSign, bool)> {
        decimal_sign_of(self.of(Shape::Amount))
    }
}

impl Settings {
    /// A proposal by the values of the file: the order of its days, its decimal sign.
    pub fn propose(kind: Kind, sheet: &Sheet, columns: &Columns, currency: &str) -> Self {
        let empty = Self { currency: currency.to_owned(), ..Self::default() };
        let order = match (Seen { kind, sheet, columns }).order() {
            Some(Order::Shown(order) | Order::Likely(order)) => order,
            None => DateOrder::default(),
        };
        Self { date_order: order, ..empty }.tested(kind, sheet, columns)
    }

    /// These settings, remembered from another file, where this one shows nothing else.
    #[must_use]
    pub fn tested(mut self, kind: Kind, sheet: &Sheet, columns: &Columns) -> Self {
        let seen = Seen { kind, sheet, columns };
        if let Some(Order::Shown(order)) = seen.order() {
            self.date_order = order;
        }
        if let Some((sign, _)) = seen.decimal_sign() {
            self.decimal_comma = sign == DecimalSign::Comma;
        }
        self
    }

    /// What was taken for granted because no value of the file tells.
    pub(super) fn assumed(&self, kind: Kind, sheet: &Sheet, columns: &Columns) -> Vec<String> {
        let seen = Seen { kind, sheet, columns };
        let mut all = Vec::new();
        if let Some(Order::Likely(_)) = seen.order() {
            all.push(format!(
                "No date shows whether the day or the month comes first: dates are read as {}. \
                 Change the setting date_order if that is wrong",
                self.date_order.label()
            ));
        }
        if let Some((_, false)) = seen.decimal_sign() {
            all.push(format!(
                "No amount shows its decimal sign: three digits behind a separator are read as {}. \
                 Change the setting decimal_comma if that is wrong",
                if self.decimal_comma {
                    "thousands behind a point"
                } else {
                    "thousands behind a comma"
                }
            ));
        }
        all
    }
}
