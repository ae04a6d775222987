//! What is chained by hashes: the audit trail and the receipts; and the feed, which has no gap
//! (AU-01, AP-02, DR-19).

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, SigningKey};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Checked, Checker, Scene, Violation};

/// What was told since the last look, by kind of thing and id.
#[derive(Debug, Default)]
pub(super) struct Audited {
    pub(super) deals: BTreeMap<String, Vec<String>>,
    pub(super) direct: BTreeMap<String, Vec<String>>,
    pub(super) cases: BTreeMap<String, Vec<String>>,
}

impl Audited {
    fn add(&mut self, object: (&str, String), kind: String) {
        let place = match object.0 {
            "deal_registration" => &mut self.deals,
            "conflict" => &mut self.cases,
            "direct_opportunity" | "direct_activity" | "direct_attempt" => &mut self.direct,
            _ => return,
        };
        place.entry(object.1).or_default().push(kind);
    }
}

struct Link {
    seq: i64,
    fields: [String; 6],
    previous: String,
    hash: String,
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

impl Checker {
    /// The new entries of the audit trail, each linked to the one before.
    pub(super) fn audited(
        &mut self,
        scene: &mut Scene<'_, '_>,
        upto: Timestamp,
    ) -> Result<Audited, Violation> {
        let vendor = scene.cast.vendor_id.as_str();
        let rows = scene.tx.query(
            "SELECT seq, at, actor, action, object_kind, object_id, details_hash, previous_hash, \
             hash FROM audit_entries WHERE vendor_id = $1 AND seq > $2 ORDER BY seq",
            db::params![vendor, self.audit.0],
            |row| {
                let fields = [
                    row.int(1)?.to_string(),
                    row.text(2)?,
                    row.text(3)?,
                    row.text(4)?,
                    row.text(5)?,
                    row.text(6)?,
                ];
                Ok(Link { seq: row.int(0)?, fields, previous: row.text(7)?, hash: row.text(8)? })
            },
        )?;
        let mut audited = Audited::default();
        for link in rows {
            let [at, actor, action, kind, id, details] = &link.fields;
            let wanted = sha256(&format!(
                "{vendor}\n{}\n{at}\n{actor}\n{action}\n{kind}\n{id}\n{details}\n{}",
                link.seq, link.previous
            ));
            let follows = link.seq == self.audit.0 + 1 && link.previous == self.audit.1;
            if !follows || wanted != link.hash {
                let words = format!("entry {} does not follow the one before", link.seq);
                return Err(Violation::new("AU-01", words));
            }
            let in_time = at.parse::<i64>().is_ok_and(|at| at <= upto.as_microsecond());
            if !in_time || actor.is_empty() {
                let words = format!("entry {} says by “{actor}” at {at}", link.seq);
                return Err(Violation::new("AU-01", words));
            }
            audited.add((kind, id.clone()), action.clone());
            self.audit = (link.seq, link.hash);
            self.compared += 1;
        }
        Ok(audited)
    }

    /// The new events, without a gap; what a partner may read is its own (AC-05).
    pub(super) fn fed(&mut self, scene: &mut Scene<'_, '_>) -> Result<Audited, Violation> {
        let rows = scene.tx.query(
            "SELECT seq, kind, object_kind, object_id, partner_id FROM events_feed \
             WHERE vendor_id = $1 AND seq > $2 ORDER BY seq",
            db::params![scene.cast.vendor_id.as_str(), self.events],
            |row| {
                let object = (row.text(2)?, row.text(3)?);
                Ok((row.int(0)?, row.text(1)?, object, row.text(4)?))
            },
        )?;
        let mut fed = Audited::default();
        for (seq, kind, (object, id), reader) in rows {
            if seq != self.events + 1 {
                let words = format!("event {seq} follows event {}", self.events);
                return Err(Violation::new("AP-02", words));
            }
            self.events = seq;
            if !reader.is_empty() && !concerns(scene, (&object, &id), &reader) {
                let words = format!("{reader} may read {kind} of {id}");
                return Err(Violation::new("AC-05", words));
            }
            fed.add((&object, id), kind);
        }
        Ok(fed)
    }

