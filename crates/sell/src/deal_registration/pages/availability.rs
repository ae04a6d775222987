//! “Check availability” as a page and as an answer while one types (DR-18). A partner never learns by
//! whom; a person of the vendor learns what may be done.

use domain::{
    accounts::Domain,
    deal_registration::{availability::Availability, lockout::WayOn},
    ids::AccountId,
};
use http::{StatusCode, header::LOCATION};
use web::{
    Button, Callout, Field, FieldErrors, GetForm, Icon, Markup, Page, Tone, button_row, day_text,
    html, inline_code, live_target, rule_chip, status, url_encode,
};

use super::ways_on;
use crate::deal_registration::{
    actions::ConsentRequestInput,
    api,
    availability::{self, Answer},
    lockout::{self, Engagement, Lockout},
    waiting::{ConsentRow, consent_awaited},
};
use channel::accounts;
use frame::{
    access::Permission,
    action::{Action, Done, Opened},
    actor::Side,
    error::AppError,
    reply::Reply,
    request::Req,
};

/// The mark of an answer.
pub(super) fn mark(answer: Availability) -> Markup {
    match answer {
        Availability::Free => status(Tone::Good, "Available"),
        Availability::Protected { until_on } => {
            status(Tone::Bad, format!("Protected until {}", day_text(until_on)))
        }
        Availability::HouseAccount => status(Tone::Bad, "House account"),
        Availability::NeedsReview => status(Tone::Warn, "Needs review"),
        Availability::NeedsName => status(Tone::Neutral, "Needs a company name"),
    }
}

/// What one does with an answer.
const fn advice(answer: Availability) -> &'static str {
    match answer {
        Availability::Free => "Nobody holds it. The first submission that is approved gets it.",
        Availability::Protected { .. } => {
            "It can be registered after that day unless the holder renews."
        }
        Availability::HouseAccount => {
            "It is reserved for the vendor. Your partner manager can tell you more."
        }
        Availability::NeedsReview => {
            "Register it anyway: a person reviews it by the decision deadline."
        }
        Availability::NeedsName => {
            "This does not say which company you mean. Enter its full name with the legal form, or its own domain."
        }
    }
}

/// What a person of the vendor does with an answer.
const fn advice_to_vendor(answer: Availability) -> &'static str {
    match answer {
        Availability::Free => "No partner holds it.",
        Availability::Protected { .. } => "Direct sales stays out. Check it to see your options.",
        Availability::HouseAccount => "It is reserved for the vendor.",
        Availability::NeedsReview => "Check it to see what is known.",
        Availability::NeedsName => {
            "This does not say which company you mean. Enter its full name with the legal form, or its own domain."
        }
    }
}

/// `/availability/check`: a line of a page, for the field that is being typed into.
pub(super) fn check(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    if let Some(domain) = url.get("account_domain") {
        return Ok(Reply::page(line(req, domain.trim())?));
    }
    let text = url.get("q").unwrap_or("").trim().to_owned();
    if !is_whole(&text) && !is_name(&text) {
        let whole = "Enter a full domain, such as globex.com, or a name.";
        return Ok(Reply::page(html! { span.quiet { (whole) } }));
    }
    Ok(Reply::page(answered(req, &text)?))
}

/// The answer for a domain that was typed so far. Half a domain is not asked for: it would count
/// as a question and answer for another company.
pub(super) fn line(req: &mut Req<'_, '_>, text: &str) -> Result<Markup, AppError> {
    if !is_whole(text) {
        return Ok(html! { span.quiet { "Enter the full domain, such as globex.com." } });
    }
    answered(req, text)
}

fn answered(req: &mut Req<'_, '_>, text: &str) -> Result<Markup, AppError> {
    let answer = availability::ask(&mut req.cx, text)?;
    let of_vendor = req.cx.actor.side == Side::Vendor;
    Ok(html! {
        (mark(answer.availability)) " "
        @if of_vendor { (advice_to_vendor(answer.availability)) }
        @else { (advice(answer.availability)) }
        @if let Some(left) = answer.left.filter(|left| *left <= 10) {
            " " span.quiet { (left) " checks left this hour." }
        }
    })
}

