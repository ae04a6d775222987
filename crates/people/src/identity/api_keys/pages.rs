//! One key, by pages and the API: reading it, and revoking it.

use domain::ids::ApiKeyId;
use web::{Button, Page, PostForm, confirm_page, html};

use super::{create::revoke_key, list, store};
use frame::{error::AppError, reply::Reply, request::Req};

const HERE: &str = "/api-keys";

/// Answers one key.
pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let row = load(req)?;
    Reply::json(&list::body(row, req.cx.now))
}

fn load(req: &mut Req<'_, '_>) -> Result<store::KeyRow, AppError> {
    let key_id: ApiKeyId = req.id("key_id")?;
    let visible = req.cx.actor.visibility();
    store::get(&mut req.cx, &visible, &key_id)
}

/// Revokes a key through the API.
pub(super) fn delete(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let key_id: ApiKeyId = req.id("key_id")?;
    revoke_key(&mut req.cx, &key_id)?;
    Ok(Reply::no_content())
}

/// Asks whether to revoke a key.
pub(super) fn confirm(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let row = load(req)?;
    let question = format!("Revoke the key “{}”?", row.name);
    let consequences = vec![
        "Requests with this key fail from now on.".to_owned(),
        "Every key created with it is revoked too.".to_owned(),
        "This cannot be undone. You can create a new key.".to_owned(),
    ];
    let form = PostForm::new(req.input.path.clone(), req.csrf())
        .idempotency(req.form_token())
        .actions(html! {
            (Button::danger("Revoke"))
            (Button::quiet("Cancel").href(HERE))
        });
    let page = Page::new("Revoke a key").crumb("API keys", HERE).narrow().body(confirm_page(
        &question,
        &consequences,
        form,
    ));
    req.page(page)
}

/// Revokes a key.
pub(super) fn revoke(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let key_id: ApiKeyId = req.id("key_id")?;
    let row = revoke_key(&mut req.cx, &key_id)?;
    Ok(req.go(HERE, &format!("The key “{}” is revoked.", row.name)))
}
