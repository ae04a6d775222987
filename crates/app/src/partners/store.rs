//! Rows of partners, their enrolments and certificates.

use db::{DbError, Row, Value};
use domain::ids::{PartnerId, ProgramId, UserId};
use jiff::{Timestamp, civil::Date};

use super::PartnerStatus;
use crate::core::{clock::from_micros, ctx::Cx, error::AppError, visibility::Visibility};

/// A company enrolled in programs, or about to be.
#[derive(Debug, Clone)]
pub struct Partner {
    /// The partner.
    pub partner_id: PartnerId,
    /// Its name.
    pub name: String,
    /// Its internet domain; `""` when unknown.
    pub domain: String,
    /// Its country as two letters; `""` when unknown.
    pub country: String,
    /// Its city; `""` when unknown.
    pub city: String,
    /// How it stands.
    pub status: PartnerStatus,
    /// The partner manager (PAM); `None` when nobody looks after it yet.
    pub manager_user_id: Option<UserId>,
    /// Its id in another system; `""` when there is none.
    pub external_id: String,
    /// When it was made known.
    pub created_at: Timestamp,
    /// Counts every change of the partner, its enrolments and certificates, from 1.
    pub version: i64,
}

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
    pub territories: Vec<String>,
    /// Codes of the segments to which it may register; none means all.
    pub segments: Vec<String>,
    /// The first day of its agreement; `None` when none is signed.
    pub agreement_from: Option<Date>,
    /// The last day of its agreement; `None` for an open one.
    pub agreement_until: Option<Date>,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When the enrolment ended; `None` while it lasts.
    pub ended_at: Option<Timestamp>,
    /// How the partner stands.
    pub status: PartnerStatus,
    /// Counts changes, from 1.
    pub version: i64,
}

/// A certificate of a person of a partner.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The certificate.
    pub certificate_id: String,
    /// The code of what it shows, as the program document names it.
    pub code: String,
    /// The person who holds it, by name.
    pub holder: String,
    /// The day on which it was given.
    pub issued_on: Date,
    /// The last day on which it counts; `None` when it never lapses.
    pub expires_on: Option<Date>,
}

impl Certificate {
    /// True on every day from the one it was given to its last.
    pub fn counts_on(&self, day: Date) -> bool {
        self.issued_on <= day && self.expires_on.is_none_or(|last| day <= last)
    }
}

pub(super) const PARTNER: &str = "SELECT p.partner_id, p.name, p.domain, p.country, p.city, \
     p.status, p.manager_user_id, p.external_id, p.created_at, p.version FROM partners p ";

const ENROLMENT: &str = "SELECT e.program_id, e.partner_id, e.track, e.tier, e.territories, \
     e.segments, e.agreement_from, e.agreement_until, e.enrolled_at, e.ended_at, p.status, \
     e.version FROM partner_enrolments e \
     JOIN partners p ON p.vendor_id = e.vendor_id AND p.partner_id = e.partner_id ";

pub(super) struct RawPartner {
    texts: [String; 8],
    created_at: i64,
    version: i64,
}

pub(super) fn raw_partner(row: &Row<'_>) -> Result<RawPartner, DbError> {
    Ok(RawPartner {
        texts: [
            row.text(0)?,
            row.text(1)?,
            row.text(2)?,
            row.text(3)?,
            row.text(4)?,
            row.text(5)?,
            row.text(6)?,
            row.text(7)?,
        ],
        created_at: row.int(8)?,
        version: row.int(9)?,
    })
}

fn status(word: &str) -> Result<PartnerStatus, AppError> {
    PartnerStatus::from_word(word)
        .ok_or_else(|| AppError::internal(format!("partner of unknown status {word}")))
}

impl TryFrom<RawPartner> for Partner {
    type Error = AppError;

