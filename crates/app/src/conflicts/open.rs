//! Opening a case, and asking whether one is open.

use std::collections::BTreeSet;

use domain::ids::{AccountId, CaseId, RegistrationId};
use jiff::Timestamp;
use serde_json::json;

use super::{CaseKind, Party};
use crate::{
    access::VendorRole,
    accounts, audit,
    core::{ctx::Cx, error::AppError},
    events, identity, notifications, partners, program,
};

/// How many people of one side are told at most.
const TOLD: usize = 20;

/// A case to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewCase<'a> {
    /// What it is about.
    pub kind: CaseKind,
    /// The account.
    pub account_id: &'a AccountId,
    /// What is asked, in words for the vendor.
    pub asked: &'a str,
    /// What is asked, in words for partners; names no other partner (AC-05).
    pub asked_of_partners: &'a str,
    /// Who is in it.
    pub parties: &'a [Party<'a>],
}

/// Opens a case and tells those whom it concerns. When one of the same kind is open with the same
/// registrations, that one is given instead. Rules DR-05, AC-04.
pub fn open(cx: &mut Cx<'_, '_>, new: &NewCase<'_>) -> Result<CaseId, AppError> {
    if let Some(known) = same(cx, new)? {
        return Ok(known);
    }
    let vendor_id = cx.vendor();
    let case_id = CaseId::new(cx.ids(), cx.now);
    let due_at = due_at(cx)?;
    cx.tx.execute(
        "INSERT INTO conflict_cases (vendor_id, case_id, number, kind, account_id, asked, \
         asked_of_partners, opened_by, opened_by_name, opened_at, due_at, state) \
         SELECT $1, $2, COALESCE((SELECT MAX(number) FROM conflict_cases WHERE vendor_id = $1), 0) \
         + 1, $3, $4, $5, $6, $7, $8, $9, $10, 'open'",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            new.kind.word(),
            new.account_id.as_str(),
            new.asked,
            new.asked_of_partners,
            cx.actor.reference(),
            &cx.actor.name.clone(),
            cx.now.as_microsecond(),
            due_at.as_microsecond()
        ],
    )?;
    for (seq, party) in (0_i64..).zip(new.parties) {
        cx.tx.execute(
            "INSERT INTO conflict_parties (vendor_id, case_id, seq, partner_id, registration_id) \
             VALUES ($1, $2, $3, $4, $5)",
            db::params![
                vendor_id.as_str(),
                case_id.as_str(),
                seq,
                party.partner_id.map_or("", |id| id.as_str()),
                party.registration_id.map_or("", |id| id.as_str())
            ],
        )?;
    }
    record(cx, new, &case_id)?;
    tell(cx, new, &case_id, due_at)?;
    Ok(case_id)
}

/// The open case of the same kind, account and registrations.
fn same(cx: &mut Cx<'_, '_>, new: &NewCase<'_>) -> Result<Option<CaseId>, AppError> {
    let vendor_id = cx.vendor();
    let wanted: BTreeSet<String> = new.parties.iter().map(key).collect();
    let open = cx.tx.query(
        "SELECT case_id FROM conflict_cases WHERE vendor_id = $1 AND account_id = $2 \
         AND kind = $3 AND state = 'open' ORDER BY number",
        db::params![vendor_id.as_str(), new.account_id.as_str(), new.kind.word()],
        |row| row.text(0),
    )?;
    for case_id in open {
        let parties = cx.tx.query(
            "SELECT partner_id, registration_id FROM conflict_parties WHERE vendor_id = $1 \
             AND case_id = $2",
            db::params![vendor_id.as_str(), &case_id],
            |row| Ok(format!("{}/{}", row.text(0)?, row.text(1)?)),
        )?;
        if parties.into_iter().collect::<BTreeSet<String>>() == wanted {
            return CaseId::parse(&case_id).map(Some).map_err(AppError::internal);
        }
    }
    Ok(None)
}

fn key(party: &Party<'_>) -> String {
    let partner = party.partner_id.map_or("", |id| id.as_str());
    let registration = party.registration_id.map_or("", |id| id.as_str());
    format!("{partner}/{registration}")
}

/// When the time ends that the program gives a case, in its business days.
fn due_at(cx: &mut Cx<'_, '_>) -> Result<Timestamp, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    let document = program::in_force(cx, &program_id, now)?.document;
    let calendar = document.business_calendar(None);
    Ok(calendar.add_business_days(now, document.conflicts.case_business_days))
}

