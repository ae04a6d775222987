//! What a partner says of a deal: one declaration for the forms, the API and rows of files, and what
//! the program and the day ask of it.

use std::sync::Arc;

use domain::{
    accounts::{AccountName, Domain, Email, PostalCode},
    deal_registration::stage::StageKind,
    ids::{PartnerId, ProgramId},
    money::{Currency, Money},
    program::Document,
    text::Phone,
};
use jiff::civil::Date;
use web::{Choice, Field, FieldErrors, Form, Markup, html, live_target, url_encode};

use super::{
    read,
    store::{Details, Origin, Product},
    terms,
};
use channel::program;
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Amount, Counted, Day, Flag, IdOf, Nation, OneOf, Text, input},
    request::Req,
};

/// Where availability is answered while one types.
const LIVE: &str = "/availability/check";
/// The part of the page in which the answer appears.
const FREE: &str = "free";
/// What a file of evidence may be.
const EVIDENCE_TYPES: &str = ".pdf,.png,.jpg,.jpeg,.txt,.csv,.docx,.xlsx,.eml";
/// The fields that name the company.
pub const COMPANY: &[&str] =
    &["account_domain", "account_name", "account_country", "account_postal_code", "account_city"];

input! {
    /// A registration to be saved as a draft or submitted.
    impl Details as RegistrationInput {
        /// The company's internet domain.
        account_domain: String => Text::checked("Company domain", 300, |text| {
                Domain::parse(text).map(|domain| domain.without_www().into())
            }).hint("As in its e-mail addresses. It distinguishes companies with similar names")
            .finished(live).below(availability),
        /// Its legal name.
        account_name: String => Text::checked("Legal name of the company", 300, |text| {
                AccountName::parse(text).map(String::from)
            }).wanted().finished(|_, field| Ok(field.autocomplete("off"))),
        /// The e-mail address of a person there.
        contact_email: String => Text::checked("Contact e-mail", 254, |text| {
                Email::parse(text).map(String::from)
            }).as_email().wanted().hint("Your contact at the company"),
        /// Product lines of the program and how many of each.
        products: Vec<Product> => Counted::<Product>::new("Product lines", 50, 10_000_000)
            .among(products).sent_as("product").wanted(),
        /// Expected recurring revenue of a year.
        amount: Option<Money> => Amount::new("Expected revenue per year", "currency").positive()
            .optional().wanted().finished(own_currency),
        /// When you expect the order (YYYY-MM-DD).
        close_on: Option<Date> => Day::new("Expected order date").optional().wanted()
            .finished(terms::from_today).beside(),
        /// What shows that you work this deal.
        evidence_note: String => Text::lines("Evidence that you are working this deal", 4_000)
            .rows(3).wanted()
            .hint("A meeting, an e-mail from the buyer, a trial. A date and a name are enough"),
        /// A person at the company.
        contact_name: String => Text::exact_line("Contact name", 200).group("Contact")
            .fold("More details"),
        /// What that person does.
        contact_role: String => Text::exact_line("Contact role", 200).beside(),
        /// Their telephone number.
        contact_phone: String => Text::checked("Phone", 40, |text| {
                Phone::parse(text).map(String::from)
            }).as_phone(),
        /// How you and the company know each other.
        relationship: String => Text::lines("Relationship so far", 4_000).rows(2),
        /// The company's country, ISO 3166 alpha-2.
        account_country: String => Nation::new("Country").as_text().group("Company address"),
        /// Its postal code.
        account_postal_code: String => Text::checked("Postal code", 16, |text| {
                PostalCode::parse(text).map(String::from)
            }).beside(),
        /// Its city.
        account_city: String => Text::exact_line("City", 200),
        /// The day of the first meeting.
        first_meeting_on: Option<Date> => Day::new("First meeting").optional().group("Evidence")
            .finished(terms::until_today).below(file),
        /// Expected value of the contract, in the same currency.
        contract_value: Option<Money> => Amount::in_chosen("Expected contract value", "currency")
            .positive().optional().finished(own_currency).group("Deal"),
        /// The day on which a tender was published.
        rfp_on: Option<Date> => Day::new("Tender published on").optional().beside(),
        /// What the company needs.
        need: String => Text::lines("What the company needs", 4_000).rows(2),
        /// Competitor or incumbent.
        competitor: String => Text::exact_line("Competitor or incumbent", 200),
        /// What the vendor should help with.
        help_wanted: String => Text::lines("Help wanted from the vendor", 4_000).rows(2),
        /// Who found the deal; `sourced` by default.
        origin: Origin => OneOf::or("Who found it", Origin::Sourced).among(|_| Ok(vec![
            Choice::new("sourced", "We found it"),
            Choice::new("assigned", "The vendor assigned it"),
        ])),
    }
}

