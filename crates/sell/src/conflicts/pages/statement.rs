//! The reader's input: its statement, requested evidence, a note.

use web::{Button, Field, Form, Markup, PostForm, html, instant, section};

use super::{detail::Shown, next::is_party};
use frame::{fault::Fault, request::Req};

/// What was asked of the reader's side, and its statement while it has given none.
pub(super) fn of_reader(
    req: &Req<'_, '_>,
    shown: &Shown,
    (form, fault): (&Form, &Fault),
) -> Markup {
    if !is_party(req, shown) {
        return html! {};
    }
    let stated = shown.statements.iter().any(|one| one.partner_id == shown.reader);
    let here = shown.file.case.href();
    let asked = shown
        .requests
        .iter()
        .filter(|one| one.partner_id == shown.reader && one.answered_at.is_none());
    let statement = PostForm::new(format!("{here}/statement"), req.csrf())
        .idempotency(req.form_token())
        .multipart()
        .body(html! {
            (Field::textarea("statement", "Your statement").rows(5).required()
                .hint("One statement per party; the deciders read it, other partners do not")
                .filled(form).errors(&fault.errors))
            (Field::file("file", "Supporting file").errors(&fault.errors))
        })
        .actions(Button::primary("Give statement"));
    html! {
        @for one in asked {
            div id="asked" {
                (section("Evidence requested from you", html! {
                    p { (one.words) " Until " (instant(one.stops_until, &shown.zone)) "." }
                    (PostForm::new(format!("{here}/requests/{}", one.request_id), req.csrf())
                        .idempotency(req.form_token())
                        .multipart()
                        .body(html! {
                            (Field::textarea("answer", "Your answer").rows(4).required().filled(form).errors(&fault.errors))
                            (Field::file("file", "Supporting file").errors(&fault.errors))
                        })
                        .actions(Button::primary("Answer")))
                }))
            }
        }
        @if !stated { div id="statement" { (section("Your side", statement)) } }
    }
}

/// A note of the reader's side.
pub(super) fn note(req: &Req<'_, '_>, shown: &Shown, (form, fault): (&Form, &Fault)) -> Markup {
    let hint = if shown.reader.is_empty() {
        "Partners do not see the vendor's notes."
    } else {
        "Only you and the vendor can read it."
    };
    let note = PostForm::new(format!("{}/notes", shown.file.case.href()), req.csrf())
        .idempotency(req.form_token())
        .body(
            Field::textarea("words", "Your note")
                .hint(hint)
                .rows(3)
                .required()
                .filled(form)
                .errors(&fault.errors),
        )
        .actions(Button::secondary("Add note"));
    section("Add a note", note)
}
