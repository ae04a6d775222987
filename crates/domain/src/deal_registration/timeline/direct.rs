//! Consents, and what direct sales did or was refused.

use super::{EntryKind, Story, clocks};
use crate::deal_registration::life::Life;
use crate::deal_registration::lockout::{LockoutDecision, LockoutFacts, decide};
use crate::deal_registration::rules::DR_05;
use crate::wording::day;

/// Tells how direct sales met the lockout, and what became of a registration never approved.
pub(super) fn tell(story: &mut Story<'_>, life: Option<&Life<'_>>) {
    let facts = story.facts;
    for consent in &facts.consents {
        let limit = consent.ends_on.map(|on| format!(", through {}", day(on))).unwrap_or_default();
        let words = format!("The partner consented to direct engagement{limit}.");
        story.tell(consent.given_at, EntryKind::ConsentGiven, DR_05, words);
        if let Some(withdrawn_at) = consent.withdrawn_at {
            let words = "The partner withdrew its consent.";
            story.tell(withdrawn_at, EntryKind::ConsentWithdrawn, DR_05, words);
        }
    }
    for at in &facts.direct_refused_at {
        let words = "Direct sales tried to engage and was refused.";
        story.tell(*at, EntryKind::DirectRefused, DR_05, words);
    }
    tell_engagements(story, life);
    if life.is_none() {
        for ending in &facts.endings {
            clocks::tell_ending(story, *ending);
        }
    }
}

/// Each engagement with the reason that allowed it, by what was documented when it happened.
fn tell_engagements(story: &mut Story<'_>, life: Option<&Life<'_>>) {
    let facts = story.facts;
    let protection = life.map(Life::protection);
    for at in &facts.direct_engaged_at {
        let view = (*at, story.calendar.date_of(*at));
        let follow_up = life.map(|life| life.follow_up(facts, view, story.calendar));
        let lockout = LockoutFacts {
            protection: protection.as_ref(),
            consents: &facts.consents,
            follow_up: follow_up.as_ref(),
        };
        let (rule, words) = match decide(&lockout, *at, story.calendar) {
            LockoutDecision::Allowed(because) => {
                let why = because.words(story.calendar);
                (because.rule(), format!("Direct sales engaged. {why}"))
            }
            LockoutDecision::Refused(_) => {
                (DR_05, "Direct sales engaged although the account was protected.".to_owned())
            }
        };
        story.tell(*at, EntryKind::DirectEngaged, rule, words);
    }
}
