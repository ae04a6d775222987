//! The row of each registration that a step touched, column by column.

use std::collections::{BTreeMap, BTreeSet};

use db::{Row, Value};
use jiff::{Timestamp, civil::Date};

use super::{Checked, Checker, Scene, Violation};
use crate::spec::{book::Book, registration::Registration};

/// Columns that are compared, each with the rule that it follows from.
const COLUMNS: [(&str, &str); 31] = [
    ("status", "DR-01"),
    ("holds_account", "DR-02"),
    ("partner_id", "DR-21"),
    ("account_id", "AC-03"),
    ("submitted_at", "DR-16"),
    ("ranked_at", "DR-16"),
    ("returned_at", "DR-16"),
    ("withdrawn_at", "DR-16"),
    ("resubmissions", "DR-16"),
    ("decision_due_at", "DR-09"),
    ("breached_at", "DR-09"),
    ("escalation_level", "DR-09"),
    ("decided_at", "DR-14"),
    ("decided_by", "DR-14"),
    ("approved_at", "DR-01"),
    ("approved_on", "DR-01"),
    ("protected_until", "DR-01"),
    ("renewals", "DR-03"),
    ("renewed_on", "DR-03"),
    ("ended_at", "DR-01"),
    ("closed_on", "DR-21"),
    ("co_sell_at", "DR-07"),
    ("lapses_on", "DR-06"),
    ("last_activity_on", "DR-06"),
    ("in_dispute", "CF-01"),
    ("tier", "DR-11"),
    ("track", "DR-10"),
    ("amount_minor", "DR-21"),
    ("need", "DR-21"),
    ("attention_at", "DR-20"),
    ("policy_version", "PG-01"),
];

fn columns() -> String {
    COLUMNS.map(|(column, _)| column).join(", ")
}

type Kept = (String, Vec<String>);

fn text(row: &Row<'_>, column: usize) -> Result<String, db::DbError> {
    Ok(match row.opt_text(column) {
        Ok(text) => text.unwrap_or_default(),
        Err(_) => row.opt_int(column)?.map_or_else(String::new, |number| number.to_string()),
    })
}

fn kept(row: &Row<'_>) -> Result<Kept, db::DbError> {
    let columns = (1..=COLUMNS.len()).map(|column| text(row, column));
    Ok((row.text(0)?, columns.collect::<Result<Vec<String>, db::DbError>>()?))
}

fn instant(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.as_microsecond().to_string())
}

fn date(on: Option<Date>) -> String {
    on.map_or_else(String::new, |on| on.to_string())
}

fn flag(is: bool) -> String {
    u8::from(is).to_string()
}

/// The row that the book asks for, in the order of the columns.
fn wanted(one: &Registration, book: &Book, scene: (&str, &str)) -> Vec<String> {
    let (partner, account) = scene;
    let need = if one.need == 0 { String::new() } else { format!("Need number {}", one.need) };
    vec![
        one.status.word().to_owned(),
        flag(one.holds),
        partner.to_owned(),
        account.to_owned(),
        instant(one.submitted_at),
        instant(one.ranked_at),
        instant(one.returned_at),
        instant(one.withdrawn_at),
        one.resubmissions.to_string(),
        instant(one.due_at),
        instant(one.breached_at),
        one.escalation.to_string(),
        instant(one.decided_at),
        one.decided_by.clone(),
        instant(one.approved_at),
        date(one.approved_on),
        date(one.until),
        one.renewals.to_string(),
        date(one.renewed_on),
        instant(one.ended_at),
        date(one.closed_on),
        instant(one.co_sell_at),
        date(one.lapses_on),
        date(one.worked_on),
        flag(one.in_dispute),
        one.tier.clone(),
        one.track.clone(),
        one.amount_minor.to_string(),
        need,
        instant(one.next_due(&book.program)),
        "1".to_owned(),
    ]
}

