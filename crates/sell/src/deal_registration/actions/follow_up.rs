//! Logging a partner's activity, which restarts the follow-up clock.

use domain::{
    deal_registration::{
        activity::{self, ActivityKind},
        follow_up::FollowUpStanding,
        rules::{DR_07, DR_08},
        status::StatusKind,
    },
    ids::{ActivityId, RegistrationId},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::deal_registration::{
    record::{Happening, happened},
    store::{self, ActivityView, Registration},
    tell::{self, Message, day},
    terms,
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Day, OneOf, Text, input},
};
use people::notifications;

input! {
    /// An activity to be documented.
    pub struct ActivityInput {
        /// What was done.
        pub kind: ActivityKind => OneOf::<ActivityKind>::cards("Activity")
            .required("Choose an activity"),
        /// The day on which it occurred (YYYY-MM-DD).
        pub occurred_on: Date => Day::new("Date").required("Enter the date")
            .finished(terms::until_today),
        /// Whom you spoke with.
        pub contact: String => Text::exact_line("With", 200),
        /// What came of it.
        pub note: String => Text::lines("Result", 4_000)
            .required("Enter the result in a sentence"),
    }
}

/// A documented activity and what it did.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The registration with its clock restarted.
    pub registration: Registration,
    /// The activity.
    pub activity: ActivityView,
    /// True when it counts from the day on which it occurred.
    pub counts: bool,
    /// True when it ended a lapse.
    pub healed: bool,
    /// Its effect, as a sentence.
    pub words: String,
}

impl ActivityInput {
    /// Documents it, or refuses one in the future. Rules DR-06, DR-07, DR-08.
    pub fn run(self, cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Logged, AppError> {
        let mut r = super::load(cx, id)?;
        let terms = terms::of(cx, &r)?;
        if r.status == StatusKind::Draft || r.status.is_final() {
            let words = format!(
                "You cannot log activities on a registration that is {}.",
                r.status.title()
            );
            return Err(AppError::refused(DR_08, words));
        }
        let counts = activity::check(self.occurred_on, cx.now, &terms.policy, &terms.calendar)?;
        let was_lapsed = r.lapses_on.is_some_and(|on| on <= terms.day(cx.now));
        let view = ActivityView {
            activity_id: ActivityId::new(cx.ids(), cx.now),
            kind: self.kind,
            occurred_on: self.occurred_on,
            contact: self.contact,
            note: self.note,
            logged_by: cx.actor.reference(),
            logged_by_name: cx.actor.name.clone(),
            logged_at: cx.now,
            counts_from: counts.value.effective_on,
        };
        store::add_activity(cx, &r.registration_id, &view)?;
        let clock = super::restart_follow_up(cx, &mut r, &terms)?;
        super::save(cx, &mut r, &terms)?;
        let running = clock.as_ref().is_some_and(|c| c.standing == FollowUpStanding::Running);
        let healed = was_lapsed && running;
        let mut words = counts.words;
        if let Some(on) = r.lapses_on.filter(|_| running) {
            words = format!("{words} Without another activity the lockout lapses on {}.", day(on));
        }
        let title = format!("{} on {}.", self.kind.label(), day(self.occurred_on));
        let change = Happening::new("activity_logged", &title).by(DR_08).because(&words).change(
            Value::Null,
            json!({
                "activity_id": view.activity_id.as_str(),
                "kind": self.kind.word(),
                "occurred_on": self.occurred_on.to_string(),
                "counts_from": view.counts_from.to_string(),
            }),
        );
        happened(cx, &r, &change)?;
        notifications::finish(cx, r.registration_id.as_str())?;
        if healed {
            heal(cx, &r)?;
        }
        let counts = view.counts_from == view.occurred_on;
        Ok(Logged { registration: r, activity: view, counts, healed, words })
    }
}

fn heal(cx: &mut Cx<'_, '_>, r: &Registration) -> Result<(), AppError> {
    let words = "Lockout restored: an activity was logged before direct sales engaged.";
    happened(cx, r, &Happening::new("healed", words).by(DR_07))?;
    let name = &r.details.account_name;
    let message = Message {
        kind: "healed",
        title: &format!("{name}: lockout restored"),
        body: &format!("{}: {words}", r.reference()),
        action: "",
        until: None,
        link: None,
    };
    tell::manager(cx, r, &message)
}
