//! Announcing an approved version and notifying the affected partners.

use domain::{
    ids::{PartnerId, ProgramId, VendorId},
    program::{
        Change, diff,
        lifecycle::{Announcement, LifecycleRefusal},
    },
    rule_id::RuleId,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jobs::{Job, JobFailure, NewJob};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{act, council, record, refused, subject, unchanged, withdrawn};
use crate::program::{
    kept,
    review::{review, touched},
    store::{self, State, VersionRow},
};
use frame::{ctx::Cx, error::AppError};
use people::{events, identity, notifications};

/// The job that tells partners of an announced version.
pub const TELL_PARTNERS: &str = "program.tell_partners";

/// How many partners one run of the job tells.
const PARTNERS_AT_ONCE: i64 = 100;

/// When an announced version is to take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effective {
    /// As early as notice allows.
    Earliest,
    /// At the start of this day in the program's time zone.
    On(Date),
    /// At this time.
    At(Timestamp),
}

/// Announces an approved version.
#[derive(Debug)]
pub struct Announce<'a> {
    /// The program.
    pub program_id: &'a ProgramId,
    /// The version.
    pub number: i64,
    /// When it is to take effect.
    pub effective: Effective,
    /// The count of its changes as it was read.
    pub expected_version: Option<i64>,
}

impl Announce<'_> {
    /// Announces it and has the partners told. What worsens a partner's terms waits for the end
    /// of notice; a council with members has seen it before. Rules PG-01, PG-02.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<VersionRow, AppError> {
        store::program(cx, self.program_id)?;
        let row = store::version(cx, self.program_id, self.number)?;
        unchanged(&row, self.expected_version)?;
        let life = row.lifecycle().ok_or_else(withdrawn)?;
        let document = row.document()?;
        let review = review(cx, self.program_id, &document)?;
        if row.state == State::Approved && review.base_number() != row.approved_base {
            return Err(AppError::refused(
                RuleId::new("PG-04"),
                format!(
                    "Version {} was announced after this one was approved, so the approved \
                     changes are no longer the ones that would take effect. Send it back to draft \
                     and have it approved again.",
                    review.base_number()
                ),
            ));
        }
        let effective_at = match self.effective {
            Effective::Earliest => review.earliest_at,
            Effective::On(day) => document.business_calendar(None).start_of(day),
            Effective::At(at) => at,
        };
        let step = act(cx);
        let announcement = Announcement {
            act: step.clone(),
            effective_at,
            earliest_at: review.earliest_at,
            council_has_members: !council::members(cx, self.program_id)?.is_empty(),
        };
        life.announce(announcement)
            .map_err(|refusal| too_early(&refusal, &document.time_zone()))?;
        kept::touch(cx, self.program_id, self.number)?;
        let vendor_id = cx.vendor();
        cx.tx.execute(
            "UPDATE program_versions SET state = 'announced', announced_by = $1, \
             announced_at = $2, effective_at = $3, version = version + 1 \
             WHERE vendor_id = $4 AND program_id = $5 AND number = $6",
            db::params![
                step.by,
                step.at.as_microsecond(),
                effective_at.as_microsecond(),
                vendor_id.as_str(),
                self.program_id.as_str(),
                self.number
            ],
        )?;
        cx.tx.execute(
            "UPDATE programs SET name = $1, version = version + 1 \
             WHERE vendor_id = $2 AND program_id = $3",
            db::params![&document.name, vendor_id.as_str(), self.program_id.as_str()],
        )?;
        let more = json!({ "effective_at": effective_at.to_string() });
        record(cx, &row, ("announced", State::Approved, State::Announced), more)?;
        if !review.touched.is_empty() {
            let telling = Telling {
                program_id: self.program_id.clone(),
                number: self.number,
                base: review.base_number(),
                after: String::new(),
            };
            telling.enqueue(cx)?;
        }
        store::version(cx, self.program_id, self.number)
    }
}

/// What the telling job still has to do.
#[derive(Debug, Serialize, Deserialize)]
struct Telling {
    program_id: ProgramId,
    number: i64,
    base: i64,
    /// The last partner told.
    after: String,
}

