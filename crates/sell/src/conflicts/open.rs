//! Opening a case, and asking whether one is open.

use std::collections::BTreeSet;

use domain::{
    accounts::Country,
    conflicts::{
        kind::CaseKind,
        precedent::Features,
        rule_level::{self, Claim, Claimant},
        rules::CF_01,
    },
    deal_registration::receipt::Hash,
    ids::{AccountId, CaseId, PartnerId, RegistrationId},
};
use serde_json::{Value, json};

use super::{
    ClaimView, DirectView, Party, course, decide,
    file::{self, CaseFile},
    kept,
    store::{self, NewEntry},
    tell::{self, Message},
    terms,
};
use channel::accounts::AccountView;
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// A case to open.
#[derive(Debug, Clone, Copy)]
pub struct NewCase<'a> {
    /// The subject.
    pub kind: CaseKind,
    /// The account.
    pub account_id: &'a AccountId,
    /// What is asked, in words for the vendor.
    pub asked: &'a str,
    /// What is asked, in words for partners; names no other partner (AC-05).
    pub asked_of_partners: &'a str,
    /// Who is in it.
    pub parties: &'a [Party<'a>],
}

/// Opens a case and tells those whom it concerns. When one of the same kind is open with the same
/// registrations, that one is given instead. A rule may settle it at once. Rules CF-01, CF-02,
/// DR-05, AC-04.
pub fn open(cx: &mut Cx<'_, '_>, new: &NewCase<'_>) -> Result<CaseId, AppError> {
    if let Some(known) = same(cx, new)? {
        return Ok(known);
    }
    let vendor_id = cx.vendor();
    let case_id = CaseId::new(cx.ids(), cx.now);
    let now = cx.now;
    let account = file::account(cx, new.account_id)?;
    let country = account.as_ref().and_then(|account| Country::parse(&account.country).ok());
    let terms = terms::at(cx, now, country)?;
    let due_at = terms.calendar.add_business_days(now, terms.conflicts().case_business_days);
    let claims = claims(cx, new)?;
    let direct = crate::conflicts::providers(cx.app)?.direct;
    let direct = cx.as_system(|cx| (direct.on)(cx, new.account_id))?;
    let features = features(account.as_ref(), &direct, &claims);
    let features = serde_json::to_string(&features).map_err(AppError::internal)?;
    let rep = rep(new, account, &direct);
    let opener = cx.actor.partner_id().map_or(String::new(), |id| id.as_str().to_owned());
    cx.tx.execute(
        "INSERT INTO conflict_cases (vendor_id, case_id, number, kind, account_id, asked, \
         asked_of_partners, opened_by, opened_by_name, opened_at, due_at, state, level, phase_at, \
         opened_partner_id, rep_user_id, features) \
         SELECT $1, $2, COALESCE((SELECT MAX(number) FROM conflict_cases WHERE vendor_id = $1), 0) \
         + 1, $3, $4, $5, $6, $7, $8, $9, $10, 'open', 0, $9, $11, $12, $13",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            new.kind.word(),
            new.account_id.as_str(),
            new.asked,
            new.asked_of_partners,
            cx.actor.reference(),
            &cx.actor.name.clone(),
            now.as_microsecond(),
            due_at.as_microsecond(),
            &opener,
            &rep,
            &features
        ],
    )?;
    audit::made(cx, &kept::CASES, &[case_id.as_str()])?;
    for (seq, party) in (0_i64..).zip(new.parties) {
        insert_party(cx, &case_id, seq, party)?;
    }
    record(cx, new, &case_id)?;
    cx.as_system(|cx| begin(cx, new, &case_id, &claims))?;
    Ok(case_id)
}

fn insert_party(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    seq: i64,
    party: &Party<'_>,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO conflict_parties (vendor_id, case_id, seq, partner_id, registration_id) \
         VALUES ($1, $2, $3, $4, $5)",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            seq,
            party.partner_id.map_or("", PartnerId::as_str),
            party.registration_id.map_or("", RegistrationId::as_str)
        ],
    )?;
    audit::made(cx, &kept::PARTIES, &[case_id.as_str(), &seq.to_string()])
}

