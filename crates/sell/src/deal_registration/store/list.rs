//! Lists of registrations, page by page.

use db::{DbError, Row, Value, Where, keyset};
use domain::{
    deal_registration::{stage::StageKind, status::StatusKind},
    ids::{AccountId, PartnerId, RegistrationId},
    money::{Currency, Money},
};
use jiff::{Timestamp, civil::Date};

use super::reader::Reader;
use frame::{ctx::Cx, error::AppError, visibility::Visibility};

/// How many rows a page has unless asked otherwise.
pub(super) const PAGE_ROWS: u32 = 50;
/// The most rows a page may have.
pub(super) const MOST_ROWS: u32 = 200;

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// What is to be decided soonest first; only what is to be decided.
    DueSoonest,
    /// What expires soonest first; only what holds its account.
    ExpiresSoonest,
    /// What lapses soonest first; only what holds its account and can lapse (DR-06).
    LapsesSoonest,
    /// The largest amount first; only what holds its account.
    Amount,
}

/// What a list is to show.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// Of these statuses; empty for every one.
    pub status: Vec<StatusKind>,
    /// Of this account.
    pub account_id: Option<AccountId>,
    /// Of this partner.
    pub partner_id: Option<PartnerId>,
    /// Of any of these partners; `None` for every one.
    pub of_partners: Option<Vec<PartnerId>>,
    /// Submitted by this person.
    pub submitted_by: Option<String>,
    /// Changed at or after this instant.
    pub changed_since: Option<Timestamp>,
    /// With this in the account's name.
    pub text: Option<String>,
    /// In this order.
    pub sort: Sort,
    /// From this cursor on.
    pub cursor: Option<String>,
    /// True for the page before the cursor.
    pub before: bool,
    /// At most so many rows; 0 for the default.
    pub limit: u32,
}

/// A registration as lists show it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of `Registration`, which explains them")]
pub struct ListRow {
    pub registration_id: RegistrationId,
    pub number: i64,
    pub partner_id: PartnerId,
    pub partner_name: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub status: StatusKind,
    pub stage: StageKind,
    pub amount: Option<Money>,
    pub close_on: Option<Date>,
    pub submitted_at: Option<Timestamp>,
    pub decision_due_at: Option<Timestamp>,
    pub protected_until: Option<Date>,
    pub lapses_on: Option<Date>,
    pub co_sell_at: Option<Timestamp>,
    pub in_dispute: bool,
    pub escalation_level: u32,
    pub changed_at: Timestamp,
    pub version: i64,
}

/// A page of a list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The rows in order.
    pub rows: Vec<ListRow>,
    /// The cursor of the page after this one; `None` on the last.
    pub next: Option<String>,
    /// The cursor of the page before this one; `None` on the first.
    pub previous: Option<String>,
}

pub(super) const COLUMNS: &str = "registration_id, number, partner_id, account_id, account_name, status, \
    stage, amount_minor, currency, close_on, submitted_at, decision_due_at, protected_until, \
    lapses_on, co_sell_at, in_dispute, escalation_level, changed_at, version";

pub(super) fn read(row: &Row<'_>) -> Result<ListRow, DbError> {
    let mut r = Reader::new(row, 0);
    let registration_id = r.with(|text| RegistrationId::parse(text).ok())?;
    let number = r.int()?;
    let partner_id = r.with(|text| PartnerId::parse(text).ok())?;
    let account_id = r.opt_with(|text| AccountId::parse(text).ok())?;
    let account_name = r.text()?;
    let status = r.with(StatusKind::parse)?;
    let stage = r.with(StageKind::parse)?;
    let minor = r.opt_int()?;
    let currency = r.with(|text| Currency::parse(text).ok())?;
    Ok(ListRow {
        registration_id,
        number,
        partner_id,
        partner_name: String::new(),
        account_id,
        account_name,
        status,
        stage,
        amount: minor.map(|minor| Money { minor, currency }),
        close_on: r.opt_date()?,
        submitted_at: r.opt_instant()?,
        decision_due_at: r.opt_instant()?,
        protected_until: r.opt_date()?,
        lapses_on: r.opt_date()?,
        co_sell_at: r.opt_instant()?,
        in_dispute: r.flag()?,
        escalation_level: r.count()?,
        changed_at: r.instant()?,
        version: r.int()?,
    })
}

