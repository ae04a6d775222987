//! Rows of partners, their enrolments and certificates.

use std::collections::BTreeMap;

use db::{Record, Value};
use domain::ids::{PartnerId, ProgramId, UserId};
use jiff::{Timestamp, civil::Date};

use super::PartnerStatus;
use frame::{columns, ctx::Cx, error::AppError, visibility::Visibility};

db::record! {
    /// A company enrolled in programs, or about to be.
    #[derive(Debug, Clone)]
    pub struct Partner in "partners" {
        /// The partner.
        pub partner_id: PartnerId,
        /// Its name.
        pub name: String,
        /// Its name folded, by which it is ordered.
        pub name_key: String,
        /// Its name and domain folded, by which it is searched.
        pub search_key: String,
        /// Its internet domain; `""` when unknown.
        pub domain: String,
        /// Its country as two letters; `""` when unknown.
        pub country: String,
        /// Its city; `""` when unknown.
        pub city: String,
        /// Its status.
        pub status: PartnerStatus,
        /// The partner manager (PAM); `None` when nobody looks after it yet.
        pub manager_user_id: Option<UserId> = "",
        /// Its id in another system; `""` when there is none.
        pub external_id: String,
        /// When it was added.
        pub created_at: Timestamp,
        /// Counts every change of the partner, its enrolments and certificates, from 1.
        pub version: i64,
    }
}

db::row! {
    /// A partner in a program.
    #[derive(Debug, Clone)]
    pub struct Enrolment {
        /// The program.
        pub program_id: ProgramId,
        /// The partner.
        pub partner_id: PartnerId,
        /// The code of its track.
        pub track: String,
        /// The code of its tier; `""` on a track without tiers.
        pub tier: String,
        /// Codes of the territories in which it may register; none means everywhere.
        pub territories: Vec<String> => |codes: String| words(&codes),
        /// Codes of the segments to which it may register; none means all.
        pub segments: Vec<String> => |codes: String| words(&codes),
        /// The first day of its agreement; `None` when none is signed.
        pub agreement_from: Option<Date>,
        /// The last day of its agreement; `None` for an open one.
        pub agreement_until: Option<Date>,
        /// When it was enrolled.
        pub enrolled_at: Timestamp,
        /// When the enrolment ended; `None` while it lasts.
        pub ended_at: Option<Timestamp>,
        /// The partner's status.
        pub status: PartnerStatus,
        /// Counts changes, from 1.
        pub version: i64,
    }
}

db::row! {
    /// A certificate of a person of a partner.
    #[derive(Debug, Clone)]
    pub struct Certificate {
        /// The certificate.
        pub certificate_id: String,
        /// The certification code from the program document.
        pub code: String,
        /// The holder's name.
        pub holder: String,
        /// The day it was issued.
        pub issued_on: Date,
        /// The last day on which it counts; `None` when it never lapses.
        pub expires_on: Option<Date>,
    }
}

impl Partner {
    /// A partner of which nothing is known yet.
    pub(super) fn of(partner_id: PartnerId, created_at: Timestamp) -> Self {
        Self {
            partner_id,
            name: String::new(),
            name_key: String::new(),
            search_key: String::new(),
            domain: String::new(),
            country: String::new(),
            city: String::new(),
            status: PartnerStatus::default(),
            manager_user_id: None,
            external_id: String::new(),
            created_at,
            version: 1,
        }
    }
}

impl Certificate {
    /// True on every day from the one it was given to its last.
    pub fn counts_on(&self, day: Date) -> bool {
        self.issued_on <= day && self.expires_on.is_none_or(|last| day <= last)
    }
}

const ENROLMENT: &str = "SELECT e.program_id, e.partner_id, e.track, e.tier, e.territories, \
     e.segments, e.agreement_from, e.agreement_until, e.enrolled_at, e.ended_at, p.status, \
     e.version FROM partner_enrolments e \
     JOIN partners p ON p.vendor_id = e.vendor_id AND p.partner_id = e.partner_id ";

columns::words!(PartnerStatus);

/// A partner one may see; another is not found.
pub(super) fn get(
    cx: &mut Cx<'_, '_>,
    visible: &Visibility,
    partner_id: &PartnerId,
) -> Result<Partner, AppError> {
    let sql = format!(
        "{} WHERE vendor_id = $1 AND ($2 = '' OR partner_id = $2) AND partner_id = $3",
        Partner::SELECT
    );
    let found = cx
        .tx
        .query_opt_as(&sql, &[visible.vendor(), visible.partner(), partner_id.as_str().into()])?;
    found.ok_or(AppError::NotFound)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Enrolments by a condition on `e` with `$1` as the vendor, by program and partner.
pub(super) fn enrolments(
    cx: &mut Cx<'_, '_>,
    condition: &str,
    further: &[Value<'_>],
) -> Result<Vec<Enrolment>, AppError> {
    let vendor_id = cx.vendor();
    let mut params: Vec<Value<'_>> = vec![vendor_id.as_str().into()];
    params.extend_from_slice(further);
    let sql = format!("{ENROLMENT}WHERE e.vendor_id = $1 AND {condition}");
    let mut found: Vec<Enrolment> = cx.tx.query_as(&sql, &params)?;
    // Sorted here, because the database would make a table for it each time.
    found.sort_by(|one, other| {
        (&one.program_id, &one.partner_id).cmp(&(&other.program_id, &other.partner_id))
    });
    Ok(found)
}

/// The enrolments that last, of these partners.
pub(super) fn enrolments_of_all(
    cx: &mut Cx<'_, '_>,
    partners: &[Partner],
) -> Result<BTreeMap<PartnerId, Vec<Enrolment>>, AppError> {
    let mut found: BTreeMap<PartnerId, Vec<Enrolment>> = BTreeMap::new();
    for some in partners.chunks(100) {
        let marks: Vec<String> = (0..some.len()).map(|n| format!("${}", n + 2)).collect();
        let condition = format!("e.partner_id IN ({}) AND e.ended_at IS NULL", marks.join(", "));
        let ids: Vec<Value<'_>> = some.iter().map(|p| p.partner_id.as_str().into()).collect();
        for enrolment in enrolments(cx, &condition, &ids)? {
            found.entry(enrolment.partner_id.clone()).or_default().push(enrolment);
        }
    }
    Ok(found)
}

/// The certificates of a partner, by code, holder and day.
pub(super) fn certificates(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<Vec<Certificate>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT certificate_id, code, holder, issued_on, expires_on FROM partner_certificates \
         WHERE vendor_id = $1 AND partner_id = $2 \
         ORDER BY code, holder, issued_on, certificate_id LIMIT 2000",
        db::params![vendor_id.as_str(), partner_id.as_str()],
    )?)
}

/// Counts the partner's version up, after any change of it or of what belongs to it.
pub(super) fn count_up(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE partners SET version = version + 1 WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner_id.as_str()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dr_10_a_certificate_counts_from_its_first_to_its_last_day() {
        let certificate = Certificate {
            certificate_id: "c".into(),
            code: "sales".into(),
            holder: "Ana".into(),
            issued_on: date(2026, 1, 10),
            expires_on: Some(date(2026, 3, 31)),
        };
        for (day, counts) in [
            (date(2026, 1, 9), false),
            (date(2026, 1, 10), true),
            (date(2026, 3, 31), true),
            (date(2026, 4, 1), false),
        ] {
            assert_eq!(certificate.counts_on(day), counts, "{day}");
        }
        let open = Certificate { expires_on: None, ..certificate };
        assert!(open.counts_on(date(2099, 1, 1)));
    }
}