    /// The new receipts: one for each submission, numbered, linked, hashed and signed (DR-19).
    pub(super) fn receipts(&mut self, scene: &mut Scene<'_, '_>, at: Timestamp) -> Checked {
        let vendor = scene.cast.vendor_id.as_str();
        let rows = scene.tx.query(
            "SELECT number, registration_id, partner_id, account_fingerprint, submitted_at, \
             policy_version, previous_hash, hash, signature FROM deal_registration_receipts \
             WHERE vendor_id = $1 AND program_id = $2 AND number > $3 ORDER BY number",
            db::params![vendor, scene.cast.program_id.as_str(), self.receipts.0],
            |row| {
                let numbers = (row.int(0)?, row.int(4)?, row.int(5)?);
                let texts = [1, 2, 3, 6, 7, 8].map(|column| row.text(column));
                Ok((numbers, texts.into_iter().collect::<Result<Vec<String>, _>>()?))
            },
        )?;
        let submitted: Vec<u32> = scene
            .book
            .told
            .iter()
            .filter(|(_, told)| {
                told.iter().any(|(kind, _)| matches!(*kind, "submitted" | "resubmitted"))
            })
            .map(|(label, _)| *label)
            .collect();
        if rows.len() != submitted.len() {
            let words = format!("{} receipts for {} submissions", rows.len(), submitted.len());
            return Err(Violation::new("DR-19", words));
        }
        for ((number, submitted_at, version), texts) in rows {
            let [deal, partner, account, previous, hash, signature] = texts.as_slice() else {
                continue;
            };
            let program = scene.cast.program_id.as_str();
            let text = format!(
                "entente receipt v1\nnumber={number}\nprogram={program}\nregistration={deal}\n\
                 partner={partner}\naccount={account}\nsubmitted_at={submitted_at}\n\
                 policy_version={version}\nprevious={previous}\n"
            );
            let follows = number == self.receipts.0 + 1
                && *previous == self.receipts.1
                && sha256(&text) == *hash;
            let label = scene.names.deal_of(deal);
            let fits = submitted_at == at.as_microsecond()
                && label.is_some_and(|label| submitted.contains(&label));
            if !follows || !fits || !signed(scene, hash, signature)? {
                let words = format!("receipt {number} is not what was submitted, or not signed");
                return Err(Violation::new("DR-19", words));
            }
            self.receipts = (number, hash.clone());
            self.compared += 1;
        }
        Ok(())
    }
}

/// Whether a thing that is told concerns a partner.
fn concerns(scene: &Scene<'_, '_>, (object, id): (&str, &str), reader: &str) -> bool {
    let reads = |partner: Option<u32>| {
        partner
            .and_then(|partner| scene.cast.partner(partner))
            .is_some_and(|partner| partner.partner_id.as_str() == reader)
    };
    match object {
        "deal_registration" => {
            let label = scene.names.deal_of(id);
            reads(label.and_then(|label| scene.book.registration(label)).map(|one| one.partner))
        }
        "conflict" => {
            let case = scene.names.case_of(id).and_then(|label| scene.book.cases.get(&label));
            case.is_some_and(|case| case.parties.iter().any(|party| reads(party.partner)))
        }
        _ => true,
    }
}

fn signed(scene: &mut Scene<'_, '_>, hash: &str, signature: &str) -> Result<bool, Violation> {
    let secret = scene.tx.query_opt(
        "SELECT secret FROM deal_registration_keys WHERE vendor_id = '' ORDER BY created_at",
        &[],
        |row| row.text(0),
    )?;
    let bytes = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap_or_default();
    let Ok(secret) = <[u8; 32]>::try_from(bytes(&secret.unwrap_or_default())) else {
        return Ok(false);
    };
    let Ok(signature) = Signature::from_slice(&bytes(signature)) else {
        return Ok(false);
    };
    let key = SigningKey::from_bytes(&secret).verifying_key();
    Ok(key.verify_strict(&bytes(hash), &signature).is_ok())
}