impl Sort {
    /// The sort column, and whether the greatest comes first. `few` says that the list is limited
    /// to some partners: their rows are read and sorted. An expression keeps the planner from
    /// walking through everybody's rows in the order of an index instead.
    const fn column(self, few: bool) -> (&'static str, bool) {
        match (self, few) {
            (Self::Newest, _) => ("number", true),
            (Self::DueSoonest, false) => ("decision_due_at", false),
            (Self::DueSoonest, true) => ("COALESCE(decision_due_at, 0)", false),
            (Self::ExpiresSoonest, false) => ("protected_until", false),
            (Self::ExpiresSoonest, true) => ("(protected_until || '')", false),
            (Self::LapsesSoonest, false) => ("lapses_on", false),
            (Self::LapsesSoonest, true) => ("(lapses_on || '')", false),
            (Self::Amount, _) => ("COALESCE(amount_minor, -1)", true),
        }
    }

    const fn condition(self, few: bool) -> Option<&'static str> {
        match (self, few) {
            (Self::Newest, _) => None,
            (Self::DueSoonest, false) => Some("decision_due_at IS NOT NULL"),
            (Self::DueSoonest, true) => Some("COALESCE(decision_due_at, 0) <> 0"),
            (Self::ExpiresSoonest | Self::Amount, _) => Some("holds_account = 1"),
            (Self::LapsesSoonest, false) => Some("holds_account = 1 AND lapses_on <> ''"),
            (Self::LapsesSoonest, true) => Some("holds_account = 1 AND (lapses_on || '') <> ''"),
        }
    }

    const fn key(self) -> keyset::Kind {
        match self {
            Self::Newest | Self::DueSoonest | Self::Amount => keyset::Kind::Int,
            Self::ExpiresSoonest | Self::LapsesSoonest => keyset::Kind::Text,
        }
    }

    fn value(self, row: &ListRow) -> Value<'static> {
        match self {
            Self::Newest => row.number.into(),
            Self::DueSoonest => row.decision_due_at.map_or(0, Timestamp::as_microsecond).into(),
            Self::ExpiresSoonest => {
                row.protected_until.map_or_else(String::new, |on| on.to_string()).into()
            }
            Self::LapsesSoonest => {
                row.lapses_on.map_or_else(String::new, |on| on.to_string()).into()
            }
            Self::Amount => row.amount.map_or(-1, |money| money.minor).into(),
        }
    }
}

/// Rows of the vendor that `visible` may see.
pub(super) fn seen_by(visible: &Visibility) -> Where {
    let mut conditions = Where::new("vendor_id = ?", [visible.vendor().into_owned()]);
    if let Some(partner_id) = visible.partner_id() {
        conditions.and("partner_id = ?", [text(partner_id.as_str())]);
    }
    conditions
}

fn text(text: &str) -> Value<'static> {
    text.to_owned().into()
}

/// And of any of these statuses; none named is every one.
pub(super) fn of_status(conditions: &mut Where, column: &str, statuses: &[StatusKind]) {
    if !statuses.is_empty() {
        conditions.any(column, statuses.iter().map(|status| text(status.as_str())));
    }
}

/// Behind the position of a cursor of the API's list.
pub(super) fn seek_api(conditions: &mut Where, by_change: bool, keys: Vec<Value<'static>>) {
    let column = if by_change { "changed_at" } else { "number" };
    seek(conditions, (column, !by_change), keys);
}

fn filters(conditions: &mut Where, query: &ListQuery, few: bool) {
    of_status(conditions, if few { "(status || '')" } else { "status" }, &query.status);
    if let Some(account_id) = &query.account_id {
        conditions.and("account_id = ?", [text(account_id.as_str())]);
    }
    if let Some(partner_id) = &query.partner_id {
        conditions.and("partner_id = ?", [text(partner_id.as_str())]);
    }
    if let Some(partners) = &query.of_partners {
        conditions.any("partner_id", partners.iter().map(|id| text(id.as_str())));
    }
    if let Some(person) = &query.submitted_by {
        conditions.and("submitted_by = ?", [text(person)]);
    }
    if let Some(since) = query.changed_since {
        conditions.and("changed_at >= ?", [since.as_microsecond().into()]);
    }
    if let Some(words) = query.text.as_deref().filter(|words| !words.is_empty()) {
        let pattern = format!("%{}%", words.to_lowercase().replace(['%', '_'], " "));
        conditions.and("LOWER(account_name) LIKE ?", [pattern.into()]);
    }
    if let Some(condition) = query.sort.condition(few) {
        conditions.and(condition, []);
    }
}

