//! The cases themselves.

use db::{DbError, Row, Value, Where};
use domain::{
    conflicts::{course::Phase, kind::CaseKind, precedent::Features},
    ids::{AccountId, CaseId, UserId},
};
use jiff::Timestamp;

use crate::conflicts::kept;
use frame::{columns::json, ctx::Cx, error::AppError};
use people::audit;

domain::words! {
    /// What the phase of a case means to those who wait for it.
    pub(crate) enum CaseState {
        /// Somebody has to decide.
        #[default]
        Open = "open", "Open",
        /// It is decided, and can be appealed.
        Decided = "decided", "Decided",
        /// It has ended.
        Closed = "closed", "Closed",
    }
}

/// A case as its reader may know it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) case_id: CaseId,
    pub(crate) number: i64,
    pub(crate) kind: CaseKind,
    /// Empty for partners.
    pub(crate) account_id: String,
    /// The account, for the rules themselves; never shown to a partner.
    pub(crate) account: Option<AccountId>,
    pub(crate) account_name: String,
    /// What was asked, for the vendor and the partner that asked it; for other partners the words
    /// meant for them.
    pub(crate) asked: String,
    /// Who opened it, as audit names actors; for the rules themselves.
    pub(crate) opened_by: String,
    pub(crate) opened_by_name: String,
    pub(crate) opened_at: Timestamp,
    /// When the time of the whole case ends.
    pub(crate) due_at: Timestamp,
    pub(crate) phase: Phase,
    /// The level on which it lies or was decided last.
    pub(crate) level: u32,
    pub(crate) level_due_at: Option<Timestamp>,
    pub(crate) attention_at: Option<Timestamp>,
    pub(crate) decider: Option<UserId>,
    pub(crate) rep: Option<UserId>,
    pub(crate) clocks_held: bool,
    pub(crate) features: Features,
    pub(crate) resolved_at: Option<Timestamp>,
    pub(crate) breached_at: Option<Timestamp>,
    pub(crate) closed_by_name: String,
    pub(crate) closed_at: Option<Timestamp>,
    /// For the vendor only.
    pub(crate) closing_note: String,
    pub(crate) closing_words: String,
    pub(crate) version: i64,
}

impl Case {
    /// The reference shown to people.
    pub(crate) fn reference(&self) -> String {
        reference(self.number)
    }

    /// True while somebody has to decide.
    pub(crate) const fn is_open(&self) -> bool {
        self.phase.deciding_level().is_some()
    }

    /// What its phase means to those who wait for it.
    pub(crate) const fn state(&self) -> CaseState {
        match self.phase {
            Phase::Deciding { .. } | Phase::Appealed { .. } => CaseState::Open,
            Phase::Decided { .. } => CaseState::Decided,
            Phase::Final { .. } | Phase::Closed { .. } => CaseState::Closed,
        }
    }

    /// The first instant at which its decision can no longer be appealed.
    pub(crate) const fn appeal_until(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Decided { appeal_until, .. } => Some(appeal_until),
            Phase::Deciding { .. }
            | Phase::Appealed { .. }
            | Phase::Final { .. }
            | Phase::Closed { .. } => None,
        }
    }

    /// Its page.
    pub(crate) fn href(&self) -> String {
        format!("/conflicts/{}", self.case_id)
    }
}

/// What people call the case of that number.
pub(crate) fn reference(number: i64) -> String {
    format!("C-{number:06}")
}

/// Every case; a condition follows.
pub(crate) const SELECT: &str = "SELECT c.case_id, c.number, c.kind, c.account_id, a.name, c.asked, c.asked_of_partners, \
     c.opened_by_name, c.opened_at, c.due_at, c.closed_by_name, c.closed_at, \
     c.closing_note, c.closing_words, c.version, c.phase, c.level, c.phase_at, c.level_due_at, \
     c.appeal_until, c.attention_at, c.decider_user_id, c.opened_partner_id, c.rep_user_id, \
     c.clocks_held, c.features, c.resolved_at, c.breached_at, c.opened_by FROM conflict_cases c \
     LEFT JOIN accounts_v_names a ON a.vendor_id = c.vendor_id AND a.account_id = c.account_id";

