//! A person of either side opens a case (CF-01).

use std::collections::BTreeSet;

use domain::{
    conflicts::{kind::CaseKind, rule_level::Claim, rules::CF_01},
    ids::{AccountId, CaseId, PartnerId, RegistrationId},
};
use web::{Choice, FieldErrors, html};

use super::{ClaimView, NewCase, Party, api, naming, open};
use channel::{accounts, partners};
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    input::{OneOf, Text, input},
    reply::Reply,
    request::Req,
};

/// What every other party of a case reads that a partner opened: it names nobody (AC-05).
const NEUTRAL: &str = "The vendor has been asked to decide who may work this account. Describe \
                       what you did there, with whom and when.";

/// A party that was found: partner and registration; direct sales has neither.
type Found = (Option<PartnerId>, Option<RegistrationId>);

input! {
    /// A case to open.
    pub struct CaseInput {
        /// The subject.
        pub kind: CaseKind => OneOf::<CaseKind>::cards("Subject")
            .required("Choose a subject").among(kinds),
        /// The registration, by id or number; a partner can only use its own.
        pub registration_id: String => Text::line("Registration", 60)
            .among(registrations),
        /// The account's id; vendor only, when there is no registration.
        pub account_id: String => Text::line("Or account", 60).shown_if(is_of_vendor),
        /// The question for the vendor: 1 to 4,000 characters.
        pub asked: String => Text::lines("What should be decided?", 4_000).required("Enter what should be decided"),
        /// Vendor only: the text for partners; must not name a partner.
        pub asked_of_partners: String => Text::lines("Message to partners", 4_000)
            .hint("Must not name a partner; leave empty for the standard text")
            .shown_if(is_of_vendor),
    }
}

fn is_of_vendor(req: &Req<'_, '_>) -> bool {
    req.cx.actor.partner_id().is_none()
}

fn kinds(_: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let by_hand = CaseKind::ALL.iter().filter(|kind| **kind != CaseKind::DuplicateAccounts);
    let each = by_hand.map(|kind| {
        let detail = match kind {
            CaseKind::PartnerPartner => "Someone else seems to work the same account",
            CaseKind::PartnerDirect => "Direct sales works an account that a partner protects",
            CaseKind::DuplicateAccounts => "Two records are, or are not, the same company",
            CaseKind::Decision => "A decision on a registration is wrong",
            CaseKind::Attribution => "Attribution or payment is disputed",
        };
        Choice::new(kind.word(), kind.label()).detail(detail)
    });
    Ok(each.collect())
}

/// The address names a registration or an account by the field, or by the field's name of before.
fn named_by_address(req: &Req<'_, '_>, field: &str) -> String {
    let url = req.query();
    let before = field.trim_end_matches("_id");
    url.get(field).or(url.get(before)).unwrap_or("").to_owned()
}

/// A partner chooses among its own registrations; the vendor writes a number.
fn registrations(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    if is_of_vendor(req) {
        return Ok(Vec::new());
    }
    let given = match req.form.text("registration_id") {
        "" => named_by_address(req, "registration_id"),
        typed => typed.to_owned(),
    };
    let nameable = crate::conflicts::providers(req.cx.app)?.claims.nameable;
    let known = nameable(&mut req.cx)?;
    let mut choices = vec![Choice::new("", "Choose one of your registrations")];
    if !given.is_empty() && !known.iter().any(|(id, _)| id.as_str() == given) {
        choices.push(Choice::new(&given, "The registration you came from"));
    }
    choices.extend(known.iter().map(|(id, name)| Choice::new(id.as_str(), name)));
    Ok(choices)
}