/// Long enough to be somebody's name, and no half of a domain.
fn is_name(text: &str) -> bool {
    text.chars().count() >= 4 && !text.contains('.')
}

fn is_whole(text: &str) -> bool {
    let ending = text.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.chars().count() >= 2 && Domain::parse(text).is_ok()
}

/// `/availability`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let question = url.get("q").or(url.get("account_domain")).unwrap_or("").trim().to_owned();
    let of_vendor = req.cx.actor.partner_id().is_none();
    let mut errors = FieldErrors::new();
    let answer = if question.is_empty() {
        None
    } else {
        match availability::ask(&mut req.cx, &question) {
            Ok(answer) => Some(answer),
            Err(AppError::Invalid(invalid)) => {
                errors = invalid;
                None
            }
            Err(error) => return Err(error),
        }
    };
    let shown = match (&answer, of_vendor) {
        (None, _) => html! {},
        (Some(answer), false) => for_partner(req, answer, &question)?,
        (Some(answer), true) => for_vendor(req, answer, &question)?,
    };
    let body = html! {
        (GetForm::new("/availability").body(html! {
            (Field::search("q", "Company domain or name").required().value(question.clone())
                .errors(&errors).placeholder("globex.com").autofocus().autocomplete("off")
                .max_length(300).live("/availability/check", "free"))
            (live_target("free"))
            (button_row(Button::primary("Check")))
        }))
        (shown)
    };
    let intro = if of_vendor {
        "See whether an account is protected, until when, and what you can do."
    } else {
        "You see whether an account is available, protected until a date, a house account, or \
         needs review or a name. You never see who holds it. A domain gives a more reliable answer \
         than a name."
    };
    let page = Page::new("Check availability").intro(intro).narrow().body(body);
    req.page(page)
}

fn for_partner(req: &mut Req<'_, '_>, answer: &Answer, question: &str) -> Result<Markup, AppError> {
    let may = req.cx.actor.may(Permission::RegistrationsSubmit);
    let field = if Domain::parse(question).is_ok() { "account_domain" } else { "account_name" };
    let href = format!("/registrations/new?{field}={}", url_encode(question));
    let (button, ways) = match answer.availability {
        Availability::Free => (Some(Button::primary("Register a deal")), None),
        Availability::NeedsReview => (Some(Button::secondary("Register a deal")), None),
        Availability::Protected { .. } | Availability::HouseAccount => {
            let ways = ways_on::after_check(&mut req.cx)?;
            (Some(Button::secondary("Prepare a draft")), Some(ways))
        }
        Availability::NeedsName => (None, None),
    };
    let button = button.filter(|_| may).map(|button| button.href(href));
    let callout = match answer.availability {
        Availability::Free => Callout::good(format!("{question} is available")),
        Availability::Protected { until_on } => {
            Callout::warn(format!("{question} is protected until {}", day_text(until_on)))
        }
        Availability::HouseAccount => Callout::warn(format!("{question} is a house account")),
        Availability::NeedsReview => Callout::info(format!("{question} needs review")),
        Availability::NeedsName => Callout::info(format!("{question} does not identify a company")),
    };
    Ok(html! {
        (callout
            .body(html! {
                p { (advice(answer.availability)) " " (rule_chip("DR-18")) }
                @if let Some(ways) = ways.filter(|_| may) { (ways) }
            })
            .actions(html! { @if let Some(button) = button { (button) } }))
        @if let Some(left) = answer.left { p.quiet { (left) " checks left this hour." } }
    })
}

