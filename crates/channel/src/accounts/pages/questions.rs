//! "Is it the same company?", one question after the other, by buttons or single keys.

use domain::ids::AccountId;
use web::{
    Button, Callout, Empty, Icon, Markup, Page, button_row, card, html, instant, post_button_with,
};

use super::{
    compare::{likelihood, side_by_side},
    duplicates::tabs,
};
use crate::accounts::{
    api::merging::AnswerInput,
    questions::{self, Answer, AnswerQuestion, Question, QuestionId},
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// How many questions are walked through at once.
const AHEAD: i64 = 50;

/// `/accounts/questions`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let at: usize = url.get("at").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (waiting, _) = questions::waiting(&mut req.cx, None, AHEAD)?;
    let tabs = tabs(req, "questions")?;
    let page = Page::new("Accounts").tabs(tabs);
    let at = at.min(waiting.len().saturating_sub(1));
    let Some(question) = waiting.get(at) else {
        let empty = Empty::new(
            Icon::Check,
            "Nothing to decide",
            "When an import or the CRM adds a company that may already exist, decide here whether \
             it is the same.",
        );
        return req
            .page(page.body(empty.action(Button::secondary("View accounts").href("/accounts"))));
    };
    let body = body(req, question, (at, waiting.len()))?;
    req.page(page.body(body))
}

fn body(
    req: &mut Req<'_, '_>,
    question: &Question,
    (at, count): (usize, usize),
) -> Result<Markup, AppError> {
    let found = questions::possible(&mut req.cx, question)?;
    let zone = req.zone()?;
    let mut ids: Vec<AccountId> = vec![question.account_id.clone()];
    ids.extend(found.iter().take(3).map(|one| one.account_id.clone()));
    let comparison = side_by_side(&mut req.cx, &ids)?;
    let may_write = req.cx.actor.may(Permission::AccountsWrite);
    let (csrf, action) =
        (req.csrf(), format!("/accounts/questions/{}/answer", question.question_id));
    let here = at.to_string();
    let same = |id: &AccountId, button: Button| {
        let fields = [("answer", "same"), ("account_id", id.as_str()), ("at", here.as_str())];
        post_button_with(&action, &csrf, &fields, button)
    };
    let different = post_button_with(
        &action,
        &csrf,
        &[("answer", "different"), ("at", here.as_str())],
        Button::secondary(if found.len() > 1 { "None of these" } else { "Different" }).key('n'),
    );
    let step = |to: usize| format!("/accounts/questions?at={to}");
    Ok(html! {
        p {
            "Question " (at + 1) " of " (count) ": " strong { (question.account_name) }
            " was added by " (question.asked_by) " on " (instant(question.asked_at, &zone))
            " and may already exist."
        }
        (comparison)
        @if found.is_empty() {
            (Callout::info("No account resembles it any more").body("Choose “Different” to close the question."))
        }
        @for (index, candidate) in found.iter().take(3).enumerate() {
            (card(format!("Is it {}?", candidate.name), html! {
                (likelihood(candidate))
                @if may_write {
                    @if index == 0 { (same(&candidate.account_id, Button::primary("Same company").key('y'))) }
                    @else { (same(&candidate.account_id, Button::secondary("Same company"))) }
                }
            }))
        }
        (button_row(html! {
            @if may_write { (different) }
            @if at > 0 { (Button::quiet("Previous").key('k').href(step(at - 1))) }
            @if at + 1 < count { (Button::quiet("Next").key('j').href(step(at + 1))) }
        }))
        p { "“Same company” merges it into the existing account. You can undo that for 30 days." }
    })
}

/// `POST /accounts/questions/{question_id}/answer`
pub(crate) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let question_id: QuestionId = req.id("question_id")?;
    let form = req.form.clone();
    let answer = req.form_as::<AnswerInput>()?.answer()?;
    let said = match &answer {
        Answer::Same(_) => "Merged into the existing account.",
        Answer::Different => "Kept as a separate company.",
    };
    AnswerQuestion { question_id, answer }.run(&mut req.cx)?;
    let at: usize = form.text("at").parse().unwrap_or(0);
    Ok(req.go(&format!("/accounts/questions?at={at}"), said))
}
