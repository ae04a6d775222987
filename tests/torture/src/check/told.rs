//! What is told of a step: in the timeline, in the audit trail and in the feed, each once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Checked, Checker, Scene, Violation, chains::Audited};
use crate::spec::registration::Activity;

/// What is new about things of one kind, by their id.
type ByObject = BTreeMap<String, Vec<String>>;

impl Checker {
    /// Compares what is told of the registrations that were touched, and of everything else that
    /// is told twice: each change has its audit row and its event (AU-01, AP-02).
    pub(super) fn told(
        &mut self,
        scene: &mut Scene<'_, '_>,
        at: Timestamp,
        changed: &BTreeSet<u32>,
    ) -> Checked {
        let audited = self.audited(scene, at)?;
        let fed = self.fed(scene)?;
        let labels: BTreeSet<u32> = changed.iter().chain(scene.book.told.keys()).copied().collect();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for label in labels {
            let Some(id) = scene.names.deals.get(&label) else {
                continue;
            };
            let id = id.as_str().to_owned();
            let timeline = self.timeline(scene, label, &id)?;
            let of = |all: &ByObject| {
                let mut kinds = all.get(&id).cloned().unwrap_or_default();
                kinds.sort();
                kinds
            };
            let mut wanted: Vec<String> =
                timeline.iter().map(|kind| format!("deal_registration.{kind}")).collect();
            wanted.sort();
            twice(label, &wanted, (&of(&audited.deals), &of(&fed.deals)))?;
            known.insert(id);
        }
        for id in audited.deals.keys().chain(fed.deals.keys()) {
            if !known.contains(id) {
                let words = format!("something is told of {id}, and nothing happened to it");
                return Err(Violation::new("AU-01", words));
            }
        }
        others(&audited, &fed)?;
        recorded(scene, &audited)?;
        self.activities(scene)
    }

    /// The new entries of a registration's timeline, which are those of the book.
    fn timeline(
        &mut self,
        scene: &mut Scene<'_, '_>,
        label: u32,
        id: &str,
    ) -> Result<Vec<String>, Violation> {
        let last = self.entries.get(&label).copied().unwrap_or(0);
        let rows = scene.tx.query(
            "SELECT seq, at, kind FROM deal_registration_entries WHERE vendor_id = $1 \
             AND registration_id = $2 AND seq > $3 ORDER BY seq",
            db::params![scene.cast.vendor_id.as_str(), id, last],
            |row| Ok((row.int(0)?, row.int(1)?, row.text(2)?)),
        )?;
        if let Some((seq, _, _)) = rows.last() {
            self.entries.insert(label, *seq);
        }
        let mut found: Vec<(String, i64)> =
            rows.into_iter().map(|(_, at, kind)| (kind, at)).collect();
        found.sort();
        let told = scene.book.told.get(&label).cloned().unwrap_or_default();
        let mut wanted: Vec<(String, i64)> =
            told.iter().map(|(kind, at)| ((*kind).to_owned(), at.as_microsecond())).collect();
        wanted.sort();
        if found != wanted {
            let words = format!(
                "the timeline of registration {label} gets {found:?} and should get {wanted:?}"
            );
            let rule = rule_of(found.iter().chain(&wanted).map(|(kind, _)| kind.as_str()));
            return Err(Violation::new(rule, words));
        }
        Ok(found.into_iter().map(|(kind, _)| kind).collect())
    }

    /// The activities of registrations on which one was documented (DR-08).
    fn activities(&mut self, scene: &mut Scene<'_, '_>) -> Checked {
        for (label, told) in &scene.book.told {
            if !told.iter().any(|(kind, _)| *kind == "activity_logged") {
                continue;
            }
            let (Some(id), Some(one)) =
                (scene.names.deals.get(label), scene.book.registration(*label))
            else {
                continue;
            };
            let mut found = scene.tx.query(
                "SELECT occurred_on, counts_from FROM deal_registration_activities \
                 WHERE vendor_id = $1 AND registration_id = $2",
                db::params![scene.cast.vendor_id.as_str(), id.as_str()],
                |row| Ok((row.text(0)?, row.text(1)?)),
            )?;
            found.sort();
            let text = |one: &Activity| (one.occurred_on.to_string(), one.counts_from.to_string());
            let mut wanted: Vec<(String, String)> = one.activities.iter().map(text).collect();
            wanted.sort();
            self.compared += 1;
            if found != wanted {
                let words = format!(
                    "registration {label} has the activities {found:?} and should have {wanted:?}"
                );
                return Err(Violation::new("DR-08", words));
            }
        }
        Ok(())
    }
}

/// The rule that a kind of entry follows from.
fn rule_of<'k>(mut kinds: impl Iterator<Item = &'k str>) -> &'static str {
    let rule = kinds.find_map(|kind| {
        Some(match kind {
            "reminded" => "DR-20",
            "breached" | "escalated" => "DR-09",
            "lapsed" | "healed" => "DR-06",
            "co_sell" => "DR-07",
            "direct_refused" => "DR-05",
            "expired" | "frozen" => "DR-01",
            "renewed" => "DR-03",
            "disputed" => "CF-01",
            _ => return None,
        })
    });
    rule.unwrap_or("AU-01")
}

fn twice(label: u32, wanted: &[String], found: (&[String], &[String])) -> Checked {
    let of = |what: &str, found: &[String]| {
        format!("{what} of registration {label} say {found:?} and should say {wanted:?}")
    };
    if found.0 != wanted {
        return Err(Violation::new("AU-01", of("audit rows", found.0)));
    }
    if found.1 != wanted {
        return Err(Violation::new("AP-02", of("events", found.1)));
    }
    Ok(())
}

/// What else is told, is told in both places.
fn others(audited: &Audited, fed: &Audited) -> Checked {
    let ids: BTreeSet<&String> = audited.direct.keys().chain(fed.direct.keys()).collect();
    for id in ids {
        let (rows, events) = (audited.direct.get(id), fed.direct.get(id));
        if rows != events {
            let words = format!("of {id} audit says {rows:?} and the feed {events:?}");
            return Err(Violation::new("AU-01", words));
        }
    }
    Ok(())
}

/// The audit rows of cases.
fn recorded(scene: &Scene<'_, '_>, audited: &Audited) -> Checked {
    let mut wanted: ByObject = BTreeMap::new();
    for (label, actions) in &scene.book.recorded {
        if let Some(id) = scene.names.cases.get(label) {
            let mut actions: Vec<String> = actions.iter().map(|one| (*one).into()).collect();
            actions.sort();
            wanted.insert(id.as_str().to_owned(), actions);
        }
    }
    let mut found = audited.cases.clone();
    for actions in found.values_mut() {
        actions.sort();
    }
    if found == wanted {
        return Ok(());
    }
    let words = format!("audit says of cases {found:?} and should say {wanted:?}");
    Err(Violation::new("AU-01", words))
}
