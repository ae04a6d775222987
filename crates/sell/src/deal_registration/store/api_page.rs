//! The list of the API, written from the rows straight into JSON: no value is copied twice.

use std::io::Write;

use db::{DbError, keyset};
use domain::{
    deal_registration::status::StatusKind,
    ids::{AccountId, PartnerId},
};
use jiff::Timestamp;

use super::{
    list::{MOST_ROWS, PAGE_ROWS, of_status, seek_api, seen_by},
    reader::{Reader, bad},
};
use frame::{ctx::Cx, error::AppError};

/// What the list of the API is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct ApiFilter {
    /// Of these statuses; empty for every one.
    pub status: Vec<StatusKind>,
    /// Of this account.
    pub account_id: Option<AccountId>,
    /// Of this partner.
    pub partner_id: Option<PartnerId>,
    /// Changed at or after this instant; the list is then in the order of change.
    pub changed_since: Option<Timestamp>,
    /// From this cursor on.
    pub cursor: Option<String>,
    /// At most so many rows; 0 for the default.
    pub limit: u32,
}

const COLUMNS: &str = "account_name, status, stage, amount_minor, currency, close_on, \
    submitted_at, decision_due_at, protected_until, lapses_on, co_sell_at, in_dispute, \
    escalation_level, changed_at, version";

/// The account as the vendor reads it, and as a partner does: only once it was approved (AC-05).
const ACCOUNT: &str = "account_id";
const ACCOUNT_TOLD: &str = "CASE WHEN approved_at IS NULL THEN '' ELSE account_id END";

/// The body of a page: `{"data": [...], "next_cursor": ...}`, the newest first, or in the order
/// of change when `changed_since` is given.
pub(crate) fn api_page(cx: &mut Cx<'_, '_>, filter: &ApiFilter) -> Result<Vec<u8>, AppError> {
    let limit = if filter.limit == 0 { PAGE_ROWS } else { filter.limit.min(MOST_ROWS) };
    let (sql, values) = statement(cx, filter, limit + 1)?;
    let mut body = Vec::with_capacity(32 * 1024);
    body.extend_from_slice(b"{\"data\":[");
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut written = 0_usize;
    let mut last = (0, 0);
    let mut more = false;
    cx.tx.for_each(&sql, &values, |row| {
        if written == most {
            more = true;
            return Ok(());
        }
        if written > 0 {
            body.push(b',');
        }
        written += 1;
        last = item(&mut body, &mut Reader::new(row, 0))?;
        Ok(())
    })?;
    body.extend_from_slice(b"],\"next_cursor\":");
    let cursor = more.then(|| keyset::encode(&scope(filter), &[last.0.into(), last.1.into()]));
    serde_json::to_writer(&mut body, &cursor).map_err(AppError::internal)?;
    body.push(b'}');
    Ok(body)
}

/// Every registration that the actor may see, one JSON object per line, the newest first.
pub(crate) fn api_export(cx: &mut Cx<'_, '_>, filter: &ApiFilter) -> Result<Vec<u8>, AppError> {
    let (sql, values) = statement(cx, filter, MOST_EXPORTED)?;
    let mut body = Vec::new();
    cx.tx.for_each(&sql, &values, |row| {
        item(&mut body, &mut Reader::new(row, 0))?;
        body.push(b'\n');
        Ok(())
    })?;
    Ok(body)
}

/// The most registrations that one export holds.
pub(super) const MOST_EXPORTED: u32 = 1_000_000;

fn scope(filter: &ApiFilter) -> String {
    let mut scope = String::from("api/deal-registrations");
    for status in &filter.status {
        scope.push('/');
        scope.push_str(status.as_str());
    }
    for part in [
        filter.account_id.as_ref().map_or("", AccountId::as_str),
        filter.partner_id.as_ref().map_or("", PartnerId::as_str),
    ] {
        scope.push('|');
        scope.push_str(part);
    }
    if let Some(since) = filter.changed_since {
        scope.push_str(&since.as_microsecond().to_string());
    }
    scope
}