/// The cursor's scope: it fits no other list, sort or filter.
fn scope(query: &ListQuery) -> String {
    let partners: Vec<&str> = query.of_partners.iter().flatten().map(PartnerId::as_str).collect();
    let statuses: Vec<&str> = query.status.iter().map(|status| status.as_str()).collect();
    format!(
        "deal_registrations/{:?}/{}/{}/{}/{}/{}/{}/{}",
        query.sort,
        statuses.join(","),
        query.account_id.as_ref().map_or("", AccountId::as_str),
        query.partner_id.as_ref().map_or("", PartnerId::as_str),
        query.changed_since.map_or(0, Timestamp::as_microsecond),
        query.text.as_deref().unwrap_or(""),
        query.submitted_by.as_deref().unwrap_or(""),
        partners.join(",")
    )
}

/// A page of the registrations that the actor may see.
pub fn list(cx: &mut Cx<'_, '_>, query: &ListQuery) -> Result<Listing, AppError> {
    let visible = cx.actor.visibility();
    let limit = if query.limit == 0 { PAGE_ROWS } else { query.limit.min(MOST_ROWS) };
    let scope = scope(query);
    let mut conditions = seen_by(&visible);
    let few =
        visible.partner_id().is_some() || query.partner_id.is_some() || query.of_partners.is_some();
    filters(&mut conditions, query, few);
    let (column, greatest_first) = query.sort.column(few);
    let descending = greatest_first != query.before;
    if let Some(cursor) = &query.cursor {
        let kinds = [query.sort.key(), keyset::Kind::Int];
        let keys = keyset::decode(&scope, cursor, &kinds)
            .map_err(|error| AppError::field("cursor", error.to_string()))?;
        seek(&mut conditions, (column, descending), keys);
    }
    let direction = if descending { "DESC" } else { "ASC" };
    let order = if column == "number" {
        format!("number {direction}")
    } else {
        format!("{column} {direction}, number {direction}")
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM deal_registrations WHERE {} ORDER BY {order} LIMIT {}",
        conditions.text(),
        limit + 1
    );
    let mut rows = cx.tx.query(&sql, conditions.values(), read)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    if query.before {
        rows.reverse();
    }
    name_partners(cx, &mut rows)?;
    let cursor_of =
        |row: &ListRow| keyset::encode(&scope, &[query.sort.value(row), row.number.into()]);
    let came = query.cursor.is_some();
    let (has_next, has_previous) = if query.before { (came, more) } else { (more, came) };
    let next = rows.last().filter(|_| has_next).map(cursor_of);
    let previous = rows.first().filter(|_| has_previous).map(cursor_of);
    Ok(Listing { rows, next, previous })
}

fn seek(conditions: &mut Where, order: (&str, bool), keys: Vec<Value<'static>>) {
    let (column, descending) = order;
    let sign = if descending { "<" } else { ">" };
    let mut keys = keys.into_iter();
    let (Some(key), Some(number)) = (keys.next(), keys.next()) else {
        return;
    };
    if column == "number" {
        conditions.and(&format!("number {sign} ?"), [number]);
        return;
    }
    let behind = format!("({column} {sign} ? OR ({column} = ? AND number {sign} ?))");
    conditions.and(&behind, [key.clone(), key, number]);
}

pub(super) fn name_partners(cx: &mut Cx<'_, '_>, rows: &mut [ListRow]) -> Result<(), AppError> {
    let ids = rows.iter().map(|row| row.partner_id.as_str().to_owned()).collect();
    let names = channel::partners::names(cx, &ids)?;
    for row in rows {
        row.partner_name = names.get(row.partner_id.as_str()).cloned().unwrap_or_default();
    }
    Ok(())
}
