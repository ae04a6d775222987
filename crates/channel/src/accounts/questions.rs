//! "Is it the same company?": asked of a person when an import or the CRM brought an account that
//! may exist already, and answered one after the other (AC-03).

use db::{Value, keyset};
use domain::{
    accounts::{MatchThresholds, MatchVerdict},
    deal_registration::rules::AC_03,
    ids::AccountId,
};
use jiff::Timestamp;
use matching::{Query, Record};
use serde_json::json;

use super::{
    MergeAccounts, Merging, NewAccount, Resolution, exact,
    index::record_of,
    learned::learn_more,
    resolve::{self, Asked, CandidateView, candidates_of, resolve, thresholds},
    store,
};
use frame::{
    columns::{self, json},
    ctx::Cx,
    error::AppError,
};
use people::identity;

domain::id_type!(/** One question whether two accounts are one company. */ QuestionId, "qst");
domain::id_type!(/** One answer to the question whether two records are one company. */ DecisionId, "dcs");

/// How `settle` settled which account is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledHow {
    /// It was known.
    Known,
    /// It was made: no account is like it.
    Made,
    /// It was made, and a person is asked whether it is one that existed.
    MadeAsked,
}

/// The account that is meant, and how that was settled.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The account.
    pub account_id: AccountId,
    /// How it was settled.
    pub how: SettledHow,
    /// How probable the best candidate was, in basis points; 0 without one.
    pub probability_bp: u32,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// Finds or makes the account of a row at which nobody waits: sure means that account, which
/// learns names, domains and ids it did not know; possible means a new one, and a question in the
/// queue; otherwise a new one. `asked_by` is `import`, `crm`, `api` or `page`. Rule AC-03.
pub fn settle(
    cx: &mut Cx<'_, '_>,
    new: &NewAccount,
    thresholds: &MatchThresholds,
    asked_by: &str,
) -> Result<Settled, AppError> {
    match resolve(cx, &new.asked(), thresholds)? {
        Resolution::Sure(found) => {
            let mut names = new.other_names.clone();
            names.push(new.name.clone());
            learn_more(cx, &found.account_id, &names, &new.domains, &new.external_ids)?;
            Ok(settled(found.account_id.clone(), SettledHow::Known, Some(&found)))
        }
        Resolution::Possible(found) => {
            if let Some(made) = made_before(cx, new, &found)? {
                return Ok(settled(made.account_id.clone(), SettledHow::Known, Some(made)));
            }
            let account_id = store::create(cx, new)?;
            ask(cx, &account_id, asked_by, &found)?;
            Ok(settled(account_id, SettledHow::MadeAsked, found.first()))
        }
        Resolution::New => Ok(settled(store::create(cx, new)?, SettledHow::Made, None)),
    }
}

/// The account that was made, and asked about, when the same company came before with the same name
/// and no domain or id more than now: it is not made once more, whatever the answer was or will be.
fn made_before<'a>(
    cx: &mut Cx<'_, '_>,
    new: &NewAccount,
    found: &'a [CandidateView],
) -> Result<Option<&'a CandidateView>, AppError> {
    let vendor_id = cx.vendor();
    for candidate in found.iter().filter(|one| one.name == new.name && one.country == new.country) {
        let asked_about = cx.tx.query_opt_as::<i64, _>(
            "SELECT 1 FROM account_questions WHERE vendor_id = $1 AND account_id = $2 LIMIT 1",
            db::params![vendor_id.as_str(), candidate.account_id.as_str()],
        )?;
        if asked_about.is_none() {
            continue;
        }
        let known = store::get(cx, &candidate.account_id)?.domains;
        let mut given: Vec<String> =
            new.domains.iter().filter_map(|domain| exact::evidence(domain)).collect();
        given.sort();
        given.dedup();
        let another = exact::has_another_id(cx, &candidate.account_id, &new.asked())?;
        if known == given && !another {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

fn settled(account_id: AccountId, how: SettledHow, best: Option<&CandidateView>) -> Settled {
    Settled {
        account_id,
        how,
        probability_bp: best.map_or(0, |best| best.probability_bp),
        reasons: best.map_or_else(Vec::new, |best| best.reasons.clone()),
    }
}

/// Puts a question into the queue, unless one about this account waits there already.
pub(super) fn ask(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    asked_by: &str,
    candidates: &[CandidateView],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let candidates = serde_json::to_string(candidates).map_err(AppError::internal)?;
    let id = QuestionId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO account_questions (vendor_id, question_id, account_id, asked_by, asked_at, \
         candidates) SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM account_questions \
          WHERE vendor_id = $1 AND account_id = $3 AND answer = '')",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            account_id.as_str(),
            asked_by,
            cx.now.as_microsecond(),
            &candidates
        ],
    )?;
    Ok(())
}