fn for_vendor(req: &mut Req<'_, '_>, answer: &Answer, question: &str) -> Result<Markup, AppError> {
    let Some(account_id) = availability::account_meant(&mut req.cx, question)? else {
        return Ok(html! {
            (Callout::info(format!("No account clearly matches {question}"))
                .body(html! { p { (answer.words) } })
                .actions(html! {
                    @if req.cx.actor.may(Permission::AccountsRead) {
                        (Button::secondary("Search accounts").small()
                            .href(format!("/accounts?q={}", url_encode(question))))
                    }
                }))
        });
    };
    let account = accounts::get(&mut req.cx, &account_id)?;
    let engagement = lockout::ask(&mut req.cx, &account_id)?;
    let records = req.cx.actor.may(Permission::DirectRecord);
    let awaited = match &engagement {
        Engagement::Refused(refused) => consent_awaited(&mut req.cx, &refused.registration_id)?,
        Engagement::Permitted { .. } => None,
    };
    let domains = account.domains.join(", ");
    Ok(html! {
        p { strong { a href=(format!("/accounts/{account_id}")) { (account.name) } }
            @if !domains.is_empty() { " " (inline_code(domains)) } }
        @match &engagement {
            Engagement::Permitted { words, .. } => {
                (Callout::good("Direct sales may engage").body(html! { p { (words) } })
                    .actions(html! { @if records {
                        (Button::primary("Record opportunity").icon(Icon::Plus)
                            .href(format!("/direct-opportunities/new?account_id={account_id}")))
                    } }))
            }
            Engagement::Refused(refused) => (locked(refused, &account_id, (records, awaited.as_ref()))),
        }
        @match answer.availability {
            Availability::Protected { .. } => {}
            Availability::Free
            | Availability::HouseAccount
            | Availability::NeedsReview
            | Availability::NeedsName => {
                p.quiet { "Partners see: " (answer.words) }
            }
        }
    })
}

fn locked(
    refused: &Lockout,
    account_id: &AccountId,
    (records, awaited): (bool, Option<&ConsentRow>),
) -> Markup {
    let title = format!("Protected until {}", day_text(refused.protected_until));
    let consents = refused.ways_on.contains(&WayOn::AskConsent);
    html! {
        (Callout::danger(title)
            .body(html! {
                p { (refused.words) " " (rule_chip(refused.rule.as_str())) }
                @if let Some(name) = &refused.partner_name {
                    p { "Held by " a href=(format!("/registrations/{}", refused.registration_id)) { (name) } "." }
                }
                p { "Options:" }
                ul { @for way in &refused.ways_on { li { (way.words()) } } }
                @if let Some(awaited) = awaited {
                    p { (awaited.asked_by_name) " has asked for consent; the partner has not answered yet." }
                }
            })
            .actions(html! { @if records && consents && awaited.is_none() {
                (Button::primary("Ask for consent").icon(Icon::Unlock)
                    .href(format!("/availability/consent?account_id={account_id}")))
            } }))
    }
}

/// `/availability/consent?account_id=…`: asking the holder, whoever it is.
impl Action for ConsentRequestInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let opened = Opened::new("Ask for consent", "/availability/consent", "Ask for consent");
        if req.input.is_api() {
            return Ok(opened);
        }
        let url = req.query();
        let account_id = url.get("account_id").unwrap_or_else(|| req.form.text("account_id"));
        let account_id = AccountId::parse(account_id).map_err(|_| AppError::NotFound)?;
        let account = accounts::get(&mut req.cx, &account_id)?;
        let words = "The partner holding the account answers in the portal or through a link in the mail. Until then the lockout holds.";
        Ok(opened
            .crumb("Check availability", "/availability")
            .crumb(account.name, format!("/accounts/{account_id}"))
            .above(html! { p { (words) } })
            .preset("account_id", account_id.as_str()))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let consent = input.run(&mut req.cx)?;
        let words = "Request sent. You will be notified when the partner answers.";
        let done = Done::new(&consent.consent_id, "/", words);
        let location = format!("/api/v1/consent-requests/{}", consent.consent_id);
        let reply = api::consent(consent, StatusCode::CREATED)?;
        Ok(done.answered(reply.header(LOCATION, &location)))
    }
}
