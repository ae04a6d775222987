//! Signed links: consent, the answer to a question, a follow-up, each without signing in. Opening
//! a link shows; only sending its form acts, and spends it.

use domain::ids::{ConsentId, RegistrationId};
use http::StatusCode;
use web::{Button, Callout, FieldErrors, Form, Markup, Page, PostForm, html};

use super::{
    activities, consents,
    edit::{question, shown_name},
    new,
    words::{Moment, Standing},
};
use crate::deal_registration::{
    self as deals, Detail, ProgressInput, Registration, Said, Source,
    actions::{ActivityInput, SaveDraft, Submit, change},
    form::COMPANY,
    store, terms,
};
use frame::{
    error::AppError,
    fault::{Fault, bare},
    input::{draw, draw_without, filled, labelled, normal},
    reply::Reply,
    request::Req,
};
use people::identity::links::{self, LinkPurpose, Opened};

/// Whether a link is looked at or used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It is shown; nothing is spent.
    Shown,
    /// Its form was sent: one use less.
    Spent,
}

/// Opens or spends the link of the address, and acts as its holder from here; or the page that
/// says why it does not work.
pub(super) fn enter(
    req: &mut Req<'_, '_>,
    purpose: LinkPurpose,
    used: Use,
) -> Result<Result<Opened, Reply>, AppError> {
    let secret = req.param("secret")?.to_owned();
    let opened = match used {
        Use::Shown => links::open(&mut req.cx, purpose, &secret)?,
        Use::Spent => links::spend(&mut req.cx, purpose, &secret)?,
    };
    match opened {
        Ok(opened) => {
            opened.act(&mut req.cx);
            Ok(Ok(opened))
        }
        Err(fault) => Ok(Err(links::refuse(req, fault)?)),
    }
}

/// A form that comes back to the holder of a link, with everything undone: the use as well.
pub(super) fn back(fault: &Fault, page: &Page) -> AppError {
    bare(fault.status(), page).undone()
}

/// The end of a link's way.
pub(super) fn thanks(title: &str, words: &str, more: &Markup) -> Reply {
    let page = Page::new(title).narrow().body(html! {
        (Callout::good(words))
        (more)
        p { "You can close this page, or " a href="/sign-in" { "sign in" } " to see everything." }
    });
    bare(StatusCode::OK, &page)
}

fn head(detail: &Detail, moment: &Moment) -> Markup {
    let standing = Standing::from(&detail.registration);
    html! {
        p {
            strong { (shown_name(&detail.registration)) } " · " (detail.registration.reference())
            " · " (detail.partner_name) " " (standing.marks(moment.today))
        }
        @if let Some(clock) = standing.clock(moment) { p { (clock) } }
    }
}

fn path(req: &Req<'_, '_>) -> String {
    req.input.path.clone()
}

/// `/links/consent/{secret}`
pub(super) fn show_consent(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, LinkPurpose::Consent, Use::Shown)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let page = consent_page(req, &opened, &Form::default(), &Fault::default())?;
    Ok(bare(StatusCode::OK, &page))
}

fn consent_page(
    req: &mut Req<'_, '_>,
    opened: &Opened,
    form: &Form,
    fault: &Fault,
) -> Result<Page, AppError> {
    let consent_id = ConsentId::parse(&opened.subject_id).map_err(|_| AppError::NotFound)?;
    let consent = store::consent(&mut req.cx, &consent_id)?.ok_or(AppError::NotFound)?;
    let detail = deals::detail(&mut req.cx, &consent.registration_id)?;
    let moment = Moment::of(&mut req.cx)?;
    let until = detail.registration.protected_until;
    let post = PostForm::new(path(req), "")
        .errors(&fault.errors)
        .body(consents::fields(form, &fault.errors, moment.today, until))
        .actions(Button::primary("Answer"));
    Ok(Page::new("Consent to direct sales").narrow().body(html! {
        (head(&detail, &moment))
        (fault.callout())
        (consents::asked(&consent))
        (post)
    }))
}

/// `POST /links/consent/{secret}`
pub(super) fn answer_consent(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, LinkPurpose::Consent, Use::Spent)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let consent_id = ConsentId::parse(&opened.subject_id).map_err(|_| AppError::NotFound)?;
    let given = consents::given(req);
    match given.and_then(|input| input.run(&mut req.cx, &consent_id, "link")) {
        Ok(consent) => Ok(thanks("Thank you", consents::said(&consent), &html! {})),
        Err(error) => {
            let fault = Fault::of(error)?.renamed(consents::NAMES);
            let form = req.form.clone();
            let page = consent_page(req, &opened, &form, &fault)?;
            Err(back(&fault, &page))
        }
    }
}