impl Telling {
    fn enqueue(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let payload = serde_json::to_string(self).map_err(AppError::internal)?;
        let vendor_id = cx.vendor();
        let job = NewJob {
            vendor_id: vendor_id.as_str(),
            kind: TELL_PARTNERS,
            key: None,
            payload: &payload,
            run_at_micros: cx.now.as_microsecond(),
            max_attempts: 10,
        };
        jobs::enqueue(cx.tx, &job, cx.now.as_microsecond())?;
        Ok(())
    }
}

/// Tells the admins of the next partners what the version changes for them. Rule PG-04.
pub(crate) fn tell_partners(
    tx: &mut db::Tx<'_>,
    app: &std::sync::Arc<frame::App>,
    job: &Job,
    now_micros: i64,
) -> Result<(), JobFailure> {
    let mut telling: Telling = job.parse()?;
    let vendor_id =
        VendorId::parse(&job.vendor_id).map_err(|e| JobFailure::give_up(e.to_string()))?;
    let now = frame::clock::from_micros(now_micros);
    let mut cx = Cx::system(tx, app, vendor_id, now);
    tell_next(&mut cx, &mut telling).map_err(|error| JobFailure::retry(error.to_string()))
}

/// A refusal with the earliest time as people read it, in the program's zone.
fn too_early(refusal: &LifecycleRefusal, zone: &TimeZone) -> AppError {
    match refusal {
        LifecycleRefusal::NoticeTooShort { earliest_at } => AppError::refused(
            refusal.rule(),
            format!(
                "The notice period is too short: this version can take effect from {}.",
                web::instant_text(*earliest_at, zone)
            ),
        ),
        LifecycleRefusal::NotInState { .. } | LifecycleRefusal::CouncilHasNotSeen => {
            refused(refusal)
        }
    }
}

fn tell_next(cx: &mut Cx<'_, '_>, telling: &mut Telling) -> Result<(), AppError> {
    let program_id = telling.program_id.clone();
    let row = store::version(cx, &program_id, telling.number)?;
    let before = store::version(cx, &program_id, telling.base)?;
    let changes = diff(&before.document()?, &row.document()?);
    let partners = store::enrolled(cx, &program_id, &telling.after, PARTNERS_AT_ONCE)?;
    let Some(last) = partners.last().map(|partner| partner.partner_id.clone()) else {
        return Ok(());
    };
    for partner in partners {
        let Some(touched) = touched(&changes, partner) else {
            continue;
        };
        let Ok(partner_id) = PartnerId::parse(&touched.partner.partner_id) else {
            continue;
        };
        let own: Vec<&Change> =
            touched.changes.iter().filter_map(|index| changes.get(*index)).collect();
        tell(cx, &row, &partner_id, &own)?;
    }
    telling.after = last;
    telling.enqueue(cx)
}

fn tell(
    cx: &mut Cx<'_, '_>,
    row: &VersionRow,
    partner_id: &PartnerId,
    changes: &[&Change],
) -> Result<(), AppError> {
    let zone = row.document()?.time_zone();
    let from = row.effective_at.map_or(String::new(), |at| web::instant_text(at, &zone));
    let words: Vec<String> = changes.iter().map(|change| format!("– {}", change.words)).collect();
    let body = format!(
        "These changes apply to you from {from}:\n\n{}\n\nEarlier events are judged by the rules \
         in force at the time.",
        words.join("\n")
    );
    let subject = subject(&row.program_id, row.number);
    let href = format!("/program/{}/changes/{}", row.program_id, row.number);
    for person in identity::partner_people(cx, partner_id)? {
        if !person.roles.iter().any(|role| role == "admin") {
            continue;
        }
        notifications::notify(
            cx,
            &notifications::Notice {
                user_id: person.user_id.as_str(),
                partner_id: partner_id.as_str(),
                kind: "program.version_announced",
                title: "The partner program is changing",
                body: &body,
                href: &href,
                action: "",
                until: None,
                subject_id: &subject,
                links: &[],
            },
        )?;
    }
    events::append(
        cx,
        &events::Event {
            kind: "program.changes_announced",
            object_kind: "program_version",
            object_id: &subject,
            partner_id: partner_id.as_str(),
            data: json!({
                "number": row.number,
                "effective_at": row.effective_at.map(|at| at.to_string()),
                "changes": changes.iter().map(|change| &change.words).collect::<Vec<_>>(),
            }),
        },
    )
}
