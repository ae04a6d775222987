//! The sections of the rules of engagement, one function each.

use super::EngagementParagraph;
use crate::money::Money;
use crate::percentage::BasisPoints;
use crate::program::document::Document;
use crate::program::registration::EffectiveTerms;
use crate::rule_id::RuleId;
use crate::wording::{count, list};

fn told(rules: &[&'static str], text: String) -> EngagementParagraph {
    EngagementParagraph { rules: rules.iter().map(|rule| RuleId::new(rule)).collect(), text }
}

/// "once", "twice", "3 times".
fn times(number: u32) -> String {
    match number {
        0 => "not at all".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// A sentence for the general number, which stands between its two parts, and who has another one.
fn with_exceptions(
    document: &Document,
    (before, after): (&str, &str),
    number: impl Fn(&EffectiveTerms) -> String,
) -> String {
    let registration = &document.registration;
    let base = number(&registration.terms("", ""));
    let of_tiers = document
        .tiers
        .iter()
        .map(|tier| (tier.name.as_str(), number(&registration.terms("", &tier.code))));
    let of_tracks = document
        .tracks
        .iter()
        .filter(|track| track.active)
        .map(|track| (track.name.as_str(), number(&registration.terms(&track.code, ""))));
    let different: Vec<String> = of_tiers
        .chain(of_tracks)
        .filter(|(_, own)| *own != base)
        .map(|(name, own)| format!("{own} for {name}"))
        .collect();
    if different.is_empty() {
        return format!("{before}{base}{after}.");
    }
    format!("{before}{base}{after}; {}.", list(&different))
}

/// The vendor's own words.
pub(super) fn opening(document: &Document) -> Vec<EngagementParagraph> {
    let text = document.rules_of_engagement.text.replace("\r\n", "\n");
    let paragraphs = text
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|paragraph| !paragraph.is_empty()).map(|text| told(&[], text)).collect()
}

/// Which partners may register, and which deals.
pub(super) fn who(document: &Document) -> Vec<EngagementParagraph> {
    let mut all = Vec::new();
    for track in document.tracks.iter().filter(|track| track.active) {
        let mut needs = Vec::new();
        if track.agreement_required {
            needs.push("a current agreement".to_owned());
        }
        for code in &track.required_certifications {
            let found = document.certifications.iter().find(|one| one.code == *code);
            let name = found.map_or(code.as_str(), |one| one.name.as_str());
            needs.push(format!("the certificate \"{name}\""));
        }
        let needs = if needs.is_empty() {
            "can register without further conditions".to_owned()
        } else {
            format!("can register with {}", list(&needs))
        };
        let grants = track.registration_grants.words();
        let text = format!("{}: a partner {needs}. Approval gives {grants}.", track.name);
        all.push(told(&["DR-10", "DR-22"], text));
    }
    let capacity: Vec<String> = document
        .tiers
        .iter()
        .map(|tier| format!("{} in {}", tier.live_registrations, tier.name))
        .collect();
    let text = format!("Maximum live registrations per partner: {}.", list(&capacity));
    all.push(told(&["DR-11"], text));
    let amounts: Vec<String> = document
        .registration
        .minimum_amounts_minor
        .iter()
        .map(|(currency, minor)| Money::new(*minor, *currency).words())
        .collect();
    if !amounts.is_empty() {
        let text = format!("The deal is worth at least {}.", amounts.join(" or "));
        all.push(told(&["DR-12"], text));
    }
    let text = "You cannot register house accounts, customers that already have the product line, \
                or accounts where our direct sales opened an opportunity before you registered.";
    all.push(told(&["DR-13"], text.to_owned()));
    all
}

/// What an approved registration gives, and for how long.
pub(super) fn protection(document: &Document) -> Vec<EngagementParagraph> {
    let registration = &document.registration;
    let parts =
        ("An approved registration protects the account for ", " after the day of approval");
    let validity = with_exceptions(document, parts, |terms| count(terms.validity_days, "day"));
    let zone = &document.zone;
    let until = format!("{validity} The last day counts in full, in the time zone {zone}.");
    let holder = "One partner holds an account at a time. If two submissions arrive at the same \
                  moment, the one recorded first wins.";
    let lapse = "After expiry the account is free again; new submissions rank by their own \
                 time.";
    let parts = ("A registration can be renewed ", "");
    let renewals = with_exceptions(document, parts, |terms| times(terms.renewals));
    let window = with_exceptions(document, ("Renewal is open in the last ", ""), |terms| {
        count(terms.renewal_window_days, "day")
    });
    let activity = count(registration.renewal_activity_days, "day");
    let renewal = format!(
        "{renewals} {window} It needs an activity logged in the last {activity} and adds the same \
         period again."
    );
    let amending = "You can change amount, close date, products and stage at any time without \
                    affecting protection. A different account needs a new registration.";
    vec![
        told(&["DR-01"], until),
        told(&["DR-02"], holder.to_owned()),
        told(&["DR-03"], renewal),
        told(&["DR-04"], lapse.to_owned()),
        told(&["DR-21"], amending.to_owned()),
    ]
}

/// What the partner does to keep the account, and what direct sales does not do meanwhile.
pub(super) fn follow_up(document: &Document) -> Vec<EngagementParagraph> {
    let registration = &document.registration;
    let lockout = "While an account is protected, our direct sales does not work on it unless the \
                   partner consents, in the portal or through a signed link.";
    let clock = with_exceptions(document, ("Log an activity at least every ", ""), |terms| {
        count(terms.follow_up_days, "day")
    });
    let clock = format!(
        "{clock} Otherwise direct sales may engage from the next day; other partners still may \
         not."
    );
    let heal = "An activity you log before direct sales has engaged restores the lockout. Once \
                direct sales has engaged, it stays in and you co-sell.";
    let backdating = count(registration.backdating_days, "day");
    let logging = format!(
        "Log an activity within {backdating} of the day it took place; if logged later, it counts \
         from the day you log it. Future dates are not accepted."
    );
    let before: Vec<String> =
        registration.expiry_reminder_days.iter().map(ToString::to_string).collect();
    let mut all = vec![
        told(&["DR-05"], lockout.to_owned()),
        told(&["DR-06"], clock),
        told(&["DR-07"], heal.to_owned()),
        told(&["DR-08"], logging),
    ];
    if !before.is_empty() {
        let lapse = count(registration.lapse_reminder_days, "day");
        let days = list(&before);
        let text = format!("We remind you {days} days before expiry, and {lapse} before a lapse.");
        all.push(told(&["DR-20"], text));
    }
    all
}

/// What the vendor answers for.
pub(super) fn promises(document: &Document) -> Vec<EngagementParagraph> {
    let registration = &document.registration;
    let parts = ("We decide a registration within ", "");
    let decision = with_exceptions(document, parts, |terms| {
        count(terms.decision_business_days, "business day")
    });
    let decision = format!("{decision} A late decision escalates and counts as an SLA breach.");
    let fair = "Nobody decides a registration that affects their own quota or territory.";
    let reasons = "A rejection states its reason and what would change it.";
    let kept = count(registration.keep_first_submission_business_days, "business day");
    let again = format!(
        "A returned registration can be resubmitted {}; within {kept} of the return it keeps its \
         first submission time.",
        times(registration.resubmissions)
    );
    let free = format!(
        "Check availability before you invest, up to {} an hour; submissions that are refused or \
         need review count too. The answer never says who holds the account.",
        times(document.availability.queries_per_hour)
    );
    let receipt = "Each submission gets a signed receipt that anyone can verify.";
    vec![
        told(&["DR-09"], decision),
        told(&["DR-14"], fair.to_owned()),
        told(&["DR-15"], reasons.to_owned()),
        told(&["DR-16"], again),
        told(&["DR-18"], free),
        told(&["DR-19"], receipt.to_owned()),
    ]
}

/// What each tier gives and asks.
pub(super) fn tiers(document: &Document) -> Vec<EngagementParagraph> {
    let percent = BasisPoints::new;
    let mut all = Vec::new();
    for tier in &document.tiers {
        let mut text = format!(
            "{}: {} discount, {} more on registered deals, {} for a referral.",
            tier.name,
            percent(tier.discount_bp),
            percent(tier.registered_uplift_bp),
            percent(tier.referral_fee_bp)
        );
        let parts =
            [(" Entry: ", &tier.entry), (" To stay: ", &tier.keep), (" Also: ", &tier.benefits)];
        for (heading, entries) in parts.into_iter().filter(|(_, entries)| !entries.is_empty()) {
            text.push_str(heading);
            text.push_str(&entries.join("; "));
            text.push('.');
        }
        all.push(told(&[], text));
    }
    all
}

/// How a dispute is decided.
pub(super) fn conflicts(document: &Document) -> Vec<EngagementParagraph> {
    let conflicts = &document.conflicts;
    let levels: Vec<String> = conflicts
        .ladder
        .iter()
        .filter(|step| step.business_days > 0)
        .map(|step| format!("{} ({})", step.name, count(step.business_days, "business day")))
        .collect();
    let whole = count(conflicts.case_business_days, "business day");
    let mut path = format!("A case is decided within {whole}.");
    if !levels.is_empty() {
        path = format!(
            "{path} Cases that no rule settles go to {}; a level that misses its deadline \
             escalates automatically.",
            levels.join(", then ")
        );
    }
    let wait = count(conflicts.evidence_wait_business_days, "business day");
    let clock = format!(
        "The clock counts business days and stops only while a party has been asked for evidence, \
         for at most {wait}."
    );
    let mut all = vec![told(&["CF-02"], path), told(&["CF-08"], clock)];
    if conflicts.appeal_business_days > 0 {
        let days = count(conflicts.appeal_business_days, "business day");
        let appeal = format!("A decision can be appealed once, within {days}, with new evidence.");
        all.push(told(&["CF-07"], appeal));
    }
    all
}

/// How partners learn of changes.
pub(super) fn changes(document: &Document) -> Vec<EngagementParagraph> {
    let days = count(document.notice_days, "day");
    let notice = format!(
        "A change that worsens your terms takes effect no earlier than {days} after its \
         announcement. Earlier events are judged by the rules in force at the time."
    );
    vec![told(&["PG-01", "PG-02"], notice)]
}
