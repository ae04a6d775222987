//! How the vendor's companies are recognised: the weights in use, and what could be learned.

use matching::learn::{Figures, LEAST_DECISIONS, LEAST_OF_EACH};
use web::{
    Button, Callout, Comparison, Empty, Icon, Markup, Page, Timeline, Tone, html, instant,
    number_text, post_button, post_button_with, section,
};

use super::duplicates::tabs;
use crate::accounts::learning::{self, Adopt, Learning};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// `/accounts/matching`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (same, different) = learning::decisions(&mut req.cx)?;
    let history = learning::history(&mut req.cx)?;
    let zone = req.zone()?;
    let may = req.cx.actor.may(Permission::SettingsManage);
    let csrf = req.csrf();
    let adopted = history.iter().any(|one| one.adopted_at.is_some() && one.decisions > 0);
    let newest = history.first();
    let trial = match newest {
        None => html! {
            (Empty::new(Icon::Chart, "Nothing learned yet", "Each answer to “Same company?” is stored. With enough answers, the weights of domain, country and other fields can be fitted to your data. They are measured before you adopt them."))
        },
        Some(one) => outcome(one, &csrf, may),
    };
    let entries = history.iter().filter_map(|one| {
        let at = one.adopted_at?;
        let words = if one.decisions == 0 {
            "Default weights restored".to_owned()
        } else {
            format!("Weights no. {} adopted", one.number)
        };
        Some(web::Entry::new(instant(at, &zone), words).by(one.adopted_by_name.clone()))
    });
    let tabs = tabs(req, "matching")?;
    let mut page = Page::new("Accounts").tabs(tabs).body(html! {
        (section("Answers so far", html! {
            p {
                (number_text(same)) " times “same”, " (number_text(different)) " times “different”. Learning needs "
                (LEAST_DECISIONS) " answers, at least " (LEAST_OF_EACH) " of each."
            }
        }))
        (section("Last trial", trial))
        (section("Adopted", html! {
            p { @if adopted { "Learned weights have been adopted." } @else { "The default weights are in use." } }
            (Timeline::new().entries(entries))
            @if may && adopted {
                (post_button("/accounts/matching/shipped", &csrf, Button::quiet("Restore default weights")))
            }
        }))
    });
    if may {
        let learn = Button::primary("Learn and measure").icon(Icon::Chart);
        page = page.actions(post_button("/accounts/matching/trials", &csrf, learn));
    }
    req.page(page)
}

fn outcome(one: &Learning, csrf: &str, may: bool) -> Markup {
    let (Some(before), Some(after)) = (&one.measured.before, &one.measured.after) else {
        return html! { (Callout::info("No weights were learned").body(one.measured.fault.clone())) };
    };
    html! {
        p { "Learned from " (number_text(one.decisions)) " answers; each was measured with weights learned from the other answers." }
        (figures(before, after))
        @if may && one.adopted_at.is_none() {
            (post_button_with("/accounts/matching/adoption", csrf, &[("number", &one.number.to_string())],
                Button::secondary("Adopt these weights")))
        }
        @if one.adopted_at.is_some() { (web::status(Tone::Good, "Adopted")) }
    }
}

fn figures(before: &Figures, after: &Figures) -> Comparison {
    let share = |value: f64| format!("{value:.3}");
    Comparison::new("Before and after")
        .side("Weights at the time")
        .side("Learned weights")
        .row("Precision", [share(before.precision), share(after.precision)])
        .row("Recall", [share(before.recall), share(after.recall)])
        .row("F1", [share(before.f1), share(after.f1)])
        .row("Loss (lower is better)", [share(before.log_loss), share(after.log_loss)])
        .row(
            "False matches above the sure threshold",
            [before.false_links_at_sure.to_string(), after.false_links_at_sure.to_string()],
        )
        .row(
            "Cases for a person to decide",
            [before.to_decide.to_string(), after.to_decide.to_string()],
        )
}

/// `POST /accounts/matching/trials`
pub(crate) fn trial(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    learning::request(&mut req.cx)?;
    Ok(req.go("/accounts/matching", "The trial is running. Reload this page in a moment."))
}

/// `POST /accounts/matching/adoption`
pub(crate) fn adopt(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let number = req.form.text("number").parse().map_err(|_| AppError::NotFound)?;
    Adopt::Learned(number).run(&mut req.cx)?;
    Ok(req.go("/accounts/matching", "Weights adopted on all nodes."))
}

/// `POST /accounts/matching/shipped`
pub(crate) fn shipped(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    Adopt::Shipped.run(&mut req.cx)?;
    Ok(req.go("/accounts/matching", "Default weights restored."))
}
