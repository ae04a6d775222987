//! Making an account by hand.

use domain::{
    accounts::{AccountName, AccountStatus, Country, Domain, PostalCode},
    ids::{AccountId, UserId},
    text::TextError,
};
use web::{Callout, Checkbox, FieldErrors, Markup, html};

use super::{
    api, questions,
    resolve::{Asked, CandidateView, Resolution, candidates, resolve, thresholds},
    store::{self, NewAccount},
};
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    input::{Host, IdOf, Nation, Number, OneOf, Text, input},
    reply::Reply,
    request::Req,
};

/// From this probability on a person is asked before a second account is made.
const ASK_FROM_BP: u32 = 5_000;

input! {
    /// An account.
    pub(super) struct AccountInput {
        /// The legal name.
        pub(super) name: String => Text::checked("Legal name", 300, account_name)
            .required("Enter the company's name").group("Company"),
        /// Other names.
        pub(super) other_names: Vec<String> => Text::checked("Other names", 300, account_name)
            .several(50).hint("One per line"),
        /// Internet domains.
        pub(super) domains: Vec<Domain> => Host::new("Internet domains").several(50)
            .hint("One per line, for example globex.com"),
        /// Its status; `prospect` by default.
        pub(super) status: AccountStatus => OneOf::or("Status", AccountStatus::Prospect),
        /// The industry.
        pub(super) industry: String => Text::exact_line("Industry", 200),
        /// How many people work there.
        pub(super) employees: Option<i64> => Number::new("Employees", 0, 1_000_000_000)
            .optional().beside(),
        /// The segment's code.
        pub(super) segment: String => Text::exact_line("Segment", 200)
            .hint("A segment code from the program document"),
        /// Its country as two letters (ISO 3166 alpha-2).
        pub(super) country: Option<Country> => Nation::new("Country").optional().group("Place"),
        /// The postal code.
        pub(super) postal_code: String => Text::checked("Postal code", 16, postal_code),
        /// The city.
        pub(super) city: String => Text::exact_line("City", 200).beside(),
        /// The region.
        pub(super) region: String => Text::exact_line("Region", 200),
        /// The direct owner.
        pub(super) owner_user_id: Option<UserId> => IdOf::<UserId>::new("Direct owner")
            .optional().hidden(),
        /// The parent account.
        pub(super) parent_account_id: Option<AccountId> => IdOf::<AccountId>::new("Parent")
            .optional().hidden(),
    }
}

fn account_name(text: &str) -> Result<String, TextError> {
    AccountName::parse(text).map(String::from)
}

fn postal_code(text: &str) -> Result<String, TextError> {
    PostalCode::parse(text).map(String::from)
}

impl AccountInput {
    fn asked(&self) -> Asked {
        Asked {
            name: self.name.clone(),
            other_names: self.other_names.clone(),
            domain: self.domains.first().map_or_else(String::new, |one| one.ascii().to_owned()),
            country: self.country.map_or_else(String::new, |one| one.code().to_owned()),
            postal_code: self.postal_code.clone(),
            city: self.city.clone(),
            further_domains: self
                .domains
                .iter()
                .skip(1)
                .map(|one| one.ascii().to_owned())
                .collect(),
            external_ids: Vec::new(),
        }
    }

    /// The account with these values; fails when its parent is unknown.
    pub(super) fn account(self, cx: &mut Cx<'_, '_>) -> Result<NewAccount, AppError> {
        if let Some(parent) = &self.parent_account_id
            && !store::exists(cx, parent)?
        {
            return Err(AppError::field("parent_account_id", "Account not found"));
        }
        Ok(NewAccount {
            name: self.name,
            other_names: self.other_names,
            domains: self.domains.iter().map(|one| one.ascii().to_owned()).collect(),
            country: self.country.map_or_else(String::new, |one| one.code().to_owned()),
            region: self.region,
            postal_code: self.postal_code,
            city: self.city,
            segment: self.segment,
            industry: self.industry,
            employees: self.employees,
            status: Some(self.status),
            owner_user_id: self.owner_user_id.map_or_else(String::new, String::from),
            parent_account_id: self.parent_account_id.map_or_else(String::new, String::from),
            external_ids: Vec::new(),
        })
    }
}

/// The accounts that the company of a form may be, unless the form says that it is another one.
fn similar(req: &mut Req<'_, '_>) -> Result<Vec<CandidateView>, AppError> {
    let (Ok(input), false) = (req.form_as::<AccountInput>(), req.form.ticked("save_anyway")) else {
        return Ok(Vec::new());
    };
    let mut found = candidates(&mut req.cx, &input.asked())?;
    found.retain(|candidate| candidate.probability_bp >= ASK_FROM_BP);
    Ok(found)
}

/// The accounts that a company may be, by the thresholds of the policy. Rule AC-03.
fn like(cx: &mut Cx<'_, '_>, asked: &Asked) -> Result<Vec<CandidateView>, AppError> {
    let thresholds = thresholds(cx)?;
    Ok(match resolve(cx, asked, &thresholds)? {
        Resolution::Sure(found) => vec![found],
        Resolution::Possible(found) => found,
        Resolution::New => Vec::new(),
    })
}

fn warning(similar: &[CandidateView]) -> Markup {
    let body = html! {
        p { "If it is one of these, open it instead of creating a duplicate." }
        ul {
            @for candidate in similar {
                li {
                    a href=(format!("/accounts/{}", candidate.account_id)) { (candidate.name) }
                    " " (candidate.country) ": " (candidate.reasons.join(", "))
                }
            }
        }
        (Checkbox::new("save_anyway", "This is a different company: save it"))
    };
    html! { @if !similar.is_empty() { (Callout::warn("This company may exist already").body(body)) } }
}

/// Making an account by form or API; a form asks first when the company may exist already.
pub(super) struct Add;

impl Action for Add {
    type Input = AccountInput;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<AccountInput>, AppError> {
        Ok(Opened::new("New account", "/accounts", "Save account")
            .crumb("Accounts", "/accounts")
            .above(warning(&similar(req)?)))
    }

    fn run(req: &mut Req<'_, '_>, input: AccountInput) -> Result<Done, AppError> {
        if !similar(req)?.is_empty() {
            return Err(AppError::Invalid(FieldErrors::new()));
        }
        // A person was asked on the page; what a program sends is asked about afterwards.
        let found =
            if req.input.is_api() { like(&mut req.cx, &input.asked())? } else { Vec::new() };
        let new = input.account(&mut req.cx)?;
        let id = store::create(&mut req.cx, &new)?;
        if !found.is_empty() {
            questions::ask(&mut req.cx, &id, "api", &found)?;
        }
        Ok(Done::new(&id, format!("/accounts/{id}"), "Account saved."))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let (body, version) = api::read(&mut req.cx, &done.id)?;
        Ok(Reply::created(&format!("/api/v1/accounts/{}", done.id), &body)?.etag(version))
    }
}
