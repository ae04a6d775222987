//! What other slices ask about partners.

use std::collections::{BTreeMap, BTreeSet};

use domain::folding::folded;
use domain::ids::{PartnerId, ProgramId, UserId};
use jiff::{Timestamp, civil::Date};

use super::row::{self, Certificate, Enrolment, Partner};
use frame::{ctx::Cx, error::AppError};

/// The most partners that are looked at together.
const MOST: i64 = 5_000;

/// A partner that the actor may see; another is not found.
pub fn partner(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<Partner, AppError> {
    let visible = cx.actor.visibility();
    row::get(cx, &visible, partner_id)
}

/// A partner's name.
pub fn name_of(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<String, AppError> {
    let vendor_id = cx.vendor();
    let name = cx.tx.query_opt_as::<String, _>(
        "SELECT name FROM partners WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner_id.as_str()],
    )?;
    name.ok_or(AppError::NotFound)
}

/// Names of partners by id; unknown ids are left out.
pub fn names(
    cx: &mut Cx<'_, '_>,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, AppError> {
    let vendor_id = cx.vendor();
    let mut names = BTreeMap::new();
    for id in ids.iter().filter(|id| !id.is_empty()) {
        let name = cx.tx.query_opt_as::<String, _>(
            "SELECT name FROM partners WHERE vendor_id = $1 AND partner_id = $2",
            db::params![vendor_id.as_str(), id],
        )?;
        if let Some(name) = name {
            names.insert(id.clone(), name);
        }
    }
    Ok(names)
}

fn ids(cx: &mut Cx<'_, '_>, rest: &str, value: &str) -> Result<Vec<(PartnerId, String)>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "SELECT partner_id, name FROM partners WHERE vendor_id = $1 AND {rest} \
         ORDER BY name_key, partner_id LIMIT $3"
    );
    let rows = cx
        .tx
        .query_as::<(String, String), _>(&sql, db::params![vendor_id.as_str(), value, MOST])?;
    rows.into_iter()
        .map(|(id, name)| Ok((PartnerId::parse(&id).map_err(AppError::internal)?, name)))
        .collect()
}

/// Every partner that has not left, by name, at most 5,000: for fields to choose from.
pub fn all(cx: &mut Cx<'_, '_>) -> Result<Vec<(PartnerId, String)>, AppError> {
    ids(cx, "status <> $2", super::PartnerStatus::Left.word())
}

/// The partners that a partner manager looks after, by name.
pub fn managed_by(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Vec<PartnerId>, AppError> {
    let found = ids(cx, "manager_user_id = $2", user_id.as_str())?;
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

/// The partner with this id in another system.
pub fn find_by_external_id(
    cx: &mut Cx<'_, '_>,
    external_id: &str,
) -> Result<Option<PartnerId>, AppError> {
    if external_id.trim().is_empty() {
        return Ok(None);
    }
    let found = ids(cx, "external_id = $2", external_id.trim())?;
    Ok(found.into_iter().next().map(|(id, _)| id))
}

/// The partner of this name, whatever its case; the first by id when there are several.
pub fn find_by_name(cx: &mut Cx<'_, '_>, name: &str) -> Result<Option<PartnerId>, AppError> {
    let wanted = name.trim().to_lowercase();
    let mut found = ids(cx, "name_key = $2", &folded(name.trim()))?.into_iter();
    // The key knows no accents, which may be all that tells two partners apart.
    Ok(found.find(|(_, name)| name.to_lowercase() == wanted).map(|(id, _)| id))
}

/// The name of the first partner whose name and internet domain this function knows; partners that
/// left are among them.
pub fn find_called(
    cx: &mut Cx<'_, '_>,
    is_meant: impl Fn(&str, &str) -> bool,
) -> Result<Option<String>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.find_map(
        "SELECT name, domain FROM partners WHERE vendor_id = $1 ORDER BY name_key, partner_id",
        db::params![vendor_id.as_str()],
        |row| {
            let (name, domain): (String, String) = row.read()?;
            Ok(is_meant(&name, &domain).then_some(name))
        },
    )?;
    Ok(found)
}

/// Who looks after a partner.
pub fn manager_of(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<Option<UserId>, AppError> {
    let vendor_id = cx.vendor();
    let text = cx.tx.query_opt_as::<String, _>(
        "SELECT manager_user_id FROM partners WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner_id.as_str()],
    )?;
    text.filter(|text| !text.is_empty())
        .map(|text| UserId::parse(&text))
        .transpose()
        .map_err(AppError::internal)
}

/// The partner's own internet domain; `""` when it is not known.
pub fn domain_of(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<String, AppError> {
    let vendor_id = cx.vendor();
    let domain = cx.tx.query_opt_as::<String, _>(
        "SELECT domain FROM partners WHERE vendor_id = $1 AND partner_id = $2",
        db::params![vendor_id.as_str(), partner_id.as_str()],
    )?;
    Ok(domain.unwrap_or_default())
}

/// True when somebody else began to look after a partner at or after an instant. Rule CF-03.
pub fn manager_changed_since(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    since: Timestamp,
) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM partner_changes WHERE vendor_id = $1 AND partner_id = $2 \
         AND what = 'manager' AND changed_at >= $3 LIMIT 1",
        db::params![vendor_id.as_str(), partner_id.as_str(), since.as_microsecond()],
    )?;
    Ok(found.is_some())
}

/// How a partner stands in a program, while it is enrolled. Rule PG-05.
pub fn enrolment(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    partner_id: &PartnerId,
) -> Result<Option<Enrolment>, AppError> {
    let found = row::enrolments(
        cx,
        "e.program_id = $2 AND e.partner_id = $3 AND e.ended_at IS NULL",
        db::params![program_id.as_str(), partner_id.as_str()],
    )?;
    Ok(found.into_iter().next())
}

/// The programs in which a partner is enrolled. Rule PG-05.
pub fn enrolments_of(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<Vec<Enrolment>, AppError> {
    let condition = "e.partner_id = $2 AND e.ended_at IS NULL";
    row::enrolments(cx, condition, db::params![partner_id.as_str()])
}

/// The partners enrolled in a program, by id.
pub fn enrolments_in(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
) -> Result<Vec<Enrolment>, AppError> {
    let condition = "e.program_id = $2 AND e.ended_at IS NULL";
    row::enrolments(cx, condition, db::params![program_id.as_str()])
}

/// The certificates of a partner's people that count on that day, by code and holder. Rule DR-10.
pub fn certificates(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    on: Date,
) -> Result<Vec<Certificate>, AppError> {
    let mut found = row::certificates(cx, partner_id)?;
    found.retain(|certificate| certificate.counts_on(on));
    Ok(found)
}
