//! Protection, renewal, follow-up and the end.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{EntryKind, Story};
use crate::calendar::days_between;
use crate::deal_registration::activity;
use crate::deal_registration::facts::{Ending, EndingFact};
use crate::deal_registration::follow_up::{FollowUpStanding, Lapse};
use crate::deal_registration::freeze::FrozenDays;
use crate::deal_registration::life::Life;
use crate::deal_registration::policy_history::{PolicyHistory, UnknownVersion};
use crate::deal_registration::protection::{free_from, protected_until};
use crate::deal_registration::renewal;
use crate::deal_registration::rules::{DR_01, DR_02, DR_03, DR_04, DR_06, DR_07, DR_08};
use crate::wording::{count, day};

/// Tells the live part of a registration.
pub(super) fn tell(
    story: &mut Story<'_>,
    life: &Life<'_>,
    history: &PolicyHistory,
) -> Result<(), UnknownVersion> {
    tell_protection(story, life, history)?;
    tell_activities(story, life);
    tell_follow_up(story, life);
    tell_end(story, life);
    Ok(())
}

fn tell_protection(
    story: &mut Story<'_>,
    life: &Life<'_>,
    history: &PolicyHistory,
) -> Result<(), UnknownVersion> {
    let policy = &life.policy.policy;
    let approved_on = story.calendar.date_of(life.approved_at);
    let promised = protected_until(approved_on, policy.validity_days, &FrozenDays::none());
    story.tell(life.approved_at, EntryKind::Protected, DR_01, promised.words);
    let mut renewals = story.facts.renewals.clone();
    renewals.sort_by_key(|renewal| renewal.at);
    let mut validity_days = policy.validity_days;
    let until = |days| protected_until(approved_on, days, &life.frozen).value;
    tell_window(story, life, until(validity_days));
    for renewal in renewals {
        let before = until(validity_days);
        let added = history.version(renewal.policy_version)?.policy.validity_days;
        validity_days = validity_days.saturating_add(added);
        let words = format!(
            "Renewed: {} added to {}, protected through {}.",
            count(added, "day"),
            day(before),
            day(until(validity_days)),
        );
        story.tell(renewal.at, EntryKind::Renewed, DR_03, words);
    }
    Ok(())
}

/// Tells when renewal opened for the first time, if it did before the end.
fn tell_window(story: &mut Story<'_>, life: &Life<'_>, protected_until: Date) {
    let policy = &life.policy.policy;
    let (opens_on, closes_on) = renewal::window(protected_until, policy);
    let opens_at = story.calendar.start_of(opens_on).max(life.approved_at);
    if policy.renewals > 0 && life.ended.is_none_or(|ending| opens_at < ending.at) {
        let words = format!("Renewal is open through {}.", day(closes_on));
        story.tell(opens_at, EntryKind::RenewalOpened, DR_03, words);
    }
}

fn tell_activities(story: &mut Story<'_>, life: &Life<'_>) {
    let facts = story.facts;
    for done in &facts.activities {
        let policy = &life.policy.policy;
        let Some(standing) =
            activity::standing(done.occurred_on, done.logged_at, policy, story.calendar)
        else {
            continue;
        };
        let late = days_between(done.occurred_on, story.calendar.date_of(done.logged_at));
        let what = format!("{} on {}", done.kind.label(), day(done.occurred_on));
        let words = if late == 0 {
            format!("{what}.")
        } else if standing.effective_on == done.occurred_on {
            format!("{what}, logged {} later.", count(late, "day"))
        } else {
            let later = count(late, "day");
            format!("{what}, logged {later} later: it does not count retroactively.")
        };
        let at = (done.logged_at, done.occurred_on);
        story.tell_of_day(at, EntryKind::ActivityDocumented, DR_08, words);
    }
}

fn tell_follow_up(story: &mut Story<'_>, life: &Life<'_>) {
    let view = (story.as_of, story.calendar.date_of(story.as_of));
    let clock = life.follow_up(story.facts, view, story.calendar);
    for lapse in &clock.lapses {
        let words = format!(
            "{} without an activity: direct sales may engage, other partners may not.",
            count(clock.of, "day")
        );
        let lapsed_at = story.calendar.start_of(lapse.from_on);
        story.tell(lapsed_at, EntryKind::Lapsed, DR_06, words);
        if let Some(healed_at) = healed_at(story, lapse) {
            let words = "The partner logged an activity before direct sales engaged: the lockout is restored.";
            story.tell(healed_at, EntryKind::LapseHealed, DR_07, words);
        }
    }
    if let FollowUpStanding::CoSell { since_at, .. } = clock.standing {
        let words =
            "Direct sales engaged while the lockout had lapsed and stays in: co-sell from here on.";
        story.tell(since_at, EntryKind::CoSell, DR_07, words);
    }
}

/// When a lapse was healed: at the record of the activity, or on the day to which it reaches back.
fn healed_at(story: &Story<'_>, lapse: &Lapse) -> Option<Timestamp> {
    let healed_on = lapse.healed_on?;
    let by = story.facts.activities.iter().find(|done| Some(&done.id) == lapse.healed_by.as_ref());
    let same_day = by.map(|done| done.logged_at);
    let same_day = same_day.filter(|at| story.calendar.date_of(*at) == healed_on);
    Some(same_day.unwrap_or_else(|| story.calendar.start_of(healed_on)))
}

fn tell_end(story: &mut Story<'_>, life: &Life<'_>) {
    if let Some(expires_at) = life.expires_at(story.calendar) {
        let words = format!(
            "Protection ended after {}; the account is free from {}.",
            day(life.protected_until),
            day(free_from(life.protected_until)),
        );
        story.tell(expires_at, EntryKind::Expired, DR_04, words);
    }
    let approved_at = life.approved_at;
    let endings = story.facts.endings.iter();
    for ending in endings.filter(|ending| ending.at < approved_at || Some(**ending) == life.ended) {
        tell_ending(story, *ending);
    }
}

/// Tells an end before time, of a live registration or of one never approved.
pub(super) fn tell_ending(story: &mut Story<'_>, ending: EndingFact) {
    let (kind, words) = match ending.ending {
        Ending::Won => (EntryKind::Won, "Won.".to_owned()),
        Ending::Lost { reason } => (EntryKind::Lost, format!("Lost: {}.", reason.label())),
        Ending::Withdrawn => (EntryKind::Withdrawn, "The partner withdrew it.".to_owned()),
        Ending::Released => (EntryKind::Released, "The vendor released the account.".to_owned()),
    };
    story.tell(ending.at, kind, DR_02, words);
}