/// The rule settles the case, or it goes to the first level with people.
fn begin(
    cx: &mut Cx<'_, '_>,
    new: &NewCase<'_>,
    case_id: &CaseId,
    claims: &[Option<ClaimView>],
) -> Result<(), AppError> {
    let registrations: Vec<RegistrationId> =
        new.parties.iter().filter_map(|party| party.registration_id.cloned()).collect();
    let provider = crate::conflicts::providers(cx.app)?.claims;
    (provider.disputed)(cx, &registrations)?;
    // The key that signs evidence is there from now on, also for whoever only reads.
    (provider.sign)(cx, &Hash::GENESIS)?;
    let mut file = CaseFile::open(cx, case_id)?;
    let claimants = claimants(new.parties, claims);
    if let Some(verdict) = rule_level::settle(new.kind, &claimants) {
        return decide::by_rule(cx, &mut file, &verdict);
    }
    let first = file.terms.conflicts().level_above(0).map_or(0, |step| step.level);
    course::enter(cx, &mut file, first)?;
    tell_opening(cx, new, &file)
}

/// The claim of each party, in order.
fn claims(cx: &mut Cx<'_, '_>, new: &NewCase<'_>) -> Result<Vec<Option<ClaimView>>, AppError> {
    let provider = crate::conflicts::providers(cx.app)?.claims;
    cx.as_system(|cx| {
        let each = |party: &Party<'_>| match party.registration_id {
            Some(id) => (provider.of)(cx, id),
            None => Ok(None),
        };
        new.parties.iter().map(each).collect()
    })
}

/// The parties as the rule sees them.
fn claimants(parties: &[Party<'_>], claims: &[Option<ClaimView>]) -> Vec<Claimant> {
    let each = |(party, claim): (&Party<'_>, &Option<ClaimView>)| Claimant {
        partner_id: party.partner_id.cloned(),
        claim: match (party.partner_id, claim) {
            (None, _) => Claim::Direct,
            (Some(_), Some(view)) => view.claim,
            (Some(_), None) => Claim::None,
        },
        ranked_at: claim.as_ref().and_then(|view| view.ranked_at),
    };
    parties.iter().zip(claims).map(each).collect()
}

/// What the case is compared by. Rule CF-06.
fn features(
    account: Option<&AccountView>,
    direct: &DirectView,
    claims: &[Option<ClaimView>],
) -> Features {
    let country = account.map_or_else(String::new, |account| account.country.clone());
    let mut features =
        Features { country, direct_opportunity: direct.has_open, ..Features::default() };
    for claim in claims.iter().flatten() {
        features.tracks.insert(claim.track.clone());
        features.products.extend(claim.products.iter().cloned());
        features.claims.insert(Features::claim_word(claim.claim).to_owned());
        features.worked |= claim.worked;
        features.lapsed |= claim.lapsed;
        let digits = claim.amount_minor.checked_ilog10().map_or(0, |power| power + 1);
        features.magnitude = features.magnitude.max(digits);
    }
    features
}

/// The rep in a case with direct sales: who worked the account last, or its owner.
fn rep(new: &NewCase<'_>, account: Option<AccountView>, direct: &DirectView) -> String {
    if new.parties.iter().all(|party| party.partner_id.is_some()) {
        return String::new();
    }
    match direct.people.first() {
        Some(person) => person.to_string(),
        None => account.map(|account| account.owner_user_id).unwrap_or_default(),
    }
}

/// The open case of the same kind, account and registrations.
fn same(cx: &mut Cx<'_, '_>, new: &NewCase<'_>) -> Result<Option<CaseId>, AppError> {
    let vendor_id = cx.vendor();
    let wanted: BTreeSet<String> = new.parties.iter().map(key).collect();
    let open = cx.tx.query_as::<String, _>(
        "SELECT case_id FROM conflict_cases WHERE vendor_id = $1 AND account_id = $2 \
         AND kind = $3 AND state = 'open' ORDER BY number",
        db::params![vendor_id.as_str(), new.account_id.as_str(), new.kind.word()],
    )?;
    for case_id in open {
        let parties = cx.tx.query(
            "SELECT partner_id, registration_id FROM conflict_parties WHERE vendor_id = $1 \
             AND case_id = $2",
            db::params![vendor_id.as_str(), &case_id],
            |row| {
                let (partner, registration): (String, String) = row.read()?;
                Ok(format!("{partner}/{registration}"))
            },
        )?;
        if parties.into_iter().collect::<BTreeSet<String>>() == wanted {
            return CaseId::parse(&case_id).map(Some).map_err(AppError::internal);
        }
    }
    Ok(None)
}

fn key(party: &Party<'_>) -> String {
    let partner = party.partner_id.map_or("", PartnerId::as_str);
    let registration = party.registration_id.map_or("", RegistrationId::as_str);
    format!("{partner}/{registration}")
}

fn record(cx: &mut Cx<'_, '_>, new: &NewCase<'_>, case_id: &CaseId) -> Result<(), AppError> {
    let after = json!({
        "kind": new.kind.word(), "account_id": new.account_id.as_str(), "asked": new.asked,
    });
    tell::record(cx, case_id, "conflict.opened", (Value::Null, after))?;
    let words = "The case was opened.";
    store::add_entry(cx, case_id, &NewEntry { rule: CF_01, words, partner_words: words })
}

/// Tells the parties, with a link for their statements, and those who are to be consulted.
fn tell_opening(cx: &mut Cx<'_, '_>, new: &NewCase<'_>, file: &CaseFile) -> Result<(), AppError> {
    let case = &file.case;
    let message = Message {
        kind: "opened",
        title: "a conflict case was opened",
        body: new.asked_of_partners,
        action: "Give your statement",
        until: case.level_due_at,
        link: true,
    };
    tell::parties(cx, file, &message)?;
    let rights = &file.terms.document.decision_rights;
    let right = rights
        .iter()
        .find(|right| right.decision == domain::program::dispute::DecisionKind::Conflict);
    let mut roles = right.map(|right| right.consulted.clone()).unwrap_or_default();
    roles.push(domain::program::dispute::Role::PartnerOperations);
    roles.retain(|role| *role != domain::program::dispute::Role::PartnerManager);
    let mut people = super::seats::people_of(cx, &roles)?;
    for side in tell::sides(&file.parties).into_iter().flatten() {
        let manager = channel::partners::manager_of(cx, &side)?;
        people.extend(manager.map(|id| id.as_str().to_owned()));
    }
    if let Some(decider) = &case.decider {
        people.remove(decider.as_str());
    }
    let message = Message { body: new.asked, action: "Open case", link: false, ..message };
    tell::vendor(cx, case, &people, &message)
}

/// The open case in which a registration is a party, the oldest if there are several.
pub fn open_case_for(
    cx: &mut Cx<'_, '_>,
    registration_id: &RegistrationId,
) -> Result<Option<CaseId>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<String, _>(
        "SELECT c.case_id FROM conflict_parties p JOIN conflict_cases c \
         ON c.vendor_id = p.vendor_id AND c.case_id = p.case_id \
         WHERE p.vendor_id = $1 AND p.registration_id = $2 AND p.registration_id <> '' \
         AND c.state = 'open' ORDER BY c.number LIMIT 1",
        db::params![vendor_id.as_str(), registration_id.as_str()],
    )?;
    found.map(|id| CaseId::parse(&id).map_err(AppError::internal)).transpose()
}

