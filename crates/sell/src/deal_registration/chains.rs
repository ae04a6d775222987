//! Whether the stored receipts are as they were signed: every program's chain from its first
//! receipt to its last (DR-19).

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use db::{DbError, Tx};
use domain::deal_registration::receipt::{Hash, Receipt, verify_link};
use ed25519_dalek::SigningKey;

use super::receipts::{SELECT, SignedReceipt};
use frame::signature::Verifier;

/// The chain of one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The vendor.
    pub vendor_id: String,
    /// The program.
    pub program_id: String,
    /// How many receipts were read, up to and with the first that has a fault.
    pub receipts: u64,
    /// The hash of the last, or the first fault in words.
    pub end: Result<Hash, String>,
}

/// Verifies every chain of the installation: content, order, links and signatures; in order of
/// vendor and program. Rule DR-19.
///
/// It errs when the rows cannot be read at all.
pub fn verify_all(tx: &mut Tx<'_>) -> Result<Vec<Chain>, DbError> {
    let keys = keys(tx)?;
    let programs = tx.query_as::<(String, String), _>(
        "SELECT DISTINCT vendor_id, program_id FROM deal_registration_receipts \
         ORDER BY vendor_id, program_id",
        &[],
    )?;
    let mut chains = Vec::with_capacity(programs.len());
    for (vendor_id, program_id) in programs {
        let mut walk = Walk::default();
        let sql = format!("{SELECT} WHERE vendor_id = $1 AND program_id = $2 ORDER BY number");
        tx.for_each(&sql, db::params![&vendor_id, &program_id], |row| {
            if walk.fault.is_none() {
                walk.fault = match row.read::<SignedReceipt, _>() {
                    Ok(receipt) => walk.next(&keys, receipt).err(),
                    Err(error) => Some(format!(
                        "the receipt after number {} cannot be read: {error}",
                        walk.receipts
                    )),
                };
            }
            Ok(())
        })?;
        let end = match (walk.fault, walk.last) {
            (Some(words), _) => Err(words),
            (None, Some(last)) => Ok(last.hash),
            (None, None) => Ok(Hash::GENESIS),
        };
        chains.push(Chain { vendor_id, program_id, receipts: walk.receipts, end });
    }
    Ok(chains)
}

/// The public keys of the installation by their short names.
pub fn keys(tx: &mut Tx<'_>) -> Result<BTreeMap<String, Verifier>, DbError> {
    let rows = tx.query_as::<(String, String), _>(
        "SELECT key_id, secret FROM deal_registration_keys",
        &[],
    )?;
    Ok(rows
        .into_iter()
        .filter_map(|(key_id, secret)| {
            let secret = HEXLOWER.decode(secret.as_bytes()).ok()?;
            let secret = <[u8; 32]>::try_from(secret).ok()?;
            let key = SigningKey::from_bytes(&secret).verifying_key();
            Some((key_id, Verifier::from(key)))
        })
        .collect())
}

/// The hash of a receipt; `None` when there is none of that number.
pub fn hash_at(
    tx: &mut Tx<'_>,
    (vendor_id, program_id): (&str, &str),
    number: i64,
) -> Result<Option<String>, DbError> {
    tx.query_opt_as::<String, _>(
        "SELECT hash FROM deal_registration_receipts WHERE vendor_id = $1 AND program_id = $2 \
         AND number = $3",
        db::params![vendor_id, program_id, number],
    )
}

#[derive(Default)]
struct Walk {
    receipts: u64,
    last: Option<Receipt>,
    fault: Option<String>,
}

impl Walk {
    fn next(
        &mut self,
        keys: &BTreeMap<String, Verifier>,
        signed: SignedReceipt,
    ) -> Result<(), String> {
        self.receipts += 1;
        let receipt = Receipt { payload: signed.payload, hash: signed.hash };
        let number = receipt.payload.number;
        let outcome = match &self.last {
            None => verify_link(Hash::GENESIS, 1, std::slice::from_ref(&receipt)),
            Some(last) => verify_link(
                last.payload.previous,
                last.payload.number,
                &[last.clone(), receipt.clone()],
            ),
        };
        outcome.map_err(|fault| fault.to_string())?;
        let key = keys.get(&signed.key_id).ok_or_else(|| {
            format!("receipt {number} names key {}, which is missing", signed.key_id)
        })?;
        if !key.verifies(receipt.hash.as_bytes(), &signed.signature) {
            return Err(format!("the signature of receipt {number} does not match its key"));
        }
        self.last = Some(receipt);
        Ok(())
    }
}