db::row! {
    /// A question that waits.
    #[derive(Debug, Clone)]
    pub(super) struct Question {
        pub(super) question_id: QuestionId,
        pub(super) account_id: AccountId,
        pub(super) account_name: String,
        pub(super) asked_by: String,
        pub(super) asked_at: Timestamp,
        pub(super) open: bool => |answer: String| answer.is_empty(),
        /// The accounts that it may be, as they were found when it was asked.
        found: Vec<CandidateView> => json,
    }
}

const SCOPE: &str = "account-questions";
const SELECT: &str = "SELECT q.question_id, q.account_id, a.name, q.asked_by, q.asked_at, q.answer, \
    q.candidates \
    FROM account_questions q JOIN accounts a ON a.vendor_id = q.vendor_id \
    AND a.account_id = q.account_id WHERE q.vendor_id = $1";

columns::ids!(QuestionId);

/// Waiting questions, oldest first, with the cursor of the next page.
pub(super) fn waiting(
    cx: &mut Cx<'_, '_>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<(Vec<Question>, Option<String>), AppError> {
    let vendor_id = cx.vendor();
    let (at, id) = match cursor {
        None => (i64::MIN, String::new()),
        Some(cursor) => {
            let kinds = [keyset::Kind::Int, keyset::Kind::Text];
            let values = keyset::decode(SCOPE, cursor, &kinds)
                .map_err(|error| AppError::field("cursor", error.to_string()))?;
            match values.as_slice() {
                [Value::Int(at), Value::Text(id)] => (*at, id.clone().into_owned()),
                _ => {
                    return Err(AppError::field("cursor", "this is not a cursor of this list"));
                }
            }
        }
    };
    let sql = format!(
        "{SELECT} AND q.answer = '' AND (q.asked_at, q.question_id) > ($2, $3) \
         ORDER BY q.asked_at, q.question_id LIMIT $4"
    );
    let params = db::params![vendor_id.as_str(), at, &id, limit + 1];
    let mut rows: Vec<Question> = cx.tx.query_as(&sql, params)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|last| {
        keyset::encode(
            SCOPE,
            db::params![last.asked_at.as_microsecond(), last.question_id.as_str()],
        )
    });
    Ok((rows, next))
}

/// How many questions wait.
pub fn waiting_count(cx: &mut Cx<'_, '_>) -> Result<i64, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT COUNT(*) FROM account_questions WHERE vendor_id = $1 AND answer = ''",
        db::params![vendor_id.as_str()],
    )?)
}

/// One question; 404 when there is none.
pub(super) fn find(cx: &mut Cx<'_, '_>, id: &QuestionId) -> Result<Question, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!("{SELECT} AND q.question_id = $2");
    let params = db::params![vendor_id.as_str(), id.as_str()];
    cx.tx.query_opt_as(&sql, params)?.ok_or(AppError::NotFound)
}

/// The living accounts that the company of a question may be, best first: those found when it was
/// asked, and those like it now.
pub(super) fn possible(
    cx: &mut Cx<'_, '_>,
    question: &Question,
) -> Result<Vec<CandidateView>, AppError> {
    let thresholds = thresholds(cx)?;
    let mut found = candidates_of(cx, &question.account_id)?;
    found.retain(|candidate| resolve::verdict(candidate, &thresholds) != MatchVerdict::New);
    for candidate in &question.found {
        let known = found.iter().any(|one| one.account_id == candidate.account_id);
        if !known && store::exists(cx, &candidate.account_id)? {
            found.push(candidate.clone());
        }
    }
    found.sort_by(|one, other| {
        (other.probability_bp, &one.account_id).cmp(&(one.probability_bp, &other.account_id))
    });
    Ok(found)
}

/// What a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is this account: the two are merged into it.
    Same(AccountId),
    /// It is none of those shown.
    Different,
}

