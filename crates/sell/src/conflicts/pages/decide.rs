//! The page on which a case is decided, and what the decider can do before.

use domain::{
    conflicts::{
        outcome::{Outcome, Share},
        remedy::{Remedy, RemedyKind},
    },
    ids::CaseId,
};
use web::{
    Button, Callout, Choice, Field, FieldErrors, Form, Markup, Page, PostForm, RadioCards, html,
    section,
};

use super::{
    detail::{self, Seat, Shown, load},
    next,
    sections::{self, name},
};
use crate::conflicts::{DecisionInput, file::CaseFile, store::PartyRow};
use frame::{
    error::AppError,
    fault::Fault,
    input::{Input, Sent},
    reply::Reply,
    request::Req,
};

/// `/conflicts/{case_id}/decision`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &Form::default(), &Fault::default())?;
    req.page(page)
}

pub(crate) fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let shown = load(req)?;
    let decider = detail::decider_name(req, &shown.file.case)?;
    let here = shown.file.case.href();
    let body = match &shown.seat {
        Seat::Decides => decision(req, &shown, (form, fault)),
        Seat::Above(refusal) | Seat::Barred(refusal) => {
            next::barred(&shown, decider.as_ref(), refusal)
        }
        Seat::None => html! { (Callout::info("This case no longer needs a decision")) },
    };
    let passes = matches!(shown.seat, Seat::Decides | Seat::Above(_));
    Ok(Page::new(format!("Decide {}", shown.file.case.reference()))
        .crumb("Conflicts", "/conflicts")
        .crumb(shown.file.case.reference(), here.clone())
        .body(html! {
            (fault.callout())
            (section("Question", html! { p { (shown.file.case.asked) } }))
            (body)
            @if passes { (passing(req, &shown, (form, fault))) }
            @else { p { (Button::secondary("Back to case").href(here)) } }
        }))
}