/// What people call the case about the account that is decided and not final yet, so that an appeal
/// can still give the account to another party; `None` when there is none. Rule CF-07.
pub fn not_final_on(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<Option<String>, AppError> {
    let vendor_id = cx.vendor();
    let number = cx.tx.query_opt_as::<i64, _>(
        "SELECT c.number FROM conflict_cases c WHERE c.vendor_id = $1 AND c.account_id = $2 \
         AND c.state <> 'closed' AND EXISTS (SELECT 1 FROM conflict_decisions d \
         WHERE d.vendor_id = c.vendor_id AND d.case_id = c.case_id) ORDER BY c.number LIMIT 1",
        db::params![vendor_id.as_str(), account_id.as_str()],
    )?;
    Ok(number.map(store::cases::reference))
}

/// Whether a case still waits for a decision.
pub fn is_open(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let state = cx.tx.query_opt_as::<String, _>(
        "SELECT state FROM conflict_cases WHERE vendor_id = $1 AND case_id = $2",
        db::params![vendor_id.as_str(), case_id.as_str()],
    )?;
    Ok(state.is_some_and(|state| state == "open"))
}

/// What a rule says of a case as its claims are now. Rule CF-02.
pub(super) fn rule_now(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
) -> Result<Option<rule_level::RuleVerdict>, AppError> {
    let provider = crate::conflicts::providers(cx.app)?.claims;
    let mut claimants = Vec::new();
    for row in &file.parties {
        let view = match row.claim() {
            Some(id) => cx.as_system(|cx| (provider.of)(cx, &id))?,
            None => None,
        };
        let (partner_id, registration_id) = (row.partner(), row.claim());
        let party =
            Party { partner_id: partner_id.as_ref(), registration_id: registration_id.as_ref() };
        claimants.extend(self::claimants(&[party], &[view]));
    }
    Ok(rule_level::settle(file.case.kind, &claimants))
}