impl From<(String, u32)> for Product {
    fn from((code, quantity): (String, u32)) -> Self {
        Self { code, quantity }
    }
}

impl From<Product> for (String, u32) {
    fn from(product: Product) -> Self {
        (product.code, product.quantity)
    }
}

input! {
    /// How far the sale has come.
    pub struct ProgressInput {
        /// An open sales stage: identified, qualified, meeting, proposal, negotiation. `identified`
        /// by default.
        pub stage: StageKind => OneOf::or("Sales stage", StageKind::Identified)
            .among(|_| Ok(open_stages())).beside(),
    }
}

input! {
    /// Whose registration it is, and whether it is submitted.
    pub struct BeginInput {
        /// The partner, when the vendor registers on its behalf.
        pub partner_id: Option<PartnerId> => IdOf::<PartnerId>::new("Partner").optional().hidden(),
        /// The program, when the partner is in several.
        pub program_id: Option<ProgramId> => IdOf::<ProgramId>::new("Program").optional().hidden(),
        /// True to submit it at once; otherwise it is a draft.
        pub submit: bool => Flag::new("Submit").hidden(),
    }
}

impl BeginInput {
    /// Fails when something of it is said of a registration that was begun.
    pub fn check_fixed(&self) -> Result<(), AppError> {
        let fixed = [
            ("partner_id", self.partner_id.is_some()),
            ("program_id", self.program_id.is_some()),
            ("submit", self.submit),
        ];
        let mut errors = FieldErrors::new();
        for (name, _) in fixed.into_iter().filter(|(_, is_said)| *is_said) {
            errors.add(name, "This cannot be changed here");
        }
        errors.check().map_err(AppError::Invalid)
    }
}

impl Default for ProgressInput {
    fn default() -> Self {
        Self { stage: StageKind::Identified }
    }
}

/// Registering a deal by form or API: as a draft, or submitted at once.
#[derive(Debug)]
pub struct Register;

/// Changing a registration by form or API.
#[derive(Debug)]
pub struct Edit;

/// What a form or a body sends.
pub type Whole = (Details, (ProgressInput, BeginInput));

/// What is said of a deal: the details, and how far the sale has come.
pub type Said = (Details, ProgressInput);

/// The sales stages at which a deal is open.
fn open_stages() -> Vec<Choice> {
    let open = StageKind::ALL.iter().filter(|stage| !stage.is_final());
    open.map(|stage| Choice::new(stage.word(), stage.label())).collect()
}

/// The document in force of the vendor's program.
pub(super) fn document(cx: &mut Cx<'_, '_>) -> Result<Arc<Document>, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    Ok(program::in_force(cx, &program_id, now)?.document)
}

fn products(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let document = document(&mut req.cx)?;
    let lines = document.products.iter().filter(|line| line.registrable);
    Ok(lines.map(|line| Choice::new(&line.code, &line.name)).collect())
}

fn own_currency(req: &mut Req<'_, '_>, field: Field) -> Result<Field, AppError> {
    Ok(field.usual_currency(document(&mut req.cx)?.currency.as_str()))
}

fn is_by_link(req: &Req<'_, '_>) -> bool {
    req.input.path.starts_with("/links/")
}

/// The form of a link asks at an address of its own whether the account is available.
fn live(req: &mut Req<'_, '_>, field: Field) -> Result<Field, AppError> {
    let path = if is_by_link(req) { format!("{}/check", req.input.path) } else { LIVE.to_owned() };
    Ok(field.placeholder("globex.com").autocomplete("off").live(path, FREE))
}