/// What the parties say, what was decided before, and the form.
fn decision(req: &Req<'_, '_>, shown: &Shown, (form, fault): (&Form, &Fault)) -> Markup {
    let here = shown.file.case.href();
    let post = PostForm::new(format!("{here}/decision"), req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .body(html! {
            (outcomes(shown, form, &fault.errors))
            (Field::text("rule", "Rule applied").required().short()
                .hint("For example DR-05, DR-02 or CF-05").filled(form).errors(&fault.errors))
            (Field::textarea("reason", "Reason").rows(4).required()
                .hint("Visible to the vendor; it becomes a precedent").filled(form).errors(&fault.errors))
            (Field::textarea("words", "Message to the parties").rows(3).required()
                .hint("Must not name a partner").filled(form).errors(&fault.errors))
            (remedy(shown, form, &fault.errors))
        })
        .actions(html! {
            (Button::primary("Decide"))
            (Button::quiet("Back").href(here.clone()))
        });
    html! {
        (section("Statements", sections::statements(shown)))
        p { a href=(format!("{here}#evidence")) { "All evidence" } " is on the case page." }
        (sections::similar(shown))
        (section("Decision", post))
        (ask(req, shown, (form, fault)))
    }
}

fn outcomes(shown: &Shown, form: &Form, errors: &FieldErrors) -> Markup {
    let mut cards = RadioCards::new("outcome", "Decision").required();
    for party in &shown.parties {
        let label = format!("Award to {}", name(shown, party));
        let value = format!("award-{}", party.party);
        cards = cards.choice(Choice::new(&value, &label).detail(party.registration.clone()));
    }
    cards = cards
        .choice(Choice::new("co_sell", "Co-sell").detail("Enter each party's share below"))
        .choice(Choice::new("reject_both", "Reject both").detail("Neither claim is valid"))
        .choice(
            Choice::new("release", "Release the account")
                .detail("Protection ends; the account is available"),
        );
    html! {
        (cards.filled(form).errors(errors))
        @for party in &shown.parties {
            (Field::text(format!("share-{}", party.party), format!("Share of {} in percent", name(shown, party)))
                .short().hint("Only for co-sell").filled(form).errors(errors))
        }
    }
}

fn remedy(shown: &Shown, form: &Form, errors: &FieldErrors) -> Markup {
    let mut kinds = vec![Choice::new("", "None")];
    kinds.extend(RemedyKind::ALL.map(|kind| Choice::new(kind.word(), kind.label())));
    let mut parties = vec![(String::new(), "–".to_owned())];
    parties.extend(shown.parties.iter().map(|row| (row.party.to_string(), name(shown, row))));
    html! {
        (Field::select("remedy", "Remedy", kinds)
            .filled(form).errors(errors))
        (Field::select("remedy_party", "Remedy for", parties.iter().map(|(value, label)| Choice::new(value, label)))
            .filled(form).errors(errors))
        (Field::text("remedy_share", "Remedy in percent").short().hint("Leave empty for priority")
            .filled(form).errors(errors))
    }
}

/// Asking a party for evidence.
fn ask(req: &Req<'_, '_>, shown: &Shown, (form, fault): (&Form, &Fault)) -> Markup {
    let here = shown.file.case.href();
    let parties: Vec<(String, String)> = shown
        .parties
        .iter()
        .map(|party| {
            let value = if party.is_direct() { "direct_sales" } else { party.partner_id.as_str() };
            (value.to_owned(), name(shown, party))
        })
        .collect();
    let ask = PostForm::new(format!("{here}/requests"), req.csrf())
        .idempotency(req.form_token())
        .body(html! {
            (Field::select("party", "Party", parties.iter().map(|(v, l)| Choice::new(v, l)))
                .required().filled(form).errors(&fault.errors))
            (Field::textarea("asked", "What do you need to know?").rows(3).required()
                .hint("Must not name another partner; the clock stops until the answer")
                .filled(form).errors(&fault.errors))
        })
        .actions(Button::secondary("Ask"));
    section("Ask for evidence", ask)
}

/// Passing the case on, and holding clocks.
fn passing(req: &Req<'_, '_>, shown: &Shown, (form, fault): (&Form, &Fault)) -> Markup {
    let here = shown.file.case.href();
    let above = shown.file.terms.conflicts().level_above(shown.file.case.level);
    let climb = PostForm::new(format!("{here}/escalation"), req.csrf())
        .idempotency(req.form_token())
        .body(
            Field::textarea("why", "Reason for escalating")
                .rows(2)
                .required()
                .filled(form)
                .errors(&fault.errors),
        )
        .actions(Button::secondary("Escalate to the next level"));
    let (word, label) =
        if shown.file.case.clocks_held { ("0", "Resume clocks") } else { ("1", "Stop clocks") };
    let hold = PostForm::new(format!("{here}/clock-hold"), req.csrf())
        .idempotency(req.form_token())
        .actions(Button::secondary(label).submits("hold", word));
    html! {
        @if let Some(above) = above {
            (section("Escalate", html! { p { (above.name) " will then decide it." } (climb) }))
        }
        (section("Clocks of the registrations", html! {
            p { "Days on which the clocks are stopped do not count for protection or follow-up." }
            (hold)
        }))
    }
}

/// `POST /conflicts/{case_id}/decision`
pub(super) fn decide(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let form = req.form.clone();
    let parties = CaseFile::open(&mut req.cx, &case_id)?.parties;
    match read(&form, &parties).and_then(|input| input.run(&mut req.cx, &case_id)) {
        Ok(()) => Ok(req.go(&format!("/conflicts/{case_id}"), "The case is decided.")),
        Err(error) => {
            let fault = Fault::of(error)?;
            let page = page(req, &form, &fault)?;
            Err(fault.undone(req, &page))
        }
    }
}

/// A percentage with at most two decimals as basis points.
fn basis_points(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let (whole, rest) = text.split_once('.').unwrap_or((text.as_str(), ""));
    if rest.len() > 2 || whole.is_empty() {
        return None;
    }
    let rest: u32 = format!("{rest:0<2}").parse().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(rest)
}

/// The decision of a form: the parts of outcome and remedy have controls of their own.
fn read(form: &Form, parties: &[PartyRow]) -> Result<DecisionInput, AppError> {
    let mut errors = FieldErrors::new();
    let outcome = match form.text("outcome") {
        "reject_both" => Some(Outcome::RejectBoth),
        "release" => Some(Outcome::Release),
        "co_sell" => Some(Outcome::CoSell { split: split(form, parties, &mut errors) }),
        other => other
            .strip_prefix("award-")
            .and_then(|party| party.parse().ok())
            .map(|party| Outcome::Award { party }),
    };
    let mut whole = form.clone();
    whole.set("outcome", outcome.map_or_else(String::new, |outcome| json(&outcome)));
    if let Some(kind) = RemedyKind::from_word(form.text("remedy")) {
        let party = form.text("remedy_party").parse::<u32>();
        let party = errors.take("remedy_party", party.map_err(|_| "choose a party"));
        let share = form.opt("remedy_share").map_or(Some(0), basis_points);
        let share = errors.take("remedy_share", share.ok_or("enter a percentage, for example 10"));
        if let (Some(party), Some(share_bp)) = (party, share) {
            whole.set("remedies", json(&Remedy { remedy: kind, party, share_bp }));
        }
    }
    let input = DecisionInput::read(&Sent::form(&whole, &[]), &mut errors);
    input.filter(|_| errors.is_empty()).ok_or(AppError::Invalid(errors))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn split(form: &Form, parties: &[PartyRow], errors: &mut FieldErrors) -> Vec<Share> {
    let mut split = Vec::new();
    for party in parties {
        let field = format!("share-{}", party.party);
        let Some(text) = form.opt(&field) else {
            continue;
        };
        match basis_points(text) {
            Some(share_bp) => split.push(Share { party: party.party, share_bp }),
            None => errors.add(field, "enter a percentage, for example 60"),
        }
    }
    split
}

#[cfg(test)]
mod tests {
    use super::basis_points;

    #[test]
    fn cf_05_shares_are_read_to_the_basis_point() {
        let read = ["60", "62.5", "33,33 %", "0.01", "1.234", "x", ""].map(basis_points);
        assert_eq!(read, [Some(6_000), Some(6_250), Some(3_333), Some(1), None, None, None]);
    }
}
