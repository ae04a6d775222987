//! Direct opportunities: history passes, open ones are held against partners' protection (DR-05).

use std::collections::BTreeMap;

use domain::{
    accounts::AccountName,
    ids::AccountId,
    money::{Currency, Money},
    program::Document,
};
use jiff::civil::Date;

use super::{Outcome, People, Reader, country, document, is_blank, product, stages};
use crate::imports::{
    file::Line,
    finding::Findings,
    settings::{EqualRows, WithoutAccount},
    values,
};
use channel::accounts::{self, NewAccount, SettledHow};
use frame::{ctx::Cx, error::AppError};
use sell::direct_sales::{FromCrm, Recorded, Stage, Through, account_in_crm, record_from_crm};

/// The longest name of an opportunity, in characters.
const NAME: usize = 200;

/// Checked rows.
#[derive(Debug, Clone)]
pub(in crate::imports) struct Plan {
    rows: Vec<Ready>,
}

#[derive(Debug, Clone)]
struct Ready {
    line: u64,
    account: NewAccount,
    name: String,
    external_id: String,
    owner: (String, String),
    product: String,
    stage: Stage,
    amount: Money,
    opened_on: Date,
    opened_is_given: bool,
    close_on: Option<Date>,
    closed_on: Option<Date>,
}

struct Judges {
    document: std::sync::Arc<Document>,
    people: People,
    today: Date,
    /// A day after this one is in the future everywhere on earth.
    latest: Date,
}