impl Checker {
    /// Compares the rows that the product changed, and those that it should have changed; gives
    /// the labels of both.
    pub(super) fn rows(
        &mut self,
        scene: &mut Scene<'_, '_>,
        at: Timestamp,
    ) -> Result<BTreeSet<u32>, Violation> {
        let sql = format!(
            "SELECT registration_id, {} FROM deal_registrations WHERE vendor_id = $1 \
             AND changed_at > $2 AND changed_at <= $3",
            columns()
        );
        let vendor = scene.cast.vendor_id.as_str();
        let params = db::params![vendor, self.looked_at, at.as_microsecond()];
        let rows = scene.tx.query(&sql, params, kept)?;
        let mut changed: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (id, row) in rows {
            let label = scene.names.deal_of(&id).ok_or_else(|| {
                Violation::new("DR-16", format!("nobody made the registration {id}"))
            })?;
            changed.insert(label, row);
        }
        for label in scene.book.touched() {
            if let (false, Some(row)) = (changed.contains_key(&label), row(scene, label)?) {
                changed.insert(label, row);
            }
        }
        for (label, row) in &changed {
            self.compare(scene, *label, row)?;
        }
        Ok(changed.into_keys().collect())
    }

    fn compare(&mut self, scene: &Scene<'_, '_>, label: u32, row: &[String]) -> Checked {
        let Some(one) = scene.book.registration(label) else {
            let words = format!("the registration {label} should not be there");
            return Err(Violation::new("DR-16", words));
        };
        let partner = scene.cast.partner(one.partner).map_or("", |p| p.partner_id.as_str());
        let account = one.account.and_then(|account| scene.names.accounts.get(&account));
        let account = account.map_or("", |id| id.as_str());
        // A new account has an id that only the product knows.
        let known = one.account.is_none() || !account.is_empty();
        let wanted = wanted(one, scene.book, (partner, account));
        self.compared += 1;
        for ((found, wanted), (column, rule)) in row.iter().zip(&wanted).zip(COLUMNS) {
            if found != wanted && (column != "account_id" || known) {
                let words = format!(
                    "registration {label} has {column} “{found}” and should have “{wanted}”"
                );
                return Err(Violation::new(rule, words));
            }
        }
        Ok(())
    }

    /// Compares every registration.
    pub(super) fn all_rows(&mut self, scene: &mut Scene<'_, '_>) -> Checked {
        let sql = format!(
            "SELECT registration_id, {} FROM deal_registrations WHERE vendor_id = $1",
            columns()
        );
        let vendor = scene.vendor().as_str().to_owned();
        let rows = scene.tx.query(&sql, db::params![&vendor], kept)?;
        if rows.len() != scene.book.registrations.len() {
            let words = format!(
                "there are {} registrations and should be {}",
                rows.len(),
                scene.book.registrations.len()
            );
            return Err(Violation::new("DR-16", words));
        }
        let labels: BTreeMap<&str, u32> =
            scene.names.deals.iter().map(|(label, id)| (id.as_str(), *label)).collect();
        for (id, row) in &rows {
            let label = labels.get(id.as_str()).copied().ok_or_else(|| {
                Violation::new("DR-16", format!("nobody made the registration {id}"))
            })?;
            self.compare(scene, label, row)?;
        }
        Ok(())
    }
}

/// One row by its label.
fn row(scene: &mut Scene<'_, '_>, label: u32) -> Result<Option<Vec<String>>, Violation> {
    let Some(id) = scene.names.deals.get(&label) else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT registration_id, {} FROM deal_registrations WHERE vendor_id = $1 \
         AND registration_id = $2",
        columns()
    );
    let params: [Value<'_>; 2] = [scene.cast.vendor_id.as_str().into(), id.as_str().into()];
    let found = scene.tx.query_opt(&sql, &params, kept)?;
    let Some((_, row)) = found else {
        let words = format!("the registration {label} is gone");
        return Err(Violation::new("AU-01", words));
    };
    Ok(Some(row))
}
