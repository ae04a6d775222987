//! The things that routes name in their paths: one of each that belongs to the first partner or
//! its vendor, and as many that do not exist.

use std::collections::BTreeMap;

use channel::{
    accounts::{self, NewAccount},
    partners::{self, CertificateInput},
};
use domain::{
    ids::{PartnerId, UserId},
    money::Money,
};
use frame::routes::Route;
use jiff::civil::date;
use people::identity::{self, NewApiKey, NewService};
use sell::deal_registration::{
    Details, Product, ProgressInput, Source,
    actions::{AccountChoice, AttachFile, ConsentRequestInput, Decide, Decision, SubmitNew},
};
use testkit::World;

use super::cast::{Cast, Principal, Standing};

/// Whose thing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// One that exists.
    Own,
    /// One that does not.
    Missing,
}

/// The ids by the name of what they are.
#[derive(Debug)]
pub(super) struct Objects {
    own: BTreeMap<&'static str, String>,
}

/// Ids that can be and are not: of which kind, and with what they begin.
const PREFIXES: [(&str, &str); 19] = [
    ("account", "acc"),
    ("registration", "reg"),
    ("partner", "par"),
    ("program", "prg"),
    ("user", "usr"),
    ("key", "key"),
    ("service", "svc"),
    ("consent", "cns"),
    ("file", "fil"),
    ("certificate", "crt"),
    ("notice", "ntc"),
    ("mail", "mal"),
    ("case", "cas"),
    ("opportunity", "opp"),
    ("import", "imp"),
    ("session", "ses"),
    ("attempt", "att"),
    ("merge", "mrg"),
    ("request", "erq"),
];

/// What the `{name}` parts of a path name. A new name has to be told here, so that no route
/// escapes the matrix.
fn kind_of(path: &str, name: &str) -> &'static str {
    let before = path.split(&format!("/{{{name}}}")).next().unwrap_or("");
    let folder = before.rsplit('/').next().unwrap_or("");
    match (name, folder) {
        ("secret", _) => "secret",
        ("number" | "version", _) => "number",
        ("job_id" | "job_number", _) => "job",
        ("vendor" | "vendor_id", _) => "vendor",
        ("registration_id", _) | ("id", "registrations" | "deal-registrations") => "registration",
        ("account_id" | "other_id", _) | ("id", "accounts") => "account",
        ("partner_id", _) | ("id", "partners") => "partner",
        ("program_id", _) | ("id", "programs" | "program") => "program",
        ("user_id", _) => "user",
        ("key_id", _) => "key",
        ("service_id", _) => "service",
        ("consent_id" | "consent", _) => "consent",
        ("file_id" | "file", _) => "file",
        ("certificate_id", _) => "certificate",
        ("notice_id", _) => "notice",
        ("mail_id", _) => "mail",
        ("session_id", _) => "session",
        ("case_id", _) | ("id", "conflicts" | "cases") => "case",
        ("opportunity_id", _) | ("id", "direct-opportunities") => "opportunity",
        ("attempt_id" | "refusal_id", _) => "attempt",
        ("import_id", _) | ("id", "imports") => "import",
        ("merge_id", _) => "merge",
        ("request_id", _) => "request",
        ("question_id" | "decision_id" | "kind" | "column" | "role", _) => "other",
        (name, folder) => {
            panic!("say in objects.rs what {{{name}}} below {folder} of {path} names")
        }
    }
}

fn missing(kind: &str) -> String {
    if kind == "number" {
        return "987654".to_owned();
    }
    let prefix = PREFIXES.iter().find(|(known, _)| *known == kind).map_or("xyz", |(_, p)| *p);
    format!("{prefix}_01kq9999zzzzzzzzzzzzzzzzzz")
}

impl Objects {
    /// Makes one of each through the product's own actions.
    pub(super) async fn make(world: &World, cast: &Cast) -> Self {
        let partner_id = PartnerId::parse(&cast.first.id).expect("a partner");
        let seller = UserId::parse(&cast.first.seller.user_id).expect("a person");
        let admin = UserId::parse(&cast.first.admin.user_id).expect("a person");
        let partner = partner_id.clone();
        let service = world.act(move |cx| service(cx, &partner, &admin)).await;
        let mut own = world.act(move |cx| make(cx, &partner_id, &seller)).await;
        own.insert("service", service.as_str().to_owned());
        own.insert("partner", cast.first.id.clone());
        own.insert("program", world.program_id.as_str().to_owned());
        own.insert("user", cast.first.seller.user_id.clone());
        own.insert("number", "1".to_owned());
        super::called::add(world, &mut own).await;
        Self { own }
    }

