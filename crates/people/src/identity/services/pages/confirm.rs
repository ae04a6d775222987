//! Steps that ask before they are taken: taking a service identity over, and ending it.

use maud::html;
use web::{Button, Checkbox, PostForm, confirm_page};

use super::below;
use crate::identity::{
    api_keys::{self, scope_words},
    services::{change, edit::OwnershipInput, load, page_of, rules, store::Service},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// `/service-identities/{service_id}/ownership`
pub(in crate::identity::services) fn take_over(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    rules::not_ended(&service)?;
    let (kept, lost) = change::split(&service, req.cx.actor.permissions);
    let mut consequences = vec![
        "You become responsible for what it does and when it expires.".to_owned(),
        format!("It keeps the permissions you have: {}.", scope_words(kept)),
    ];
    if !lost.list().is_empty() {
        consequences.push(format!(
            "It loses the permissions you do not have: {}. Requests that need them fail.",
            scope_words(lost)
        ));
    }
    consequences.push(keys_words(req, &service)?);
    let form = PostForm::new(format!("{}/ownership", page_of(&service)), req.csrf())
        .idempotency(req.form_token())
        .body(html! {
            (Checkbox::new("revoke_keys", "Revoke its keys now")
                .hint("Its programs stop until you give them new keys. Choose this if somebody \
                       who left knows the secrets."))
        })
        .actions(html! {
            (Button::primary("Take over"))
            (Button::quiet("Cancel").href(page_of(&service)))
        });
    let question = format!("Take over “{}” from {}?", service.name, service.owner_name);
    let page = below(&service, "Take over");
    req.page(page.body(confirm_page(&question, &consequences, form)))
}

/// What becomes of its keys.
fn keys_words(req: &mut Req<'_, '_>, service: &Service) -> Result<String, AppError> {
    let now = req.cx.now;
    let keys = api_keys::of_service(&mut req.cx, &service.service_id)?;
    let count = keys.iter().filter(|key| key.expires_at > now).count();
    Ok(match count {
        0 => "It has no active key.".to_owned(),
        1 => "Its key keeps working.".to_owned(),
        many => format!("Its {many} keys keep working."),
    })
}

/// `POST /service-identities/{service_id}/ownership`
pub(in crate::identity::services) fn taken_over(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    let OwnershipInput { revoke_keys } = req.form_as()?;
    change::take_over(&mut req.cx, &service, revoke_keys)?;
    Ok(req.go(&page_of(&service), &format!("You now own “{}”.", service.name)))
}

/// `/service-identities/{service_id}/ending`
pub(in crate::identity::services) fn end(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    rules::not_ended(&service)?;
    let consequences = vec![
        "All its keys are revoked. Requests with them fail from now on.".to_owned(),
        "What it did stays on record under its name.".to_owned(),
        "This cannot be undone. You can create a new service identity.".to_owned(),
    ];
    let form = PostForm::new(format!("{}/ending", page_of(&service)), req.csrf())
        .idempotency(req.form_token())
        .actions(html! {
            (Button::danger("End"))
            (Button::quiet("Cancel").href(page_of(&service)))
        });
    let question = format!("End the service identity “{}”?", service.name);
    let page = below(&service, "End a service identity");
    req.page(page.body(confirm_page(&question, &consequences, form)))
}

/// `POST /service-identities/{service_id}/ending`
pub(in crate::identity::services) fn ended(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    change::end(&mut req.cx, &service)?;
    Ok(req.go(&page_of(&service), &format!("“{}” has ended.", service.name)))
}