/// The condition of the cases in which a partner is a party. Rule AC-05.
pub(crate) const OF_PARTNER: &str = "EXISTS (SELECT 1 FROM conflict_parties p \
     WHERE p.vendor_id = $1 AND p.case_id = c.case_id AND p.partner_id = ?)";

fn bad(what: &str) -> DbError {
    DbError::Other(format!("conflict_cases: {what}"))
}

db::row! {
    /// A case as the table keeps it.
    struct Kept {
        case_id: CaseId,
        number: i64,
        kind: CaseKind,
        account_id: String,
        account_name: String => Option::unwrap_or_default,
        asked: String,
        asked_of_partners: String,
        opened_by_name: String,
        opened_at: Timestamp,
        due_at: Timestamp,
        closed_by_name: String,
        closed_at: Option<Timestamp>,
        closing_note: String,
        closing_words: String,
        version: i64,
        phase: String,
        level: u32,
        phase_at: Timestamp,
        level_due_at: Option<Timestamp>,
        appeal_until: Option<Timestamp>,
        attention_at: Option<Timestamp>,
        decider: Option<UserId> => |id: String| UserId::parse(&id).ok(),
        opened_partner_id: String,
        rep: Option<UserId> => |id: String| UserId::parse(&id).ok(),
        clocks_held: bool => |held: i64| held != 0,
        features: Features => json,
        resolved_at: Option<Timestamp>,
        breached_at: Option<Timestamp>,
        opened_by: String,
    }
}

fn phase(kept: &Kept) -> Result<Phase, DbError> {
    let (at, level) = (kept.phase_at, kept.level);
    Ok(match kept.phase.as_str() {
        "deciding" => Phase::Deciding { level, since_at: at },
        "appealed" => Phase::Appealed { level, since_at: at },
        "decided" => {
            let appeal_until = kept.appeal_until.unwrap_or(at);
            Phase::Decided { level, at, appeal_until }
        }
        "final" => Phase::Final { at },
        "closed" => Phase::Closed { at },
        _ => return Err(bad("phase")),
    })
}

/// A row for a reader; `reader` is the partner that reads, `""` for the vendor. Rule AC-05.
fn case(row: &Row<'_>, reader: &str) -> Result<Case, DbError> {
    let kept: Kept = row.read()?;
    let for_partner = !reader.is_empty();
    let opener = &kept.opened_partner_id;
    let is_opener = for_partner && opener == reader;
    let theirs = for_partner && !opener.is_empty() && !is_opener;
    let of_vendor = |text: String| if for_partner { String::new() } else { text };
    Ok(Case {
        phase: phase(&kept)?,
        case_id: kept.case_id,
        number: kept.number,
        kind: kept.kind,
        account: AccountId::parse(&kept.account_id).ok(),
        account_id: of_vendor(kept.account_id),
        account_name: kept.account_name,
        asked: if for_partner && !is_opener { kept.asked_of_partners } else { kept.asked },
        opened_by_name: if theirs { "the other side".to_owned() } else { kept.opened_by_name },
        opened_by: kept.opened_by,
        opened_at: kept.opened_at,
        due_at: kept.due_at,
        level: kept.level,
        level_due_at: kept.level_due_at,
        attention_at: kept.attention_at,
        decider: kept.decider,
        rep: kept.rep,
        clocks_held: kept.clocks_held,
        features: kept.features,
        resolved_at: kept.resolved_at,
        breached_at: kept.breached_at,
        closed_by_name: kept.closed_by_name,
        closed_at: kept.closed_at,
        closing_note: of_vendor(kept.closing_note),
        closing_words: kept.closing_words,
        version: kept.version,
    })
}

fn reader(cx: &Cx<'_, '_>) -> String {
    cx.actor.partner_id().map_or(String::new(), |id| id.as_str().to_owned())
}

