//! What administrators are told about service identities.

use super::{
    page_of,
    store::{self, Service},
};
use crate::{
    identity::memberships::{self, Person},
    notifications::{self, Notice},
};
use frame::{ctx::Cx, error::AppError};

/// Tells the other administrators of the side that a service identity has stopped with its owner.
pub(super) fn dormant(
    cx: &mut Cx<'_, '_>,
    service: &Service,
    owner: &Person,
    why: &str,
) -> Result<(), AppError> {
    let title = format!("“{}” has stopped", service.name);
    let body = format!(
        "{}, who owns the service identity “{}”, {why}. Its keys do not work until somebody takes \
         it over. Take it over, or end it if it is no longer needed.",
        owner.name, service.name
    );
    for person in store::administrators_besides(cx, service, &owner.user_id)? {
        notifications::notify(
            cx,
            &Notice {
                user_id: person.user_id.as_str(),
                partner_id: service.partner(),
                kind: "identity.service_dormant",
                title: &title,
                body: &body,
                href: &page_of(service),
                action: "Take it over or end it",
                until: None,
                subject_id: service.service_id.as_str(),
                links: &[],
            },
        )?;
    }
    Ok(())
}

/// Tells the owner until now, who still acts for the side, that somebody else answers for it.
pub(super) fn taken_over(cx: &mut Cx<'_, '_>, before: &Service) -> Result<(), AppError> {
    let active = memberships::active(cx, &before.owner, before.partner())?;
    if before.owner_left_at.is_some() || active.is_none() {
        return Ok(());
    }
    let title = format!("{} took over “{}”", cx.actor.name, before.name);
    let body = format!(
        "{} now owns the service identity “{}” and is responsible for it. You do not need to do \
         anything.",
        cx.actor.name, before.name
    );
    notifications::notify(
        cx,
        &Notice {
            user_id: before.owner.as_str(),
            partner_id: before.partner(),
            kind: "identity.service_taken_over",
            title: &title,
            body: &body,
            href: &page_of(before),
            action: "",
            until: None,
            subject_id: before.service_id.as_str(),
            links: &[],
        },
    )
}