impl CaseInput {
    /// Opens a case for the side of the one who acts. Who else is in it the system finds, so that a
    /// partner neither needs to know nor learns it. Rules CF-01, DR-18, AC-05.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<CaseId, AppError> {
        let claim = self.claim(cx)?;
        // Whether a case can be opened tells whether the vendor knows the company for certain.
        (super::providers(cx.app)?.claims.counted)(cx)?;
        let account_id = match (&claim, self.account_id.as_str()) {
            (Some(claim), _) => claim.account_id.clone(),
            (None, "") => None,
            (None, id) => Some(
                AccountId::parse(id)
                    .map_err(|error| AppError::field("account_id", error.to_string()))?,
            ),
        };
        let Some(account_id) = account_id else {
            return Err(AppError::refused(
                CF_01,
                "The company has not been identified yet; the vendor reviews that first.",
            ));
        };
        if !accounts::exists(cx, &account_id)? {
            return Err(AppError::field("account_id", "Account not found"));
        }
        let found = self.parties(cx, claim.as_ref(), &account_id)?;
        if found.iter().all(|(partner_id, _)| partner_id.is_none()) {
            let words = "No partner has a claim on this account, so there is no conflict.";
            return Err(AppError::refused(CF_01, words));
        }
        let parties: Vec<Party<'_>> = found
            .iter()
            .map(|(partner_id, registration_id)| Party {
                partner_id: partner_id.as_ref(),
                registration_id: registration_id.as_ref(),
            })
            .collect();
        let is_usual = self.asked_of_partners.is_empty() || cx.actor.partner_id().is_some();
        // A partner's own words are not shown to others, and what is refused would tell who they are.
        if !is_usual {
            self.check_words(cx, &found)?;
        }
        let new = NewCase {
            kind: self.kind,
            account_id: &account_id,
            asked: &self.asked,
            asked_of_partners: if is_usual { NEUTRAL } else { &self.asked_of_partners },
            parties: &parties,
        };
        open(cx, &new)
    }

    /// What partners read names none of them. Rule AC-05.
    fn check_words(&self, cx: &mut Cx<'_, '_>, found: &[Found]) -> Result<(), AppError> {
        let ids = found.iter().filter_map(|(partner_id, _)| partner_id.as_ref());
        let ids: BTreeSet<String> = ids.map(ToString::to_string).collect();
        let names = partners::names(cx, &ids)?;
        let mut errors = FieldErrors::new();
        let field = "asked_of_partners";
        naming::check(cx, &mut errors, (field, &self.asked_of_partners), names.values())?;
        if errors.is_empty() { Ok(()) } else { Err(AppError::Invalid(errors)) }
    }

    /// The registration that is named; another partner's is not found.
    fn claim(&self, cx: &mut Cx<'_, '_>) -> Result<Option<ClaimView>, AppError> {
        if self.registration_id.is_empty() {
            return if cx.actor.partner_id().is_some() {
                Err(AppError::field("registration_id", "Choose the registration it is about"))
            } else {
                Ok(None)
            };
        }
        let registration_id = self.named(cx)?;
        let provider = crate::conflicts::providers(cx.app)?.claims;
        let claim = cx.as_system(|cx| (provider.of)(cx, &registration_id))?;
        let claim = claim.ok_or(AppError::NotFound)?;
        match cx.actor.partner_id() {
            Some(partner_id) if *partner_id != claim.partner_id => Err(AppError::NotFound),
            Some(_) | None => Ok(Some(claim)),
        }
    }

    /// The registration of an id or a number such as `R-000012`.
    fn named(&self, cx: &mut Cx<'_, '_>) -> Result<RegistrationId, AppError> {
        if let Ok(id) = RegistrationId::parse(&self.registration_id) {
            return Ok(id);
        }
        let numbered = crate::conflicts::providers(cx.app)?.claims.numbered;
        let digits = self.registration_id.trim_start_matches(['R', 'r', '-']);
        let found = match digits.parse::<i64>() {
            Ok(number) => numbered(cx, number)?,
            Err(_) => None,
        };
        found.ok_or_else(|| AppError::field("registration_id", "Registration not found"))
    }

    /// Who is in it: the registration that is named first, then whoever else claims the account,
    /// and direct sales where it is about direct sales.
    fn parties(
        &self,
        cx: &mut Cx<'_, '_>,
        first: Option<&ClaimView>,
        account_id: &AccountId,
    ) -> Result<Vec<Found>, AppError> {
        let mut parties: Vec<Found> = first
            .map(|claim| (Some(claim.partner_id.clone()), Some(claim.registration_id.clone())))
            .into_iter()
            .collect();
        let rivals = match self.kind {
            CaseKind::PartnerPartner | CaseKind::DuplicateAccounts => true,
            CaseKind::PartnerDirect | CaseKind::Decision | CaseKind::Attribution => first.is_none(),
        };
        if rivals {
            let provider = crate::conflicts::providers(cx.app)?.claims;
            for claim in cx.as_system(|cx| (provider.on)(cx, account_id))? {
                let counts = matches!(claim.claim, Claim::Asked | Claim::Protects);
                let known =
                    first.is_some_and(|first| first.registration_id == claim.registration_id);
                if counts && !known && parties.len() < 6 {
                    parties.push((Some(claim.partner_id), Some(claim.registration_id)));
                }
            }
        }
        if self.kind == CaseKind::PartnerDirect {
            parties.push((None, None));
        }
        Ok(parties)
    }
}

/// Opening a case by form or API.
pub(super) struct OpenCase;

impl Action for OpenCase {
    type Input = CaseInput;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<CaseInput>, AppError> {
        let (registration, account) =
            (named_by_address(req, "registration_id"), named_by_address(req, "account_id"));
        let found = "The system finds the other parties. Someone without a stake decides the case \
                     by a deadline.";
        let words = if is_of_vendor(req) {
            "The deciders and direct sales read your question. Enter a registration number, for \
             example R-000012, or an account id; “Dispute” and “Open a case” on their pages fill \
             these in."
        } else {
            "The vendor's deciders read your question; no other partner does."
        };
        Ok(Opened::new("Open a conflict case", "/conflicts/new", "Open case")
            .crumb("Conflicts", "/conflicts")
            .above(html! { p { (found) } p { (words) } })
            .preset("kind", req.query().get("kind").unwrap_or(""))
            .preset("registration_id", registration)
            .preset("account_id", account))
    }

    fn run(req: &mut Req<'_, '_>, input: CaseInput) -> Result<Done, AppError> {
        let case_id = input.run(&mut req.cx)?;
        Ok(Done::new(&case_id, format!("/conflicts/{case_id}"), "Case opened."))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let case_id = CaseId::parse(&done.id).map_err(AppError::internal)?;
        let (body, version) = api::detail(&mut req.cx, &case_id)?;
        Ok(Reply::created(&format!("/api/v1/conflicts/{case_id}"), &body)?.etag(version))
    }
}