/// Where the answer appears; a domain that is there already can be asked for by a link.
fn availability(req: &mut Req<'_, '_>, form: &Form, _: &FieldErrors) -> Result<Markup, AppError> {
    let domain = form.text("account_domain");
    if domain.is_empty() || is_by_link(req) {
        return Ok(live_target(FREE));
    }
    Ok(html! {
        div.live id=(FREE) role="status" {
            a href=(format!("/availability?q={}", url_encode(domain))) {
                "Check availability of " (domain)
            }
        }
    })
}

/// A file as evidence, where the registration can still be submitted.
fn file(req: &mut Req<'_, '_>, _: &Form, errors: &FieldErrors) -> Result<Markup, AppError> {
    let takes_files = match req.id("id") {
        Ok(id) => read::find(&mut req.cx, &id)?.is_being_written(),
        Err(_) => !is_by_link(req),
    };
    let field = Field::file("evidence_file", "File").errors(errors).accepts(EVIDENCE_TYPES);
    let field = field.hint("For example the invitation or the minutes, up to 10 MB");
    Ok(html! { @if takes_files { (field) } })
}

/// What is said, is checked against.
#[derive(Debug)]
pub struct FormRules<'a> {
    /// Today in the program's zone.
    pub today: Date,
    /// The program's document: its product lines.
    pub document: &'a Document,
}

/// The currency of the amounts; `None` when there is none.
pub fn currency(details: &Details) -> Option<Currency> {
    details.amount.or(details.contract_value).map(|money| money.currency)
}

/// What is wrong with what is said, beside how it is written. What stayed as it was `before` is
/// not looked at again.
pub fn faults(
    (before, stage): (&Details, StageKind),
    (said, progress): &Said,
    rules: &FormRules<'_>,
) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if said.products != before.products {
        let sold = |code: &str| rules.document.product(code).is_some_and(|line| line.registrable);
        if let Some(other) = said.products.iter().find(|product| !sold(&product.code)) {
            let code: String = other.code.chars().take(60).collect();
            errors.add("products", format!("This program registers no product line “{code}”"));
        }
    }
    if let (Some(amount), Some(value)) = (said.amount, said.contract_value)
        && amount.currency != value.currency
    {
        let own = amount.currency;
        errors.add(
            "contract_value",
            format!("Enter it in {own}, as the expected revenue; this is in {}", value.currency),
        );
    }
    let far = rules.today.saturating_add(jiff::Span::new().years(20));
    for (name, on) in [("close_on", said.close_on), ("rfp_on", said.rfp_on)] {
        if on.is_some_and(|on| on > far) {
            errors.add(name, "This date is more than 20 years ahead");
        }
    }
    if said.close_on != before.close_on {
        terms::not_past(&mut errors, ("close_on", said.close_on), rules.today);
    }
    terms::not_future(&mut errors, ("first_meeting_on", said.first_meeting_on), rules.today);
    if progress.stage.is_final() && progress.stage != stage {
        errors.add("stage", "Choose one of the open sales stages");
    }
    errors
}

/// What a submission lacks that a draft may: the fields of the short form. `has_file` tells whether
/// a file was added as evidence.
pub fn missing(details: &Details, today: Date, has_file: bool) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let lacks_evidence =
        details.evidence_note.is_empty() && details.first_meeting_on.is_none() && !has_file;
    let missing = [
        ("account_name", details.account_name.is_empty(), "Enter the company's name"),
        ("contact_email", details.contact_email.is_empty(), "Enter your contact's e-mail address"),
        ("products", details.products.is_empty(), "Choose at least one product line"),
        ("amount", details.amount.is_none(), "Enter the recurring revenue you expect per year"),
        ("close_on", details.close_on.is_none(), "Enter when you expect the order"),
        ("evidence_note", lacks_evidence, "Add evidence: a note, the date of a meeting or a file"),
    ];
    for (name, _, words) in missing.into_iter().filter(|(_, is_missing, _)| *is_missing) {
        errors.add(name, words);
    }
    terms::not_past(&mut errors, ("close_on", details.close_on), today);
    errors
}
