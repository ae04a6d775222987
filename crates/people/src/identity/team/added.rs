//! A partner's admins are told of everybody who is added to their side, so that they know all its
//! people.

use domain::ids::UserId;

use crate::{
    identity::{memberships, sides},
    notifications::{self, Notice},
};
use frame::{access::PartnerRole, ctx::Cx, error::AppError};

/// Tells the partner's other admins who was added, in which roles and by whom. Nothing for a person
/// of the vendor.
pub fn tell_admins(
    cx: &mut Cx<'_, '_>,
    partner: Option<&domain::ids::PartnerId>,
    user_id: &UserId,
) -> Result<(), AppError> {
    let Some(partner_id) = partner else {
        return Ok(());
    };
    let added = memberships::member(cx, user_id, partner)?.ok_or(AppError::NotFound)?;
    let vendor = sides::side_name(cx, None)?;
    let side = sides::side_name(cx, partner)?;
    let by = match cx.actor.partner_id() {
        Some(_) => cx.actor.name.clone(),
        None => format!("{} of {vendor}", cx.actor.name),
    };
    let title = format!("{} was added as a user of {side}", added.name);
    let body = format!(
        "{by} added {} ({}) as a user of {side}, with the roles: {}. If you do not know this \
         person, remove them and tell {vendor}.",
        added.name,
        added.shown_email(),
        added.role_labels()
    );
    let href = format!("/people/{user_id}");
    let acting = cx.actor.person().cloned();
    for person in memberships::partner_people(cx, partner_id)? {
        let is_admin = person.roles.iter().any(|role| role == PartnerRole::Admin.word());
        if !is_admin || person.user_id == *user_id || acting.as_ref() == Some(&person.user_id) {
            continue;
        }
        notifications::notify(
            cx,
            &Notice {
                user_id: person.user_id.as_str(),
                partner_id: partner_id.as_str(),
                kind: "identity.person_added",
                title: &title,
                body: &body,
                href: &href,
                action: "View person",
                until: None,
                subject_id: user_id.as_str(),
                links: &[],
            },
        )?;
    }
    Ok(())
}
