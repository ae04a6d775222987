//! The tables of this slice. Reads of registrations demand a `Visibility`; parts of a registration
//! are read by its id, which a caller has only after it read the registration.

mod activities;
mod consents;
mod entries;
mod files;
mod list;
mod queue;
mod roles;
mod row;

use std::sync::LazyLock;

use db::{DbError, Tx, Value};
use domain::ids::{AccountId, ProgramId, RegistrationId};
use jiff::Timestamp;

pub use activities::ActivityView;
pub(super) use activities::{activities, add_activity};
pub(super) use consents::ConsentAnswer;
pub use consents::ConsentView;
pub(super) use consents::{add_consent, consent, consents, update_consent};
pub use entries::EntryView;
pub(super) use entries::{NewEntry, add_entry, deciders, entries};
pub use files::FileView;
pub(super) use files::{add_file, file_content, files};
pub use list::ListRow;
pub(super) use list::{SELECT_ROWS, name_partners, rows};
pub use queue::{Counts, by_number, counts};
pub(super) use queue::{
    InDoubt, has_undecided, id_of_number, in_doubt, submitted_before, undecided_rivals,
};
pub use roles::RoleView;
pub(super) use roles::{add_role, remove_role, roles};
pub(super) use row::freezes_of;
pub use row::{CheckView, Details, Origin, Product, Registration, Source, reference};

use super::kept;
use frame::{ctx::Cx, error::AppError, visibility::Visibility};
use people::audit;

static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {} FROM deal_registrations", row::LIST));

static SELECT_ONE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{} WHERE vendor_id = $1 AND registration_id = $2 \
         AND (CAST($3 AS TEXT) = '' OR partner_id = $3)",
        *SELECT
    )
});

static SELECT_HOLDER: LazyLock<String> = LazyLock::new(|| {
    format!("{} WHERE vendor_id = $1 AND account_id = $2 AND holds_account = 1", *SELECT)
});

static SELECT_DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{} WHERE vendor_id = $1 AND attention_at IS NOT NULL AND attention_at <= $2 \
         ORDER BY attention_at, registration_id LIMIT $3",
        *SELECT
    )
});

static SELECT_OF_ACCOUNT: LazyLock<String> = LazyLock::new(|| {
    format!("{} WHERE vendor_id = $1 AND account_id = $2 ORDER BY number", *SELECT)
});

/// The registration that one may see; `None` when there is none or it is another partner's.
pub(super) fn find(
    tx: &mut Tx<'_>,
    visible: &Visibility,
    id: &RegistrationId,
) -> Result<Option<Registration>, AppError> {
    let params = [visible.vendor(), id.as_str().into(), visible.partner()];
    Ok(tx.query_opt_as(&SELECT_ONE, &params)?)
}

/// The live holders of an account, of every program; for the rules themselves, which see every
/// partner's rows.
pub(super) fn holders(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<Vec<Registration>, AppError> {
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), account_id.as_str()];
    Ok(cx.tx.query_as(&SELECT_HOLDER, params)?)
}

/// The live holder of an account in one program.
pub(super) fn holder(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    account_id: &AccountId,
) -> Result<Option<Registration>, AppError> {
    Ok(holders(cx, account_id)?.into_iter().find(|holder| holder.program_id == *program_id))
}

/// Every registration of an account, oldest first; for merges.
pub(super) fn of_account(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<Vec<Registration>, AppError> {
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), account_id.as_str()];
    Ok(cx.tx.query_as(&SELECT_OF_ACCOUNT, params)?)
}

/// At most `limit` registrations for which the clocks have something to do at `now`, the longest
/// due first.
pub(super) fn due(
    cx: &mut Cx<'_, '_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Registration>, AppError> {
    let vendor_id = cx.vendor();
    let params = db::params![vendor_id.as_str(), now.as_microsecond(), limit];
    Ok(cx.tx.query_as(&SELECT_DUE, params)?)
}

/// The number of the next registration of the vendor.
pub(super) fn next_number(cx: &mut Cx<'_, '_>) -> Result<i64, AppError> {
    let vendor_id = cx.vendor();
    let last = cx.tx.query_one_as::<i64, _>(
        "SELECT COALESCE(MAX(number), 0) FROM deal_registrations WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?;
    Ok(last + 1)
}

/// Writes a new registration. `Err(Taken)` when another holds its account (DR-02).
pub(super) fn insert(cx: &mut Cx<'_, '_>, registration: &Registration) -> Result<Held, AppError> {
    let vendor_id = cx.vendor();
    let (names, values) = split(row::columns(vendor_id.as_str(), registration)?);
    let marks: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
    let (names, marks) = (names.join(", "), marks.join(", "));
    let sql = format!("INSERT INTO deal_registrations ({names}) VALUES ({marks})");
    let written = if registration.holds_account {
        held(cx.tx.attempt(|tx| tx.execute(&sql, &values)))?
    } else {
        cx.tx.execute(&sql, &values)?;
        Held::Written
    };
    audit::made(cx, &kept::REGISTRATIONS, &[registration.registration_id.as_str()])?;
    Ok(written)
}

type Split<'a> = (Vec<&'static str>, Vec<Value<'a>>);

fn split<'a>(columns: Vec<(&'static str, Value<'a>)>) -> Split<'a> {
    columns.into_iter().unzip()
}

/// Whether a write got through the constraint of one holder per account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// It is written.
    Written,
    /// Another registration holds the account; nothing is written.
    Taken,
}

fn held(result: Result<u64, DbError>) -> Result<Held, AppError> {
    match result {
        Ok(0) => Err(AppError::Stale),
        Ok(_) => Ok(Held::Written),
        Err(error) if error.is_unique() => Ok(Held::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Writes a registration back; its version grows by one and `changed_at` becomes now. It answers
/// `Stale` when somebody else wrote it in between, and says when another holds the account (DR-02).
pub(super) fn save(cx: &mut Cx<'_, '_>, registration: &mut Registration) -> Result<Held, AppError> {
    kept::touch(cx, &registration.registration_id)?;
    let vendor_id = cx.vendor();
    let read = registration.version;
    registration.version += 1;
    registration.changed_at = cx.now;
    let takes = registration.holds_account;
    let (names, mut values) = split(row::columns(vendor_id.as_str(), registration)?);
    let places = names.iter().enumerate().skip(2);
    let sets: Vec<String> = places.map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    values.push(read.into());
    let sql = format!(
        "UPDATE deal_registrations SET {} WHERE vendor_id = $1 AND registration_id = $2 \
         AND version = ${}",
        sets.join(", "),
        values.len()
    );
    if !takes {
        return held(cx.tx.execute(&sql, &values));
    }
    held(cx.tx.attempt(|tx| tx.execute(&sql, &values)))
}