    /// The path of a route with things of that kind in it.
    pub(super) fn path(&self, route: &Route, whose: Whose) -> String {
        let parts = route.path.split('/').map(|part| {
            let Some(name) = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
                return part.to_owned();
            };
            let kind = kind_of(route.path, name);
            let own = self.own.get(kind).filter(|_| whose == Whose::Own);
            own.cloned().unwrap_or_else(|| missing(kind))
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// True when what the route names may be seen by this principal all the same: a program by
    /// every partner that is in it.
    pub(super) fn is_shared(route: &Route, principal: &Principal) -> bool {
        let kinds = route.path.split('/').filter_map(|part| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            Some(kind_of(route.path, name))
        });
        principal.standing == Standing::Partner
            && kinds.into_iter().all(|kind| matches!(kind, "program" | "number"))
    }
}

/// A service identity of the partner.
fn service(
    cx: &mut frame::Cx<'_, '_>,
    partner_id: &PartnerId,
    owner: &UserId,
) -> Result<domain::ids::ServiceId, frame::AppError> {
    let new = NewService {
        name: "Their CRM",
        purpose: "Registers deals",
        partner_id: Some(partner_id),
        scopes: frame::access::Permissions::of(&[frame::access::Permission::ProgramRead]),
        expires_at: cx.now + jiff::SignedDuration::from_hours(24 * 30),
        owner: Some(owner.clone()),
    };
    identity::create_service(cx, &new)
}

/// A key of the partner's person.
fn key(
    cx: &mut frame::Cx<'_, '_>,
    partner_id: &PartnerId,
    owner: &UserId,
) -> Result<String, frame::AppError> {
    let new = NewApiKey {
        name: "Nightly",
        partner_id: Some(partner_id),
        permissions: frame::access::Permissions::of(&[frame::access::Permission::ProgramRead]),
        expires_at: cx.now + jiff::SignedDuration::from_hours(24 * 30),
        owner: Some(frame::actor::KeyOwner::Person(owner.clone())),
    };
    Ok(identity::create_api_key(cx, &new)?.key_id.as_str().to_owned())
}

fn make(
    cx: &mut frame::Cx<'_, '_>,
    partner_id: &PartnerId,
    seller: &UserId,
) -> Result<BTreeMap<&'static str, String>, frame::AppError> {
    let mut own = BTreeMap::new();
    let account = NewAccount {
        name: "Globex GmbH".into(),
        domains: vec!["globex.com".into()],
        country: "DE".into(),
        ..NewAccount::default()
    };
    let account_id = accounts::create(cx, &account)?;
    own.insert("account", account_id.as_str().to_owned());
    let new = SubmitNew {
        partner_id: Some(partner_id.clone()),
        program_id: None,
        said: (
            Details {
                account_name: "Globex GmbH".into(),
                account_domain: "globex.com".into(),
                account_country: "DE".into(),
                contact_email: "hank.scorpio@globex.com".into(),
                products: vec![Product { code: "core".into(), quantity: 1 }],
                amount: Some(Money::parse("48000 EUR").unwrap()),
                close_on: Some("2026-06-30".parse().unwrap()),
                evidence_note: "Met Hank Scorpio; he asked for an offer".into(),
                ..Details::default()
            },
            ProgressInput::default(),
        ),
        source: Source::Portal,
    };
    let registration_id = new.run(cx)?.registration.registration_id;
    own.insert("registration", registration_id.as_str().to_owned());
    let account = AccountChoice::Existing(account_id.clone());
    let decision = Decision::Approve { account, note: String::new() };
    Decide { registration_id: registration_id.clone(), decision }.run(cx)?;
    let consent = ConsentRequestInput { account_id, purpose: "Invite their CIO".into() }.run(cx)?;
    own.insert("consent", consent.consent_id.as_str().to_owned());
    let file = AttachFile {
        registration_id,
        name: "notes.txt".into(),
        content: b"Minutes of the first meeting".as_slice().into(),
    };
    own.insert("file", file.run(cx)?.file_id.as_str().to_owned());
    let certificate = CertificateInput {
        code: "sales".into(),
        holder: "Ana Ruiz".into(),
        issued_on: date(2025, 6, 1),
        expires_on: None,
    };
    own.insert("certificate", partners::add_certificate(cx, partner_id, &certificate)?);
    own.insert("key", key(cx, partner_id, seller)?);
    let notice = cx.tx.query_opt(
        "SELECT notice_id FROM notices WHERE user_id = $1 ORDER BY notice_id LIMIT 1",
        db::params![seller.as_str()],
        |row| row.text(0),
    )?;
    own.extend(notice.map(|notice| ("notice", notice)));
    let mail =
        cx.tx.query_opt("SELECT mail_id FROM mails ORDER BY mail_id LIMIT 1", &[], |row| {
            row.text(0)
        })?;
    own.extend(mail.map(|mail| ("mail", mail)));
    Ok(own)
}