/// The cases of a statement, as the one who acts may know them.
pub(crate) fn read(
    cx: &mut Cx<'_, '_>,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<Case>, AppError> {
    let reader = reader(cx);
    Ok(cx.tx.query(sql, values, |row| case(row, &reader))?)
}

/// The cases under a condition that the one who acts may know of; `rest` is their order and number.
pub(crate) fn list(
    cx: &mut Cx<'_, '_>,
    (condition, values): (&str, Vec<Value<'static>>),
    rest: &str,
) -> Result<Vec<Case>, AppError> {
    let seen = cx.actor.visibility();
    let mut found = Where::new("c.vendor_id = ?", [seen.vendor().into_owned()]);
    if let Some(partner_id) = seen.partner_id() {
        found.and(OF_PARTNER, [partner_id.as_str().to_owned().into()]);
    }
    found.and(condition, values);
    read(cx, &format!("{SELECT} WHERE {} {rest}", found.text()), found.values())
}

/// A case that the actor may know of; 404 otherwise.
pub(crate) fn find(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Case, AppError> {
    let id = vec![case_id.as_str().to_owned().into()];
    list(cx, ("c.case_id = ?", id), "")?.pop().ok_or(AppError::NotFound)
}

/// Cases whose clock has something to do, the longest due first, at most 500.
pub(crate) fn due(cx: &mut Cx<'_, '_>, now: Timestamp) -> Result<Vec<CaseId>, AppError> {
    let vendor_id = cx.vendor();
    let ids = cx.tx.query_as::<String, _>(
        "SELECT case_id FROM conflict_cases WHERE vendor_id = $1 AND attention_at IS NOT NULL \
         AND attention_at <= $2 ORDER BY attention_at, number LIMIT 500",
        db::params![vendor_id.as_str(), now.as_microsecond()],
    )?;
    ids.iter().map(|id| CaseId::parse(id).map_err(AppError::internal)).collect()
}

/// How many cases lie with each person.
pub(crate) fn loads(
    cx: &mut Cx<'_, '_>,
) -> Result<std::collections::BTreeMap<String, u32>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query_as::<(String, i64), _>(
        "SELECT decider_user_id, COUNT(*) FROM conflict_cases WHERE vendor_id = $1 \
         AND state = 'open' AND decider_user_id <> '' GROUP BY decider_user_id",
        db::params![vendor_id.as_str()],
    )?;
    Ok(rows.into_iter().map(|(id, n)| (id, u32::try_from(n).unwrap_or(u32::MAX))).collect())
}

/// Writes the course of a case back; `Stale` when somebody else wrote it in between.
pub(crate) fn save(cx: &mut Cx<'_, '_>, case: &mut Case) -> Result<(), AppError> {
    audit::touch(cx, &kept::CASES, &[case.case_id.as_str()])?;
    let vendor_id = cx.vendor();
    let (at, appeal_until) = match case.phase {
        Phase::Deciding { level, since_at } | Phase::Appealed { level, since_at } => {
            case.level = level;
            (since_at, None)
        }
        Phase::Decided { level, at, appeal_until } => {
            case.level = level;
            (at, Some(appeal_until))
        }
        Phase::Final { at } | Phase::Closed { at } => (at, None),
    };
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    let changed = cx.tx.execute(
        "UPDATE conflict_cases SET state = $1, phase = $2, level = $3, phase_at = $4, \
         level_due_at = $5, appeal_until = $6, attention_at = $7, decider_user_id = $8, \
         due_at = $9, clocks_held = $10, resolved_at = $11, breached_at = $12, \
         closed_by_name = $13, closed_at = $14, closing_note = $15, closing_words = $16, \
         version = version + 1 WHERE vendor_id = $17 AND case_id = $18 AND version = $19",
        db::params![
            case.state().word(),
            case.phase.word(),
            case.level,
            at.as_microsecond(),
            micros(case.level_due_at),
            micros(appeal_until),
            micros(case.attention_at),
            case.decider.as_ref().map_or("", UserId::as_str),
            case.due_at.as_microsecond(),
            case.clocks_held,
            micros(case.resolved_at),
            micros(case.breached_at),
            &case.closed_by_name,
            micros(case.closed_at),
            &case.closing_note,
            &case.closing_words,
            vendor_id.as_str(),
            case.case_id.as_str(),
            case.version
        ],
    )?;
    case.version += 1;
    if changed == 1 { Ok(()) } else { Err(AppError::Stale) }
}