fn record(cx: &mut Cx<'_, '_>, new: &NewCase<'_>, case_id: &CaseId) -> Result<(), AppError> {
    let after = json!({
        "kind": new.kind.word(), "account_id": new.account_id.as_str(), "asked": new.asked,
    });
    audit::record(
        cx,
        &audit::Entry {
            action: "conflict.opened",
            object_kind: "conflict",
            object_id: case_id.as_str(),
            before: serde_json::Value::Null,
            after,
        },
    )?;
    for party in audience(new) {
        let data = json!({ "kind": new.kind.word(), "asked": new.asked_of_partners });
        let event = events::Event {
            kind: "conflict.opened",
            object_kind: "conflict",
            object_id: case_id.as_str(),
            partner_id: party,
            data,
        };
        events::append(cx, &event)?;
    }
    Ok(())
}

/// The partners in a case, each once; the vendor (`""`) when there is none.
fn audience<'a>(new: &NewCase<'a>) -> BTreeSet<&'a str> {
    let partners: BTreeSet<&str> = new
        .parties
        .iter()
        .filter_map(|party| party.partner_id)
        .map(domain::ids::PartnerId::as_str)
        .collect();
    if partners.is_empty() { BTreeSet::from([""]) } else { partners }
}

fn tell(
    cx: &mut Cx<'_, '_>,
    new: &NewCase<'_>,
    case_id: &CaseId,
    due_at: Timestamp,
) -> Result<(), AppError> {
    let account = accounts::get(cx, new.account_id)?;
    let title = format!("{}: a conflict case was opened", account.name);
    let href = format!("/conflicts/{case_id}");
    let mut vendor: BTreeSet<String> = BTreeSet::new();
    if !account.owner_user_id.is_empty() {
        vendor.insert(account.owner_user_id.clone());
    }
    for party in new.parties {
        let Some(partner_id) = party.partner_id else {
            continue;
        };
        if let Some(manager) = partners::manager_of(cx, partner_id)? {
            vendor.insert(manager.as_str().to_owned());
        }
        let people = identity::partner_people(cx, partner_id)?;
        let admins = people.iter().filter(|one| one.roles.iter().any(|role| role == "admin"));
        for person in admins.take(TOLD) {
            let notice = notifications::Notice {
                user_id: person.user_id.as_str(),
                partner_id: partner_id.as_str(),
                kind: "conflict.opened",
                title: &title,
                body: new.asked_of_partners,
                href: &href,
                action: "Say what you know",
                until: Some(due_at),
                subject_id: case_id.as_str(),
                links: &[],
            };
            notifications::notify(cx, &notice)?;
        }
    }
    let neutral = identity::users_with_role(cx, VendorRole::Operations)?;
    vendor.extend(neutral.iter().take(TOLD).map(|person| person.user_id.as_str().to_owned()));
    for user_id in vendor {
        let notice = notifications::Notice {
            user_id: &user_id,
            partner_id: "",
            kind: "conflict.opened",
            title: &title,
            body: new.asked,
            href: &href,
            action: "Look at the case",
            until: Some(due_at),
            subject_id: case_id.as_str(),
            links: &[],
        };
        notifications::notify(cx, &notice)?;
    }
    Ok(())
}

/// The open case in which a registration is a party, the oldest if there are several.
pub fn open_case_for(
    cx: &mut Cx<'_, '_>,
    registration_id: &RegistrationId,
) -> Result<Option<CaseId>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt(
        "SELECT c.case_id FROM conflict_parties p JOIN conflict_cases c \
         ON c.vendor_id = p.vendor_id AND c.case_id = p.case_id \
         WHERE p.vendor_id = $1 AND p.registration_id = $2 AND p.registration_id <> '' \
         AND c.state = 'open' ORDER BY c.number LIMIT 1",
        db::params![vendor_id.as_str(), registration_id.as_str()],
        |row| row.text(0),
    )?;
    found.map(|id| CaseId::parse(&id).map_err(AppError::internal)).transpose()
}

/// Whether a case is still open.
pub fn is_open(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let state = cx.tx.query_opt(
        "SELECT state FROM conflict_cases WHERE vendor_id = $1 AND case_id = $2",
        db::params![vendor_id.as_str(), case_id.as_str()],
        |row| row.text(0),
    )?;
    Ok(state.is_some_and(|state| state == "open"))
}
