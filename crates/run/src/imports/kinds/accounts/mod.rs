//! Accounts: recognised or made, with parents.

mod known;
mod read;

use std::collections::BTreeMap;

use domain::ids::AccountId;

use self::{known::known, read::read};
use super::{Outcome, People, Reader, document, is_blank};
use crate::imports::{file::Line, finding::Findings, kind::Kind, settings::EqualRows};
use channel::accounts::{self, Asked, Exactly, Known, NewAccount, SettledHow};
use frame::{ctx::Cx, error::AppError};

/// Checked rows.
#[derive(Debug, Clone)]
pub(in crate::imports) struct Plan {
    rows: Vec<Ready>,
    /// The number of the last change of any account when the rows were checked.
    upto: i64,
}

#[derive(Debug, Clone)]
struct Ready {
    line: u64,
    new: NewAccount,
    parent: String,
    means: Means,
}

#[derive(Debug, Clone)]
enum Means {
    /// An account that is known.
    Known(AccountId),
    /// One that may be known: a person is asked.
    Perhaps,
    /// One that nobody knows.
    New,
}

/// Reads and recognises every row. Rules AC-02, AC-03, IM-01.
pub(super) fn check(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Plan, AppError> {
    let document = document(cx)?;
    let people = People::of_vendor(cx)?;
    let mut all = Known::read(cx)?;
    let sheet = reader.sheet.rows.iter();
    let given: Vec<(&Line, NewAccount)> = sheet
        .filter_map(|line| Some((line, read(reader, line, (&document, &people), findings)?)))
        .collect();
    all.expect(given.iter().map(|(_, new)| new));
    let mut in_file = all.nobody_yet();
    let mut lines: BTreeMap<AccountId, u64> = BTreeMap::new();
    let mut rows = Vec::with_capacity(given.len());
    for (line, new) in given {
        let own = own(cx, reader, line)?;
        let before = in_file.find(&new);
        let twin = match (&own, &before) {
            (Some(own), _) => lines.get(own).copied(),
            (None, Exactly::This(first)) => Some(lines.get(first).copied().unwrap_or(0)),
            (None, Exactly::Unsure | Exactly::None) => None,
        };
        if let Some(first) = twin {
            let words = format!("is a duplicate of line {first}");
            let place = reader.place(line, "name");
            match reader.settings.equal_rows {
                EqualRows::LeaveOut => findings.left_out(line.number, place, words),
                EqualRows::Fault => findings.fault(line.number, place, words),
            }
            continue;
        }
        if let Some(id) = own {
            lines.insert(id.clone(), line.number);
            let parent = parent(reader, line);
            rows.push(Ready { line: line.number, new, parent, means: Means::Known(id) });
            continue;
        }
        let marker = AccountId::new(cx.ids(), cx.now);
        in_file.add(&marker, &new);
        lines.insert(marker, line.number);
        let means = match (all.find(&new), before) {
            (Exactly::This(id), _) => {
                // A later row with another id of the CRM is another company.
                all.learn(&id, &new);
                Means::Known(id)
            }
            (Exactly::Unsure, _) | (Exactly::None, Exactly::Unsure) => Means::Perhaps,
            (Exactly::None, Exactly::This(_) | Exactly::None) => Means::New,
        };
        rows.push(Ready { line: line.number, new, parent: parent(reader, line), means });
    }
    ask_the_index(cx, &mut rows, reader)?;
    Ok(Plan { rows, upto: all.upto })
}

fn parent(reader: &Reader, line: &Line) -> String {
    let parent = reader.text(line, "parent");
    if is_blank(parent) { String::new() } else { parent.to_owned() }
}

/// The account whose id an export of ours wrote in the row; `None` when there is none here.
fn own(cx: &mut Cx<'_, '_>, reader: &Reader, line: &Line) -> Result<Option<AccountId>, AppError> {
    match AccountId::parse(reader.text(line, "external_id")) {
        Ok(id) if accounts::exists(cx, &id)? => Ok(Some(id)),
        Ok(_) | Err(_) => Ok(None),
    }
}

/// Rows that no exact look-up knows are shown to the index; what it finds possible is asked.
fn ask_the_index(cx: &mut Cx<'_, '_>, rows: &mut [Ready], reader: &Reader) -> Result<(), AppError> {
    let thresholds = accounts::thresholds(cx)?;
    let unknown: Vec<usize> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| matches!(row.means, Means::New))
        .map(|(at, _)| at)
        .collect();
    let asked: Vec<Asked> =
        unknown.iter().filter_map(|at| rows.get(*at)).map(|row| row.new.asked()).collect();
    reader.counter.add(rows.len() - unknown.len());
    let counter = reader.counter.clone();
    let found = accounts::best_probabilities(cx, &asked, &move |rows| counter.add(rows))?;
    for (at, probability) in unknown.into_iter().zip(found) {
        let possible = thresholds.possible_bp.get() <= probability;
        if let (true, Some(row)) = (possible, rows.get_mut(at)) {
            row.means = Means::Perhaps;
        }
    }
    Ok(())
}