fn statement(
    cx: &Cx<'_, '_>,
    filter: &ApiFilter,
    limit: u32,
) -> Result<(String, Vec<db::Value<'static>>), AppError> {
    let visible = cx.actor.visibility();
    let mut conditions = seen_by(&visible);
    of_status(&mut conditions, "status", &filter.status);
    let account = if visible.partner_id().is_some() { ACCOUNT_TOLD } else { ACCOUNT };
    if let Some(account_id) = &filter.account_id {
        conditions.and(&format!("{account} = ?"), [account_id.as_str().to_owned().into()]);
    }
    if let Some(partner_id) = &filter.partner_id {
        conditions.and("partner_id = ?", [partner_id.as_str().to_owned().into()]);
    }
    if let Some(since) = filter.changed_since {
        conditions.and("changed_at >= ?", [since.as_microsecond().into()]);
    }
    let by_change = filter.changed_since.is_some();
    if let Some(cursor) = &filter.cursor {
        let keys = keyset::decode(&scope(filter), cursor, &[keyset::Kind::Int, keyset::Kind::Int])
            .map_err(|error| AppError::field("cursor", error.to_string()))?;
        seek_api(&mut conditions, by_change, keys);
    }
    let order = if by_change { "changed_at, number" } else { "number DESC" };
    let sql = format!(
        "SELECT registration_id, number, partner_id, {account}, {COLUMNS} \
         FROM deal_registrations WHERE {} ORDER BY {order} LIMIT {limit}",
        conditions.text()
    );
    Ok((sql, conditions.values().to_vec()))
}

/// Writes a registration; when it was changed, and its number.
fn item(body: &mut Vec<u8>, r: &mut Reader<'_, '_>) -> Result<(i64, i64), DbError> {
    body.extend_from_slice(b"{\"id\":");
    text(body, r)?;
    let number = r.int()?;
    put(body, format_args!(",\"reference\":\"R-{number:06}\",\"partner_id\":"))?;
    text(body, r)?;
    body.extend_from_slice(b",\"account_id\":");
    text_or_null(body, r)?;
    body.extend_from_slice(b",\"account_name\":");
    text(body, r)?;
    body.extend_from_slice(b",\"status\":");
    text(body, r)?;
    body.extend_from_slice(b",\"stage\":");
    text(body, r)?;
    body.extend_from_slice(b",\"amount\":");
    if let Some(minor) = r.opt_int()? {
        put(body, format_args!("{{\"minor\":{minor},\"currency\":"))?;
        text(body, r)?;
        body.push(b'}');
    } else {
        r.step();
        body.extend_from_slice(b"null");
    }
    body.extend_from_slice(b",\"close_on\":");
    text_or_null(body, r)?;
    instant(body, ",\"submitted_at\":", r.opt_int()?)?;
    instant(body, ",\"decision_due_at\":", r.opt_int()?)?;
    body.extend_from_slice(b",\"protected_until\":");
    text_or_null(body, r)?;
    body.extend_from_slice(b",\"lapses_on\":");
    text_or_null(body, r)?;
    instant(body, ",\"co_sell_at\":", r.opt_int()?)?;
    let (in_dispute, level) = (r.flag()?, r.int()?);
    put(body, format_args!(",\"in_dispute\":{in_dispute},\"escalation_level\":{level}"))?;
    let changed_at = r.int()?;
    instant(body, ",\"changed_at\":", Some(changed_at))?;
    put(body, format_args!(",\"version\":{}}}", r.int()?))?;
    Ok((changed_at, number))
}

fn put(body: &mut Vec<u8>, words: std::fmt::Arguments<'_>) -> Result<(), DbError> {
    body.write_fmt(words).map_err(|error| DbError::Other(error.to_string()))
}

fn text(body: &mut Vec<u8>, r: &mut Reader<'_, '_>) -> Result<(), DbError> {
    r.with(|text| serde_json::to_writer(&mut *body, text).ok())
}

fn text_or_null(body: &mut Vec<u8>, r: &mut Reader<'_, '_>) -> Result<(), DbError> {
    r.with(|text| {
        let text = Some(text).filter(|text| !text.is_empty());
        serde_json::to_writer(&mut *body, &text).ok()
    })
}

fn instant(body: &mut Vec<u8>, key: &str, micros: Option<i64>) -> Result<(), DbError> {
    body.extend_from_slice(key.as_bytes());
    let Some(micros) = micros else {
        body.extend_from_slice(b"null");
        return Ok(());
    };
    let at = Timestamp::from_microsecond(micros).map_err(|_| bad(0, "not an instant"))?;
    put(body, format_args!("\"{at}\""))
}
