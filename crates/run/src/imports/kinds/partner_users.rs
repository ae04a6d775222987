//! People of partners.

use std::collections::BTreeMap;

use super::{Outcome, Reader, partners, users};
use crate::imports::finding::Findings;
use frame::{access::PartnerRole, ctx::Cx, error::AppError};
use people::identity::NewUser;

/// Writes the rows one after the other. Rules ID-01, IM-01.
pub(super) fn write(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Outcome, AppError> {
    let known: Vec<(&str, &str)> =
        PartnerRole::ALL.iter().map(|role| (role.word(), role.label())).collect();
    let mut outcome = Outcome::default();
    let mut seen: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in &reader.sheet.rows {
        reader.counter.add(1);
        let partner = partners::named(cx, reader.text(line, "partner"))?;
        if partner.is_none() {
            let words = "is not a known partner name or id; import the partners first";
            findings.fault(line.number, reader.place(line, "partner"), words);
        }
        let email = users::email(reader, line, findings);
        let name = users::name(reader, line, findings);
        let roles = users::roles(reader, line, &known, findings);
        let (Some(partner_id), Some(email), Some(name), Some(mut roles)) =
            (partner, email, name, roles)
        else {
            continue;
        };
        let key = (partner_id.to_string(), email.clone());
        if let Some(first) = seen.get(&key) {
            let words = format!("is the same person as in line {first}");
            findings.left_out(line.number, reader.place(line, "email"), words);
            continue;
        }
        seen.insert(key, line.number);
        if users::is_member(cx, &email, Some(&partner_id))? {
            outcome.unchanged += 1;
            continue;
        }
        if roles.is_empty() {
            roles.push(PartnerRole::Seller.word());
            findings.remark(line.number, "No role given: seller is used");
        }
        let new = NewUser {
            email: &email,
            name,
            phone: reader.text(line, "phone"),
            partner_id: Some(&partner_id),
            roles: &roles,
            ..NewUser::default()
        };
        users::add(cx, reader, &new)?;
        outcome.made += 1;
    }
    Ok(outcome)
}