/// Writes the rows. Rules AC-03, IM-01.
pub(super) fn write(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    plan: &Plan,
    findings: &mut Findings,
) -> Result<Outcome, AppError> {
    let checked_anew;
    let mut plan = plan;
    if accounts::last_change(cx)? != plan.upto {
        *findings = Findings::default();
        super::of_the_file(Kind::Accounts, reader, findings);
        checked_anew = check(cx, reader, findings)?;
        plan = &checked_anew;
        reader.counter.begin(reader.sheet.rows.len());
        if findings.has_faults() {
            return Ok(Outcome::default());
        }
    }
    let mut rows = plan.rows.clone();
    let ids: Vec<AccountId> = rows
        .iter()
        .map(|row| match &row.means {
            Means::Known(id) => id.clone(),
            Means::Perhaps | Means::New => AccountId::new(cx.ids(), cx.now),
        })
        .collect();
    set_parents(cx, &mut rows, &ids, findings)?;
    let mut outcome = Outcome::default();
    let (mut new, mut perhaps) = (Vec::new(), Vec::new());
    for (row, id) in rows.into_iter().zip(ids) {
        match row.means {
            Means::New => new.push((id, row.new)),
            Means::Perhaps => perhaps.push(row),
            Means::Known(_) => {
                if known(cx, &id, &row.new, reader.settings.known_rows)? {
                    outcome.changed += 1;
                } else {
                    outcome.unchanged += 1;
                }
                reader.counter.add(1);
            }
        }
    }
    outcome.made += u64::try_from(new.len()).unwrap_or(0);
    let counter = reader.counter.clone();
    accounts::create_many(cx, &new, &move |rows| counter.add(rows))?;
    // Last, so that rows of the same file are found too.
    for row in perhaps {
        settle(cx, &row, findings, &mut outcome)?;
        reader.counter.add(1);
    }
    Ok(outcome)
}

fn settle(
    cx: &mut Cx<'_, '_>,
    row: &Ready,
    findings: &mut Findings,
    outcome: &mut Outcome,
) -> Result<(), AppError> {
    let thresholds = accounts::thresholds(cx)?;
    let settled = accounts::settle(cx, &row.new, &thresholds, "import")?;
    match settled.how {
        SettledHow::Known => {
            outcome.unchanged += 1;
            findings.remark(row.line, "A company was recognised under a different spelling");
        }
        SettledHow::Made => outcome.made += 1,
        SettledHow::MadeAsked => {
            outcome.made += 1;
            outcome.asked += 1;
            findings.remark(row.line, "A company may already exist; decide under Accounts");
        }
    }
    Ok(())
}

/// Gives every row the id of its parent: a row of the file, or an account that is known.
fn set_parents(
    cx: &mut Cx<'_, '_>,
    rows: &mut [Ready],
    ids: &[AccountId],
    findings: &mut Findings,
) -> Result<(), AppError> {
    if rows.iter().all(|row| row.parent.is_empty()) {
        return Ok(());
    }
    let all = Known::read(cx)?;
    let mut in_file: BTreeMap<String, AccountId> = BTreeMap::new();
    for (row, id) in rows.iter().zip(ids).filter(|(row, _)| !matches!(row.means, Means::Perhaps)) {
        in_file.entry(accounts::name_key(&row.new.name)).or_insert_with(|| id.clone());
    }
    let mut parents: BTreeMap<AccountId, AccountId> = BTreeMap::new();
    for (row, id) in rows.iter_mut().zip(ids).filter(|(row, _)| !row.parent.is_empty()) {
        let by_name = NewAccount { name: row.parent.clone(), ..NewAccount::default() };
        let found = in_file.get(&accounts::name_key(&row.parent)).cloned().or_else(|| {
            match all.find(&by_name) {
                Exactly::This(found) => Some(found),
                Exactly::Unsure | Exactly::None => None,
            }
        });
        let words = match found {
            None => Some("is not an account; the parent stays empty"),
            Some(parent) if parent == *id => Some("is the company itself; the parent stays empty"),
            Some(parent) if leads_to(&parents, &parent, id) => {
                Some("is below this company already; the parent stays empty")
            }
            Some(parent) => {
                parent.as_str().clone_into(&mut row.new.parent_account_id);
                parents.insert(id.clone(), parent);
                None
            }
        };
        if let Some(words) = words {
            findings.remark(row.line, format!("The parent “{}” {words}", row.parent));
        }
    }
    Ok(())
}

fn leads_to(
    parents: &BTreeMap<AccountId, AccountId>,
    from: &AccountId,
    wanted: &AccountId,
) -> bool {
    let mut at = from;
    for _ in 0..1_000 {
        match parents.get(at) {
            Some(next) if next == wanted => return true,
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}