    fn try_from(raw: RawPartner) -> Result<Self, AppError> {
        let [partner_id, name, domain, country, city, word, manager, external_id] = raw.texts;
        let manager_user_id = if manager.is_empty() {
            None
        } else {
            Some(UserId::parse(&manager).map_err(AppError::internal)?)
        };
        Ok(Self {
            partner_id: PartnerId::parse(&partner_id).map_err(AppError::internal)?,
            name,
            domain,
            country,
            city,
            status: status(&word)?,
            manager_user_id,
            external_id,
            created_at: from_micros(raw.created_at),
            version: raw.version,
        })
    }
}

/// A partner one may see; another is not found.
pub(super) fn get(
    cx: &mut Cx<'_, '_>,
    visible: &Visibility,
    partner_id: &PartnerId,
) -> Result<Partner, AppError> {
    let sql = format!(
        "{PARTNER}WHERE p.vendor_id = $1 AND ($2 = '' OR p.partner_id = $2) AND p.partner_id = $3"
    );
    let found = cx.tx.query_opt(
        &sql,
        &[visible.vendor(), visible.partner(), partner_id.as_str().into()],
        raw_partner,
    )?;
    found.ok_or(AppError::NotFound).and_then(Partner::try_from)
}

struct RawEnrolment {
    texts: [String; 7],
    dates: [Option<String>; 2],
    enrolled_at: i64,
    ended_at: Option<i64>,
    version: i64,
}

fn raw_enrolment(row: &Row<'_>) -> Result<RawEnrolment, DbError> {
    Ok(RawEnrolment {
        texts: [
            row.text(0)?,
            row.text(1)?,
            row.text(2)?,
            row.text(3)?,
            row.text(4)?,
            row.text(5)?,
            row.text(10)?,
        ],
        dates: [row.opt_text(6)?, row.opt_text(7)?],
        enrolled_at: row.int(8)?,
        ended_at: row.opt_int(9)?,
        version: row.int(11)?,
    })
}

fn date(text: Option<String>) -> Result<Option<Date>, AppError> {
    text.map(|text| text.parse()).transpose().map_err(AppError::internal)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl TryFrom<RawEnrolment> for Enrolment {
    type Error = AppError;

    fn try_from(raw: RawEnrolment) -> Result<Self, AppError> {
        let [program_id, partner_id, track, tier, territories, segments, word] = raw.texts;
        let [from, until] = raw.dates;
        Ok(Self {
            program_id: ProgramId::parse(&program_id).map_err(AppError::internal)?,
            partner_id: PartnerId::parse(&partner_id).map_err(AppError::internal)?,
            track,
            tier,
            territories: words(&territories),
            segments: words(&segments),
            agreement_from: date(from)?,
            agreement_until: date(until)?,
            enrolled_at: from_micros(raw.enrolled_at),
            ended_at: raw.ended_at.map(from_micros),
            status: status(&word)?,
            version: raw.version,
        })
    }
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
    let sql = format!(
        "{ENROLMENT}WHERE e.vendor_id = $1 AND {condition} ORDER BY e.program_id, e.partner_id"
    );
    let rows = cx.tx.query(&sql, &params, raw_enrolment)?;
    rows.into_iter().map(Enrolment::try_from).collect()
}

/// The certificates of a partner, by code, holder and day.
pub(super) fn certificates(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<Vec<Certificate>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query(
        "SELECT certificate_id, code, holder, issued_on, expires_on FROM partner_certificates \
         WHERE vendor_id = $1 AND partner_id = $2 \
         ORDER BY code, holder, issued_on, certificate_id LIMIT 2000",
        db::params![vendor_id.as_str(), partner_id.as_str()],
        |row| {
            let texts = [row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?];
            Ok((texts, row.opt_text(4)?))
        },
    )?;
    rows.into_iter()
        .map(|([certificate_id, code, holder, issued_on], expires_on)| {
            Ok(Certificate {
                certificate_id,
                code,
                holder,
                issued_on: issued_on.parse().map_err(AppError::internal)?,
                expires_on: date(expires_on)?,
            })
        })
        .collect()
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