/// `/links/answer/{secret}`
pub(super) fn show_answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, LinkPurpose::Answer, Use::Shown)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let id = RegistrationId::parse(&opened.subject_id).map_err(|_| AppError::NotFound)?;
    let registration = deals::find(&mut req.cx, &id)?;
    let form = filled(&said(&registration));
    let page = answer_page(req, &id, &form, &Fault::default())?;
    Ok(bare(StatusCode::OK, &page))
}

/// What is said of it now.
fn said(r: &Registration) -> Said {
    (r.details.clone(), ProgressInput { stage: r.stage })
}

fn answer_page(
    req: &mut Req<'_, '_>,
    id: &RegistrationId,
    form: &Form,
    fault: &Fault,
) -> Result<Page, AppError> {
    let detail = deals::detail(&mut req.cx, id)?;
    let moment = Moment::of(&mut req.cx)?;
    let fields = draw_without::<Said>(req, (form, &fault.errors), COMPANY)?;
    let post = PostForm::new(path(req), "")
        .errors(&labelled::<Said>(&fault.errors))
        .keep(format!("answer-{id}"))
        .body(fields)
        .actions(Button::primary("Resubmit"));
    let open = detail.allowed.edit.is_ok() || fault.refusal.is_some();
    Ok(Page::new("Answer and resubmit").narrow().body(html! {
        (head(&detail, &moment))
        (fault.callout())
        (question(&detail.registration))
        @if open { (post) } @else {
            (Callout::info("No answer needed").body("The registration has already been answered or decided."))
        }
    }))
}

/// `POST /links/answer/{secret}`
pub(super) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, LinkPurpose::Answer, Use::Spent)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let id = RegistrationId::parse(&opened.subject_id).map_err(|_| AppError::NotFound)?;
    let before = deals::find(&mut req.cx, &id)?;
    let given = req.form_over(Some(&said(&before)), |req, answer| {
        let terms = terms::of(&mut req.cx, &before)?;
        change(&mut before.clone(), answer, &terms, (req.cx.now, None))
    });
    let outcome = given.and_then(|said| {
        let registration_id = Some(id.clone());
        let (partner_id, program_id, source) = (None, None, Source::Link);
        let draft = SaveDraft { registration_id, partner_id, program_id, said, source };
        draft.run(&mut req.cx)?;
        Submit { registration_id: id.clone() }.run(&mut req.cx)
    });
    match outcome {
        Ok(done) => Ok(thanks("Thank you", &new::said(&done), &html! {})),
        Err(error) => {
            let fault = Fault::of(error)?.of_input::<Said>();
            let form = normal::<Said>(&req.form);
            let page = answer_page(req, &id, &form, &fault)?;
            Err(back(&fault, &page))
        }
    }
}

/// `/links/follow-up/{secret}`
pub(super) fn show_follow_up(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, LinkPurpose::FollowUp, Use::Shown)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let id = RegistrationId::parse(&opened.subject_id).map_err(|_| AppError::NotFound)?;
    let moment = Moment::of(&mut req.cx)?;
    let blank = Form::from_pairs([("occurred_on", moment.today.to_string())]);
    let page = follow_up_page(req, &id, &blank, &FieldErrors::new())?;
    Ok(bare(StatusCode::OK, &page))
}

fn follow_up_page(
    req: &mut Req<'_, '_>,
    id: &RegistrationId,
    form: &Form,
    errors: &FieldErrors,
) -> Result<Page, AppError> {
    let detail = deals::detail(&mut req.cx, id)?;
    let moment = Moment::of(&mut req.cx)?;
    let fields = draw::<ActivityInput>(req, (form, errors))?;
    let post = PostForm::new(path(req), "")
        .errors(errors)
        .body(fields)
        .actions(Button::primary("Log follow-up"));
    Ok(Page::new("Log a follow-up").narrow().body(html! {
        (head(&detail, &moment))
        (post)
    }))
}

/// `POST /links/follow-up/{secret}`
pub(super) fn follow_up(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let opened = match enter(req, LinkPurpose::FollowUp, Use::Spent)? {
        Ok(opened) => opened,
        Err(reply) => return Ok(reply),
    };
    let id = RegistrationId::parse(&opened.subject_id).map_err(|_| AppError::NotFound)?;
    let given = req.form_as::<ActivityInput>();
    match given.and_then(|input| input.run(&mut req.cx, &id)) {
        Ok(logged) => Ok(thanks("Thank you", &activities::said(&logged), &html! {})),
        Err(error) => {
            let fault = Fault::of(error)?.of_input::<ActivityInput>();
            let form = req.form.clone();
            let page = follow_up_page(req, &id, &form, &fault.errors)?;
            let page = match &fault.refusal {
                Some(refusal) => page.flash(web::Flash::failed(refusal.message.clone())),
                None => page,
            };
            Err(back(&fault, &page))
        }
    }
}
