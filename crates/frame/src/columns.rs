//! How types of the domain are kept in columns: instants as microseconds, everything else as text.

use db::{Column, DbError, FromRow, Row, Value, int_of, text_of};
use domain::accounts::AccountStatus;
use domain::conflicts::{kind::CaseKind, remedy::RemedyKind};
use domain::deal_registration::{
    activity::ActivityKind,
    rejection::RejectionReason,
    roles::DealRole,
    stage::{LostReason, StageKind},
    status::StatusKind,
};
use domain::ids::{
    AccountId, ActivityId, AttemptId, CaseId, ConsentId, FileId, ImportId, LinkId, OpportunityId,
    PartnerId, ProgramId, RegistrationId, ServiceId, UserId,
};
use domain::money::{Currency, Money};
use jiff::{Timestamp, civil::Date};
use serde::{Serialize, de::DeserializeOwned};

use super::clock::from_micros;

/// Marks what this program teaches the database.
#[derive(Debug)]
pub enum Ours {}

impl Column<Ours> for Timestamp {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        int_of(&value).map(from_micros)
    }

    fn to_value(&self) -> Value<'_> {
        Value::from(self.as_microsecond())
    }
}

impl Column<Ours> for Date {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        text_of(&value)?.parse().map_err(|error| format!("a date was expected: {error}"))
    }

    fn to_value(&self) -> Value<'_> {
        Value::from(self.to_string())
    }
}

impl Column<Ours> for Currency {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        Currency::parse(text_of(&value)?).map_err(|error| error.to_string())
    }

    fn to_value(&self) -> Value<'_> {
        Value::from(self.to_string())
    }
}

/// Minor units and, in the next column, the currency.
impl FromRow<Ours> for Money {
    const WIDTH: usize = 2;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        let (minor, currency) = <(i64, Currency)>::from_row(row, first)?;
        Ok(Money::new(minor, currency))
    }
}

/// As [`Money`]; `None` when there are no minor units, whatever the currency.
impl FromRow<Ours> for Option<Money> {
    const WIDTH: usize = 2;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        let (minor, currency) = <(Option<i64>, Currency)>::from_row(row, first)?;
        Ok(minor.map(|minor| Money::new(minor, currency)))
    }
}

/// Teaches the database types that `parse` reads and `as_str` writes.
#[doc(hidden)]
#[macro_export]
macro_rules! __ids {
    ($($id:ty),+ $(,)?) => { $(
        impl ::db::Column<$crate::columns::Ours> for $id {
            fn from_value(value: ::db::Value<'_>) -> Result<Self, String> {
                <$id>::parse(::db::text_of(&value)?).map_err(|error| error.to_string())
            }

            fn to_value(&self) -> ::db::Value<'_> {
                ::db::Value::from(self.as_str())
            }
        }
    )+ };
}
pub use __ids as ids;

/// Teaches the database enums that `from_word` reads and `word` writes.
#[doc(hidden)]
#[macro_export]
macro_rules! __words {
    ($($kind:ty),+ $(,)?) => { $(
        impl ::db::Column<$crate::columns::Ours> for $kind {
            fn from_value(value: ::db::Value<'_>) -> Result<Self, String> {
                <$kind>::from_word(::db::text_of(&value)?)
                    .ok_or_else(|| String::from("it is not a known word"))
            }

            fn to_value(&self) -> ::db::Value<'_> {
                ::db::Value::from(self.word())
            }
        }
    )+ };
}
pub use __words as words;

ids!(
    AccountId,
    ActivityId,
    AttemptId,
    CaseId,
    ConsentId,
    FileId,
    ImportId,
    LinkId,
    OpportunityId,
    PartnerId,
    ProgramId,
    RegistrationId,
    ServiceId,
    UserId,
);
words!(
    AccountStatus,
    ActivityKind,
    CaseKind,
    DealRole,
    LostReason,
    RejectionReason,
    RemedyKind,
    StageKind,
    StatusKind,
);

/// What a column keeps as JSON; a column that holds none is an error.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Serialize> Column<Ours> for Json<T> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        serde_json::from_str(text_of(&value)?).map(Json).map_err(|error| error.to_string())
    }

    fn to_value(&self) -> Value<'_> {
        serde_json::to_string(&self.0).map_or(Value::Null, Value::from)
    }
}

/// The JSON of a column, for a `db::row!`; what is no JSON gives the value's default.
#[expect(clippy::needless_pass_by_value, reason = "a `db::row!` gives what it has read")]
pub fn json<T: DeserializeOwned + Default>(text: String) -> T {
    serde_json::from_str(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        let day: Date = "2026-03-01".parse().unwrap();
        assert_eq!(Date::from_value(day.to_value()), Ok(day));
        let at = from_micros(1_767_225_600_000_001);
        assert_eq!(Timestamp::from_value(at.to_value()), Ok(at));
        let euro = Currency::parse("EUR").unwrap();
        assert_eq!(Currency::from_value(euro.to_value()), Ok(euro));
        let text = "acc_01hzy3v7qk8r9s0t1v2w3x4y5z";
        let account = AccountId::parse(text).unwrap();
        assert_eq!(account.to_value(), Value::from(text));
        assert_eq!(AccountId::from_value(Value::from(text)), Ok(account.clone()));
    }

    #[test]
    fn what_is_none_of_its_kind_is_refused() {
        assert!(Date::from_value(Value::from("")).is_err());
        assert!(AccountId::from_value(Value::from("usr_01hzy3v7qk8r9s0t1v2w3x4y5z")).is_err());
        assert!(CaseKind::from_value(Value::from("quarrel")).is_err());
        assert!(Timestamp::from_value(Value::from("2026-03-01")).is_err());
        assert_eq!(json::<Vec<u8>>("[1".to_owned()), Vec::<u8>::new());
    }
}
