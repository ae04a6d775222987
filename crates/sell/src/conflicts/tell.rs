//! Notifications of a case, in the inbox and by mail, with action and deadline.

use std::collections::BTreeSet;

use domain::ids::{CaseId, PartnerId, UserId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    file::CaseFile,
    store::{Case, PartyRow},
};
use frame::{ctx::Cx, error::AppError};
use people::{
    audit, events,
    identity::{
        self,
        links::{self, LinkPurpose, NewLink, Uses},
    },
    notifications::{self, MailLink},
};

/// How many people of one side are told at most.
const TOLD: usize = 20;

/// Something to tell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Message<'a> {
    /// The verb of its event: `opened`, `decided` …
    pub(super) kind: &'a str,
    /// One line after the account's name.
    pub(super) title: &'a str,
    /// What happened and what follows.
    pub(super) body: &'a str,
    /// What to do; empty for nothing.
    pub(super) action: &'a str,
    /// Until when.
    pub(super) until: Option<Timestamp>,
    /// True when a link is put in by which a statement can be given without signing in.
    pub(super) link: bool,
}

/// Writes into the audit trail what was done in a case, with what it was before and after.
pub(super) fn record(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    action: &str,
    (before, after): (Value, Value),
) -> Result<(), AppError> {
    let object_id = case_id.as_str();
    audit::record(cx, &audit::Entry { action, object_kind: "conflict", object_id, before, after })
}

fn notice(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    (user_id, partner_id): (&str, &str),
    message: &Message<'_>,
    links: &[(String, MailLink)],
) -> Result<(), AppError> {
    let kind = format!("conflict.{}", message.kind);
    let title = format!("{}: {}", case.account_name, message.title);
    let href = case.href();
    let notice = notifications::Notice {
        user_id,
        partner_id,
        kind: &kind,
        title: &title,
        body: message.body,
        href: &href,
        action: message.action,
        until: message.until,
        subject_id: case.case_id.as_str(),
        links,
    };
    notifications::notify(cx, &notice)
}

/// Tells people of the vendor.
pub(super) fn vendor(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    people: &BTreeSet<String>,
    message: &Message<'_>,
) -> Result<(), AppError> {
    for user_id in people.iter().take(TOLD) {
        notice(cx, case, (user_id, ""), message, &[])?;
    }
    Ok(())
}

/// Tells the one whose turn it is.
pub(super) fn decider(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    message: &Message<'_>,
) -> Result<(), AppError> {
    let people = case.decider.iter().map(|id| id.as_str().to_owned()).collect();
    vendor(cx, case, &people, message)
}

/// The parties, each partner once and direct sales as `None`.
pub(super) fn sides(parties: &[PartyRow]) -> BTreeSet<Option<PartnerId>> {
    parties.iter().map(PartyRow::partner).collect()
}

/// Tells one party: the partner's admins, or the rep and the owner of the account.
pub(super) fn party(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    side: Option<&PartnerId>,
    message: &Message<'_>,
) -> Result<(), AppError> {
    let Some(partner_id) = side else {
        let rep = case.rep.iter().map(|id| id.as_str().to_owned()).collect();
        return vendor(cx, case, &rep, message);
    };
    let event = events::Event {
        kind: &format!("conflict.{}", message.kind),
        object_kind: "conflict",
        object_id: case.case_id.as_str(),
        partner_id: partner_id.as_str(),
        data: json!({ "kind": case.kind.word(), "reference": case.reference(),
            "words": message.body }),
    };
    events::append(cx, &event)?;
    let people = identity::partner_people(cx, partner_id)?;
    let admins = people.iter().filter(|one| one.roles.iter().any(|role| role == "admin"));
    for person in admins.take(TOLD) {
        let links = if message.link {
            vec![statement_link(cx, case, &person.user_id, partner_id)?]
        } else {
            Vec::new()
        };
        notice(cx, case, (person.user_id.as_str(), partner_id.as_str()), message, &links)?;
    }
    Ok(())
}

/// Tells every party the same.
pub(super) fn parties(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
    message: &Message<'_>,
) -> Result<(), AppError> {
    for side in sides(&file.parties) {
        party(cx, &file.case, side.as_ref(), message)?;
    }
    Ok(())
}

fn statement_link(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    user_id: &UserId,
    partner_id: &PartnerId,
) -> Result<(String, MailLink), AppError> {
    let subject = link_subject(case, partner_id.as_str());
    let link = NewLink {
        purpose: LinkPurpose::CaseStatement,
        user_id: Some(user_id),
        partner_id: Some(partner_id),
        subject_id: &subject,
        uses: Uses::Once,
        expires_at: case.due_at,
    };
    Ok(("Give your statement without signing in".to_owned(), links::promise(cx, &link)?))
}

/// What a party's links act on.
pub(super) fn link_subject(case: &Case, partner_id: &str) -> String {
    format!("{}/{partner_id}", case.case_id)
}