/// Answers a question.
#[derive(Debug)]
pub struct AnswerQuestion {
    /// The question.
    pub question_id: QuestionId,
    /// The answer.
    pub answer: Answer,
}

impl AnswerQuestion {
    /// Keeps the answer, from which the weights learn, and merges when it is the same company.
    /// Rules AC-03, AC-04.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        identity::deciding_person(cx, AC_03)?;
        let question = find(cx, &self.question_id)?;
        if !question.open {
            return Err(AppError::field("answer", "this question has already been answered"));
        }
        let account = store::get(cx, &question.account_id)?;
        let shown = possible(cx, &question)?;
        match &self.answer {
            Answer::Same(other) => {
                let bp = shown
                    .iter()
                    .find(|candidate| candidate.account_id == *other)
                    .map_or(0, |candidate| candidate.probability_bp);
                remember_pair(cx, &question.account_id, other, (true, bp))?;
                let merge = MergeAccounts {
                    kept: other.clone(),
                    merged: question.account_id.clone(),
                    reason: format!("{} is the same company, decided in the queue", account.name),
                };
                merge.run(cx)?;
                close(cx, &self.question_id, "same")
            }
            Answer::Different => {
                for candidate in &shown {
                    let verdict = (false, candidate.probability_bp);
                    remember_pair(cx, &question.account_id, &candidate.account_id, verdict)?;
                    super::duplicates::say_different(
                        cx,
                        &question.account_id,
                        &candidate.account_id,
                    )?;
                }
                close(cx, &self.question_id, "different")
            }
        }
    }
}

fn close(cx: &mut Cx<'_, '_>, id: &QuestionId, answer: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE account_questions SET answer = $1, answered_by_name = $2, answered_at = $3 \
         WHERE vendor_id = $4 AND question_id = $5",
        db::params![
            answer,
            &cx.actor.name.clone(),
            cx.now.as_microsecond(),
            vendor_id.as_str(),
            id.as_str()
        ],
    )?;
    Ok(())
}

/// A merge answers the questions about the account that was taken in.
pub(super) fn merged(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE account_questions SET answer = 'same', answered_by_name = $1, answered_at = $2 \
         WHERE vendor_id = $3 AND account_id = $4 AND answer = ''",
        db::params![
            &cx.actor.name.clone(),
            cx.now.as_microsecond(),
            vendor_id.as_str(),
            merging.merged.as_str()
        ],
    )?;
    Ok(())
}

/// An undone merge says that the two are different, whatever was said before.
pub(super) fn unmerged(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<(), AppError> {
    remember_pair(cx, &merging.merged, &merging.kept, (false, 0))?;
    super::duplicates::say_different(cx, &merging.merged, &merging.kept)
}

/// Keeps what a person said of two accounts, as they are now.
pub(super) fn remember_pair(
    cx: &mut Cx<'_, '_>,
    given: &AccountId,
    account_id: &AccountId,
    (same, probability_bp): (bool, u32),
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let Some(record) = record_of(cx.tx, vendor_id.as_str(), given)? else {
        return Ok(());
    };
    remember(cx, (Query::from(&record), given.as_str()), account_id, (same, probability_bp))
}

/// Keeps what a person said of a company named on a form and an account. Rule AC-03.
pub fn remember_decision(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    account_id: &AccountId,
    same: bool,
    probability_bp: u32,
) -> Result<(), AppError> {
    let query = super::index::query(asked);
    remember(cx, (query, ""), account_id, (same, probability_bp))
}

fn remember(
    cx: &mut Cx<'_, '_>,
    (query, given_id): (Query, &str),
    account_id: &AccountId,
    (same, probability_bp): (bool, u32),
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let record: Option<Record> = record_of(cx.tx, vendor_id.as_str(), account_id)?;
    let Some(record) = record else { return Ok(()) };
    let id = DecisionId::new(cx.ids(), cx.now);
    let given = json!({ "query": query, "record": record });
    cx.tx.execute(
        "INSERT INTO account_match_decisions (vendor_id, decision_id, given, given_account_id, \
         account_id, probability_bp, same, decided_by, decided_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            given.to_string(),
            given_id,
            account_id.as_str(),
            probability_bp,
            same,
            cx.actor.reference(),
            cx.now.as_microsecond()
        ],
    )?;
    Ok(())
}