/// Reads every row. Rule IM-01.
pub(super) fn check(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Plan, AppError> {
    let document = document(cx)?;
    let today = cx.now.to_zoned(document.time_zone()).date();
    let latest = values::latest_day(cx.now);
    let judges = Judges { document, people: People::of_vendor(cx)?, today, latest };
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut rows = Vec::with_capacity(reader.sheet.rows.len());
    if !reader.columns.has("external_id") {
        findings.remark(
            1,
            "No column has the CRM id: importing the file again would create duplicates",
        );
    }
    for line in &reader.sheet.rows {
        reader.counter.add(1);
        if has_no_account(reader, line, findings) {
            continue;
        }
        let Some(ready) = read(reader, line, &judges, findings) else {
            continue;
        };
        let crm_id = domain::crm_id::canonical(&ready.external_id);
        if let Some(first) = seen.get(&crm_id) {
            let words = format!("has the same id as line {first}");
            let place = reader.place(line, "external_id");
            match reader.settings.equal_rows {
                EqualRows::LeaveOut => findings.left_out(line.number, place, words),
                EqualRows::Fault => findings.fault(line.number, place, words),
            }
            continue;
        }
        if !ready.external_id.is_empty() {
            seen.insert(crm_id, line.number);
        }
        rows.push(ready);
    }
    Ok(Plan { rows })
}

/// Whether a partner protects the account cannot be told of an opportunity that names none.
fn has_no_account(reader: &Reader, line: &Line, findings: &mut Findings) -> bool {
    if !is_blank(reader.text(line, "account")) {
        return false;
    }
    let place = reader.place(line, "account");
    let words = "names no account, so protection cannot be checked; add the account in the CRM \
                 and import the file again";
    match reader.settings.without_account {
        WithoutAccount::LeaveOut => findings.left_out(line.number, place, words),
        WithoutAccount::Fault => findings.fault(line.number, place, words),
    }
    true
}

fn read(reader: &Reader, line: &Line, judges: &Judges, findings: &mut Findings) -> Option<Ready> {
    let faults_before = findings.found_wrong();
    let account = account(reader, line, findings);
    let stage = stages::of(reader, line, findings);
    let amount = amount(reader, line, findings);
    let days = days(reader, line, (stage, judges), findings);
    let product_text = reader.text(line, "product");
    let found = if is_blank(product_text) {
        None
    } else {
        let found = product(&judges.document, line, product_text, findings);
        if found.is_none() {
            findings.remark(
                line.number,
                format!(
                    "“{product_text}” is not a product line of the program; it is kept in the name"
                ),
            );
        }
        found
    };
    let owner = owner(reader, line, &judges.people, findings);
    let given = reader.text(line, "name");
    let name = match (given.is_empty(), product_text.is_empty()) {
        (false, _) => given.to_owned(),
        (true, false) => format!("{product_text} for {}", account.name),
        (true, true) => account.name.clone(),
    };
    let (Some(amount), Some((opened_on, close_on, closed_on))) = (amount, days) else {
        return None;
    };
    (findings.found_wrong() == faults_before).then(|| Ready {
        line: line.number,
        account,
        name: name.chars().take(NAME).collect(),
        external_id: reader.crm_id(line).to_owned(),
        owner,
        product: found.unwrap_or_default(),
        stage,
        amount,
        opened_on,
        opened_is_given: !is_blank(reader.text(line, "opened_on")),
        close_on,
        closed_on,
    })
}

fn account(reader: &Reader, line: &Line, findings: &mut Findings) -> NewAccount {
    let mut new = NewAccount::default();
    match AccountName::parse(reader.text(line, "account")) {
        Ok(name) => name.as_str().clone_into(&mut new.name),
        Err(error) => {
            findings.fault(line.number, reader.place(line, "account"), error.to_string());
        }
    }
    let domain = reader.text(line, "account_domain");
    if !is_blank(domain) {
        match domain::accounts::Domain::parse(domain) {
            Ok(domain) => new.domains.push(domain.ascii().to_owned()),
            Err(error) => {
                let place = reader.place(line, "account_domain");
                findings.fault(line.number, place, error.to_string());
            }
        }
    }
    new.country = country(reader, line, "account_country", findings);
    new
}

fn amount(reader: &Reader, line: &Line, findings: &mut Findings) -> Option<Money> {
    let settings = &reader.settings;
    let own = reader.text(line, "currency");
    let own = if is_blank(own) { "" } else { own };
    let text = reader.text(line, "amount");
    let read = if is_blank(text) {
        Currency::parse(if own.is_empty() { settings.currency.as_str() } else { own })
            .map(|currency| Money::new(0, currency))
            .map_err(|e| e.to_string())
    } else {
        values::amount(text, (own, &settings.currency), settings.decimal_comma)
    };
    let words = match read {
        Ok(money) if money.minor < 0 => "is negative".to_owned(),
        Ok(money) => return Some(money),
        Err(words) => words,
    };
    let field = if is_blank(text) { "currency" } else { "amount" };
    findings.fault(line.number, reader.place(line, field), words);
    None
}

type Days = (Date, Option<Date>, Option<Date>);

/// When it was opened, is expected to close, and was closed.
fn days(
    reader: &Reader,
    line: &Line,
    (stage, judges): (Stage, &Judges),
    findings: &mut Findings,
) -> Option<Days> {
    let opened = day(reader, line, "opened_on", findings)?;
    let close = day(reader, line, "close_on", findings)?;
    let closed = stage != Stage::Open;
    let opened_on = match (opened, close) {
        (Some(on), _) => on,
        (None, Some(on)) if closed => on,
        (None, Some(_) | None) => {
            findings.remark(line.number, "No opening date: the day of the import is used");
            judges.today
        }
    };
    if opened_on > judges.latest {
        findings.fault(line.number, reader.place(line, "opened_on"), "is in the future");
        return None;
    }
    if let (Some(opened), Some(close)) = (opened, close)
        && close < opened
    {
        let words = format!("is before the opening date, {opened}");
        findings.fault(line.number, reader.place(line, "close_on"), words);
        return None;
    }
    if !closed {
        return Some((opened_on, close, None));
    }
    match close {
        Some(on) if on > judges.latest => {
            let words = "is in the future, but the opportunity is closed";
            findings.fault(line.number, reader.place(line, "close_on"), words);
            None
        }
        Some(on) => Some((opened_on, None, Some(on))),
        None => {
            findings.remark(line.number, "No closing date: the opening date is used");
            Some((opened_on, None, Some(opened_on)))
        }
    }
}

/// `Some(None)` when the cell is empty, `None` when it is no day.
#[expect(clippy::option_option, reason = "an empty cell and a wrong one are two things")]
fn day(reader: &Reader, line: &Line, field: &str, findings: &mut Findings) -> Option<Option<Date>> {
    let text = reader.text(line, field);
    if is_blank(text) {
        return Some(None);
    }
    match values::day(text, reader.settings.date_order) {
        Ok(day) => Some(Some(day)),
        Err(words) => {
            findings.fault(line.number, reader.place(line, field), words);
            None
        }
    }
}

fn owner(
    reader: &Reader,
    line: &Line,
    people: &People,
    findings: &mut Findings,
) -> (String, String) {
    let called = reader.text(line, "owner");
    if is_blank(called) {
        return (String::new(), String::new());
    }
    match people.find(called) {
        Some(found) => found.clone(),
        None => {
            findings.remark(
                line.number,
                format!("No vendor user is called “{called}”; the name is kept"),
            );
            (String::new(), called.chars().take(NAME).collect())
        }
    }
}

/// Writes the rows. Rules AC-03, DR-05, IM-01.
pub(super) fn write(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    plan: &Plan,
    findings: &mut Findings,
) -> Result<Outcome, AppError> {
    let mut outcome = Outcome::default();
    let mut settled: BTreeMap<(String, Vec<String>, String), AccountId> = BTreeMap::new();
    let thresholds = accounts::thresholds(cx)?;
    reader.counter.begin(plan.rows.len());
    for row in &plan.rows {
        let company = &row.account;
        let key = (company.name.clone(), company.domains.clone(), company.country.clone());
        let account_id = if let Some(same) = as_before(cx, row)? {
            same
        } else if let Some(known) = settled.get(&key) {
            known.clone()
        } else {
            let found = accounts::settle(cx, company, &thresholds, "import")?;
            match found.how {
                SettledHow::Known => {}
                SettledHow::Made => {
                    findings.remark(row.line, "A new account was created");
                }
                SettledHow::MadeAsked => {
                    outcome.asked += 1;
                    findings.remark(
                        row.line,
                        "An account was created that may already exist; decide under Accounts",
                    );
                }
            }
            settled.insert(key, found.account_id.clone());
            found.account_id
        };
        match record_from_crm(cx, &from_crm(row, account_id))? {
            Recorded::New(_) => outcome.made += 1,
            Recorded::Changed(_) => outcome.changed += 1,
            Recorded::Moved(_) => {
                outcome.changed += 1;
                findings.remark(row.line, "The opportunity was moved to another account");
            }
            Recorded::Unchanged(_) => outcome.unchanged += 1,
            Recorded::Held { .. } => {
                outcome.held += 1;
                findings.remark(
                    row.line,
                    "A partner protects the account: the opportunity is held back and a conflict \
                     case is open",
                );
            }
        }
        reader.counter.add(1);
    }
    Ok(outcome)
}

/// The account that an opportunity has already, while the row may still mean it.
fn as_before(cx: &mut Cx<'_, '_>, row: &Ready) -> Result<Option<AccountId>, AppError> {
    let Some(account_id) = account_in_crm(cx, &row.external_id)? else {
        return Ok(None);
    };
    let same = accounts::still_is(cx, &account_id, &row.account)?;
    Ok(same.then_some(account_id))
}

fn from_crm(row: &Ready, account_id: AccountId) -> FromCrm {
    FromCrm {
        account_id,
        name: row.name.clone(),
        external_id: row.external_id.clone(),
        owner_user_id: row.owner.0.clone(),
        owner_name: row.owner.1.clone(),
        product: row.product.clone(),
        stage: row.stage,
        amount: row.amount,
        opened_on: row.opened_on,
        opened_is_given: row.opened_is_given,
        close_on: row.close_on,
        closed_on: row.closed_on,
        through: Through::Import,
    }
}
