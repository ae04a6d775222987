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
    let text =
        format!("A partner can hold this many live registrations at once: {}.", list(&capacity));
    all.push(told(&["DR-11"], text));
    let amounts: Vec<String> = document
        .registration
        .minimum_amounts_minor
        .iter()
        .map(|(currency, minor)| Money::new(*minor, *currency).words())
        .collect();
    if !amounts.is_empty() {
        let text = format!("The deal reaches at least {}.", amounts.join(" or "));
        all.push(told(&["DR-12"], text));
    }
    let text = "Not open to registration are house accounts, customers that already have the \
                product line, and accounts on which our own sales opened an opportunity before \
                you registered.";
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
    let holder = "One partner holds an account at a time. Of two submissions at the same moment \
                  the first one recorded wins.";
    let lapse = "After expiry the account is free again; who registers it next is decided by the \
                 time of the new submission.";
    let parts = ("A registration can be renewed ", "");
    let renewals = with_exceptions(document, parts, |terms| times(terms.renewals));
    let window = with_exceptions(document, ("Renewal is open in the last ", ""), |terms| {
        count(terms.renewal_window_days, "day")
    });
    let activity = count(registration.renewal_activity_days, "day");
    let renewal = format!(
        "{renewals} {window} It needs an activity documented in the last {activity} and adds the \
         same time again."
    );
    let amending = "Amount, close date, products and stage can change at any time without \
                    touching the protection. Another account is a new registration.";
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
                   partner agrees, in the portal or by a signed link.";
    let clock = with_exceptions(document, ("Document an activity at least every ", ""), |terms| {
        count(terms.follow_up_days, "day")
    });
    let clock = format!(
        "{clock} Without one, direct sales may engage from the next day on; against other \
         partners the account stays yours."
    );
    let heal = "An activity that you document before direct sales has engaged closes the gap. \
                Once direct sales has engaged, both sell together.";
    let backdating = count(registration.backdating_days, "day");
    let logging = format!(
        "Log an activity within {backdating} of the day it took place; a later record counts from \
         the day it is made. A day in the future is not accepted."
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
    let decision =
        format!("{decision} A late decision goes one level up and is counted against us.");
    let fair = "Nobody decides a registration that touches their own quota or territory.";
    let reasons = "A rejection names its reason and what would change it.";
    let kept = count(registration.keep_first_submission_business_days, "business day");
    let again = format!(
        "A returned registration can be submitted again {}; within {kept} of the return it keeps \
         its first time.",
        times(registration.resubmissions)
    );
    let free = format!(
        "Ask whether an account is free before you invest, up to {} an hour; a submission that is \
         refused or needs a look counts as well. The answer never says who holds it.",
        times(document.availability.queries_per_hour)
    );
    let receipt = "Each submission gives a signed receipt that anyone can verify.";
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
            "{path} What no rule settles at once goes to {}; a level whose time runs out passes \
             it on by itself.",
            levels.join(", then ")
        );
    }
    let wait = count(conflicts.evidence_wait_business_days, "business day");
    let clock = format!(
        "The clock counts business days and stops only while evidence is awaited from a party, \
         {wait} at most."
    );
    let mut all = vec![told(&["CF-02"], path), told(&["CF-08"], clock)];
    if conflicts.appeal_business_days > 0 {
        let days = count(conflicts.appeal_business_days, "business day");
        let appeal = format!("A decision can be appealed once, within {days}, on new evidence.");
        all.push(told(&["CF-07"], appeal));
    }
    all
}

/// How partners learn of changes.
pub(super) fn changes(document: &Document) -> Vec<EngagementParagraph> {
    let days = count(document.notice_days, "day");
    let notice = format!(
        "A change that worsens your terms takes effect {days} after it is announced at the \
         earliest. What happened before is judged by the rules that held then."
    );
    vec![told(&["PG-01", "PG-02"], notice)]
}
