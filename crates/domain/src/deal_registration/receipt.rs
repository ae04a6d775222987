//! Receipts: proof of what was submitted when, which nobody can change or insert later.
//!
//! A receipt is a few lines of text. Its hash is SHA-256 over exactly those bytes, and each
//! receipt names the hash of the one before, so that all receipts of a program form a chain.
//! The signature over the hash is made where the key is, not here.

use std::fmt;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::accounts::{AccountName, Country, Domain};
use crate::ids::{PartnerId, ProgramId, RegistrationId};

#[cfg(test)]
mod tests;

/// The first line of every receipt: what it is and in which form.
const HEADER: &str = "entente receipt v1";
/// The first line under every fingerprint of an account.
const FINGERPRINT_HEADER: &str = "entente account v1";

/// A SHA-256 hash, written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first receipt of a chain names as the one before.
    pub const GENESIS: Self = Self([0; 32]);

    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes, over which a signature is made.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = "a hash of 64 lower-case hexadecimal digits";
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("expected {expected}")))
    }
}

/// A fingerprint of the account as the partner wrote it. Rule DR-19.
///
/// Whoever knows name, domain and country can compute it again; nobody can read them from it.
/// Upper case, white space around and between words, and a leading `www.` make no difference.
pub fn account_fingerprint(
    name: &AccountName,
    domain: Option<&Domain>,
    country: Option<Country>,
) -> Hash {
    let words: Vec<String> = name.as_str().split_whitespace().map(str::to_lowercase).collect();
    let domain = domain.map(|domain| domain.without_www().to_string()).unwrap_or_default();
    let country = country.map(Country::code).unwrap_or_default();
    let text = format!(
        "{FINGERPRINT_HEADER}\nname={}\ndomain={domain}\ncountry={country}\n",
        words.join(" ")
    );
    Hash::of(text.as_bytes())
}

/// What a receipt says. Rule DR-19.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPayload {
    /// The how-manyth receipt of the program, from 1 without gaps.
    pub number: u64,
    /// The program.
    pub program_id: ProgramId,
    /// The registration that was submitted.
    pub registration_id: RegistrationId,
    /// The partner that submitted.
    pub partner_id: PartnerId,
    /// The account as the partner wrote it.
    pub account_fingerprint: Hash,
    /// When the submission was accepted, to the microsecond.
    pub submitted_at: Timestamp,
    /// The version of the program document in force then.
    pub policy_version: u32,
    /// The hash of the receipt before; [`Hash::GENESIS`] for the first.
    pub previous: Hash,
}

impl ReceiptPayload {
    /// The bytes that are hashed: one line per field in this order, each ended by a line feed. Rule DR-19.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        format!(
            "{HEADER}\nnumber={}\nprogram={}\nregistration={}\npartner={}\naccount={}\nsubmitted_at={}\npolicy_version={}\nprevious={}\n",
            self.number,
            self.program_id,
            self.registration_id,
            self.partner_id,
            self.account_fingerprint,
            self.submitted_at.as_microsecond(),
            self.policy_version,
            self.previous,
        )
        .into_bytes()
    }

    /// The hash over the canonical bytes.
    pub fn hash(&self) -> Hash {
        Hash::of(&self.canonical_bytes())
    }

    /// The receipt of this payload.
    pub fn seal(self) -> Receipt {
        let hash = self.hash();
        Receipt { payload: self, hash }
    }
}

/// A payload with its hash; the hash is what gets signed. Rule DR-19.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// What it says.
    pub payload: ReceiptPayload,
    /// The hash over that.
    pub hash: Hash,
}

impl Receipt {
    /// Whether the hash is that of the payload.
    pub fn is_intact(&self) -> bool {
        self.payload.hash() == self.hash
    }
}

/// The first fault of a chain. Rule DR-19.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// A payload was changed, or its hash.
    #[error("receipt {number} was altered: its hash does not match its content")]
    Altered {
        /// The number it claims.
        number: u64,
    },
    /// A receipt is missing, doubled, or in the wrong place.
    #[error("receipt {expected} is missing; found {found} instead")]
    OutOfSequence {
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// A receipt does not name the one before it.
    #[error("receipt {number} does not follow the receipt before it")]
    Unlinked {
        /// Its number.
        number: u64,
    },
    /// A receipt belongs to another program than the first of the chain.
    #[error("receipt {number} belongs to another program")]
    Foreign {
        /// Its number.
        number: u64,
    },
    /// A receipt is dated before the one before it.
    #[error("receipt {number} is dated before the receipt before it")]
    Backdated {
        /// Its number.
        number: u64,
    },
}

/// Verifies receipts that should be a whole chain from its start, in order: gives the hash of its end. Rule DR-19.
///
/// Two copies of one chain are equal if their ends are; an end that was published before shows
/// whether later receipts only added to it.
pub fn verify_chain(receipts: &[Receipt]) -> Result<Hash, ChainBreak> {
    verify_link(Hash::GENESIS, 1, receipts)
}

/// Verifies a piece of a chain that begins with the receipt of that number, after the hash before it. Rule DR-19.
pub fn verify_link(before: Hash, first: u64, receipts: &[Receipt]) -> Result<Hash, ChainBreak> {
    let mut previous = before;
    let mut last: Option<&ReceiptPayload> = None;
    for (expected, receipt) in (first..).zip(receipts) {
        let payload = &receipt.payload;
        let number = payload.number;
        if !receipt.is_intact() {
            return Err(ChainBreak::Altered { number });
        }
        if number != expected {
            return Err(ChainBreak::OutOfSequence { expected, found: number });
        }
        if payload.previous != previous {
            return Err(ChainBreak::Unlinked { number });
        }
        if last.is_some_and(|last| last.program_id != payload.program_id) {
            return Err(ChainBreak::Foreign { number });
        }
        if last.is_some_and(|last| last.submitted_at > payload.submitted_at) {
            return Err(ChainBreak::Backdated { number });
        }
        previous = receipt.hash;
        last = Some(payload);
    }
    Ok(previous)
}
