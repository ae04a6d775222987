//! Receipts (DR-19): each submission leaves a signed link of the program's chain.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use db::{DbError, FromRow, Row};
use domain::{
    accounts::{AccountName, Country, Domain},
    deal_registration::receipt::{Hash, Receipt, ReceiptPayload, account_fingerprint},
    ids::{PartnerId, ProgramId, RegistrationId},
};
use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use parking_lot::RwLock;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    kept,
    store::{Details, Registration},
};
use frame::{
    clock::from_micros,
    columns::Ours,
    ctx::Cx,
    error::AppError,
    signature::{self, ALGORITHM, Verifier, key_id},
};
use people::audit;

/// The key that signs receipts (Ed25519) and its short name.
#[derive(Debug, Clone)]
pub struct ReceiptKey {
    /// The signing key.
    pub signing: SigningKey,
    /// The first characters of the public key's hash.
    pub key_id: String,
    /// The write in which this node first saw the key; `None` once the key is known to be
    /// committed.
    seen: Option<u64>,
}

/// The key as this node has seen it; `None` before the first need.
#[derive(Debug, Default)]
pub struct KnownReceiptKey(RwLock<Option<Arc<ReceiptKey>>>);

impl KnownReceiptKey {
    /// The key, once it was needed.
    pub fn known(&self) -> Option<Arc<ReceiptKey>> {
        self.0.read().clone()
    }
}

impl ReceiptKey {
    fn new(secret: [u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(&secret);
        let key_id = key_id(&signing.verifying_key());
        Self { signing, key_id, seen: None }
    }

    /// The public half in hexadecimal.
    pub fn public_hex(&self) -> String {
        HEXLOWER.encode(self.signing.verifying_key().as_bytes())
    }
}

/// The public key to verify receipts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicKey {
    /// Its short name, stated in each receipt.
    pub key_id: String,
    /// The algorithm: `Ed25519`.
    pub algorithm: String,
    /// The key, 64 hexadecimal digits.
    pub public_key: String,
}

/// A receipt as a partner keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// What it says.
    pub payload: ReceiptPayload,
    /// The hash over that, in hexadecimal.
    pub hash: Hash,
    /// The signature over the 32 bytes of the hash, in hexadecimal.
    pub signature: String,
    /// How it is signed: `Ed25519`.
    pub algorithm: String,
    /// The key that signed it.
    pub key_id: String,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is no receipt.
    #[error("this is not a receipt: {0}")]
    NotAReceipt(String),
    /// It says that it is signed in another way.
    #[error("the receipt claims to be signed with “{0}”; only {ALGORITHM} is accepted")]
    OtherAlgorithm(String),
    /// The public key is none.
    #[error("the public key must be 64 hexadecimal digits of an Ed25519 key")]
    BadKey,
    /// It names another key than the one given.
    #[error("the receipt was signed by key {named}, not by {given}")]
    OtherKey {
        /// The key it names.
        named: String,
        /// The key given.
        given: String,
    },
    /// Its content was changed.
    #[error("the receipt was altered: its hash does not match its content")]
    Altered,
    /// Its signature is not that of the key.
    #[error("the signature does not match this receipt and key")]
    BadSignature,
}

/// A receipt that is genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub payload: ReceiptPayload,
    /// The key that signed it.
    pub key_id: String,
}

/// Verifies a receipt without any server: content, hash and signature. Rule DR-19.
pub fn verify(receipt_json: &str, public_key: &str) -> Result<Verified, Fault> {
    let receipt: SignedReceipt = signature::parse(receipt_json).map_err(Fault::NotAReceipt)?;
    if receipt.algorithm != ALGORITHM {
        return Err(Fault::OtherAlgorithm(receipt.algorithm));
    }
    let key = Verifier::parse(public_key).ok_or(Fault::BadKey)?;
    if receipt.key_id != key.id() {
        return Err(Fault::OtherKey { named: receipt.key_id, given: key.id().to_owned() });
    }
    let content = Receipt { payload: receipt.payload.clone(), hash: receipt.hash };
    if !content.is_intact() {
        return Err(Fault::Altered);
    }
    if !key.verifies(receipt.hash.as_bytes(), &receipt.signature) {
        return Err(Fault::BadSignature);
    }
    Ok(Verified { payload: receipt.payload, key_id: receipt.key_id })
}

/// The installation's signing key; made once, at the first need, in a write transaction.
pub(super) fn key(cx: &mut Cx<'_, '_>) -> Result<Arc<ReceiptKey>, AppError> {
    let known = cx.app.shared::<KnownReceiptKey>()?.known();
    if let Some(key) = known.as_ref().filter(|key| key.seen.is_none()) {
        return Ok(key.clone());
    }
    if let Some(secret) = stored_secret(cx.tx)? {
        let secret = HEXLOWER.decode(secret.as_bytes()).map_err(AppError::internal)?;
        let secret = <[u8; 32]>::try_from(secret)
            .map_err(|_| AppError::internal("the receipt key is not 32 bytes long"))?;
        let known = known.filter(|key| *key.signing.as_bytes() == secret);
        // Whoever writes may see a key that is not committed yet. One that another transaction
        // sees too is.
        let write = cx.tx.number();
        let settled = write.is_none() || known.as_ref().is_some_and(|key| key.seen != write);
        let key = match known {
            Some(key) if !settled => return Ok(key),
            Some(key) => ReceiptKey::clone(&key),
            None => ReceiptKey::new(secret),
        };
        let key = Arc::new(ReceiptKey { seen: write.filter(|_| !settled), ..key });
        *cx.app.shared::<KnownReceiptKey>()?.0.write() = Some(key.clone());
        return Ok(key);
    }
    let secret = cx.ids().bytes::<32>();
    let key = Arc::new(ReceiptKey::new(secret));
    // Where another vendor made one at the same moment, this write collides with it and runs again.
    let made = cx.tx.execute(
        "INSERT INTO deal_registration_keys (vendor_id, key_id, secret, created_at) \
         VALUES ('', $1, $2, $3) ON CONFLICT (vendor_id) DO NOTHING",
        db::params![&key.key_id, HEXLOWER.encode(&secret), cx.now_micros()],
    )?;
    if made == 0 { Err(DbError::Serialization.into()) } else { Ok(key) }
}

/// A signature of the installation over a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// How it is signed: `Ed25519`.
    pub algorithm: String,
    /// The key that signed it.
    pub key_id: String,
    /// The signature over the 32 bytes of the hash, in hexadecimal.
    pub signature: String,
}

/// Signs a hash with the stored key; `None` when the installation has none yet.
pub fn sign_stored(tx: &mut db::Tx<'_>, hash: &Hash) -> Result<Option<Signature>, DbError> {
    let Some(secret) = stored_secret(tx)? else {
        return Ok(None);
    };
    let key = secret_key(&secret).ok_or_else(|| DbError::Other("a broken key".to_owned()))?;
    Ok(Some(Signature {
        algorithm: ALGORITHM.to_owned(),
        signature: HEXLOWER.encode(&key.signing.sign(hash.as_bytes()).to_bytes()),
        key_id: key.key_id,
    }))
}

fn stored_secret(tx: &mut db::Tx<'_>) -> Result<Option<String>, DbError> {
    tx.query_opt_as::<String, _>(
        "SELECT secret FROM deal_registration_keys WHERE vendor_id = '' \
         ORDER BY created_at LIMIT 1",
        &[],
    )
}

fn secret_key(secret: &str) -> Option<ReceiptKey> {
    let secret = HEXLOWER.decode(secret.as_bytes()).ok()?;
    Some(ReceiptKey::new(<[u8; 32]>::try_from(secret).ok()?))
}

/// The public key of the installation.
pub fn public_key(cx: &mut Cx<'_, '_>) -> Result<PublicKey, AppError> {
    let key = key(cx)?;
    Ok(PublicKey {
        key_id: key.key_id.clone(),
        algorithm: ALGORITHM.into(),
        public_key: key.public_hex(),
    })
}

/// The fingerprint of the account as the partner wrote it.
pub fn fingerprint(details: &Details) -> Result<Hash, AppError> {
    let name = AccountName::parse(&details.account_name).map_err(AppError::internal)?;
    let domain = Domain::parse(&details.account_domain).ok();
    let country = Country::parse(&details.account_country).ok();
    Ok(account_fingerprint(&name, domain.as_ref(), country))
}

/// Writes and signs the receipt of a submission that was accepted now. Rule DR-19.
pub fn issue(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    account_fingerprint: Hash,
) -> Result<SignedReceipt, AppError> {
    let (vendor_id, program_id) = (cx.vendor(), registration.program_id.clone());
    let last = cx.tx.query_opt_as::<(i64, String, i64), _>(
        "SELECT number, hash, submitted_at FROM deal_registration_receipts WHERE vendor_id = $1 \
         AND program_id = $2 ORDER BY number DESC LIMIT 1",
        db::params![vendor_id.as_str(), program_id.as_str()],
    )?;
    let (number, previous, last_at) = match last {
        Some((number, hash, at)) => {
            let hash = Hash::parse(&hash).ok_or_else(|| AppError::internal("a broken hash"))?;
            (number, hash, from_micros(at))
        }
        None => (0, Hash::GENESIS, Timestamp::MIN),
    };
    let receipt = ReceiptPayload {
        number: u64::try_from(number + 1).map_err(AppError::internal)?,
        program_id: program_id.clone(),
        registration_id: registration.registration_id.clone(),
        partner_id: registration.partner_id.clone(),
        account_fingerprint,
        submitted_at: cx.now.max(last_at),
        policy_version: u32::try_from(registration.policy_version).map_err(AppError::internal)?,
        previous,
    }
    .seal();
    let key = key(cx)?;
    let signature = key.signing.sign(receipt.hash.as_bytes());
    let signed = SignedReceipt {
        payload: receipt.payload,
        hash: receipt.hash,
        signature: HEXLOWER.encode(&signature.to_bytes()),
        algorithm: ALGORITHM.into(),
        key_id: key.key_id.clone(),
    };
    store(cx, &signed)?;
    Ok(signed)
}

fn store(cx: &mut Cx<'_, '_>, signed: &SignedReceipt) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let payload = &signed.payload;
    cx.tx.execute(
        "INSERT INTO deal_registration_receipts (vendor_id, program_id, number, registration_id, \
         partner_id, account_fingerprint, submitted_at, policy_version, previous_hash, hash, \
         signature, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        db::params![
            vendor_id.as_str(),
            payload.program_id.as_str(),
            i64::try_from(payload.number).map_err(AppError::internal)?,
            payload.registration_id.as_str(),
            payload.partner_id.as_str(),
            payload.account_fingerprint.to_string(),
            payload.submitted_at.as_microsecond(),
            payload.policy_version,
            payload.previous.to_string(),
            signed.hash.to_string(),
            &signed.signature,
            &signed.key_id
        ],
    )?;
    let number = payload.number.to_string();
    audit::made(cx, &kept::RECEIPTS, &[payload.program_id.as_str(), &number])
}

/// The columns of a [`SignedReceipt`], and the table.
pub(super) const SELECT: &str = "SELECT number, program_id, registration_id, partner_id, \
    account_fingerprint, submitted_at, policy_version, previous_hash, hash, signature, key_id \
    FROM deal_registration_receipts";

impl FromRow<Ours> for SignedReceipt {
    const WIDTH: usize = 11;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        let (number, ids, submitted_at, policy_version, texts): (i64, _, _, i64, _) =
            FromRow::from_row(row, first)?;
        let [program, registration, partner, account]: [String; 4] = ids;
        let [previous, own, signature, key_id]: [String; 4] = texts;
        let broken = |what: &str| DbError::Other(format!("a receipt with a broken {what}"));
        let hash = |text: &str| Hash::parse(text).ok_or_else(|| broken("hash"));
        Ok(SignedReceipt {
            payload: ReceiptPayload {
                number: u64::try_from(number).map_err(|_| broken("number"))?,
                program_id: ProgramId::parse(&program).map_err(|_| broken("program"))?,
                registration_id: RegistrationId::parse(&registration)
                    .map_err(|_| broken("registration"))?,
                partner_id: PartnerId::parse(&partner).map_err(|_| broken("partner"))?,
                account_fingerprint: hash(&account)?,
                submitted_at,
                policy_version: u32::try_from(policy_version).map_err(|_| broken("version"))?,
                previous: hash(&previous)?,
            },
            hash: hash(&own)?,
            signature,
            algorithm: ALGORITHM.into(),
            key_id,
        })
    }
}

/// The receipt of a registration's latest submission; `None` for one never submitted.
pub fn latest(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Option<SignedReceipt>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt_as(
        &format!(
            "{SELECT} WHERE vendor_id = $1 AND registration_id = $2 ORDER BY number DESC LIMIT 1"
        ),
        db::params![vendor_id.as_str(), id.as_str()],
    )?)
}

/// A piece of a program's chain: at most 1,000 receipts after `after`, in order.
pub fn chain(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    after: i64,
) -> Result<Vec<SignedReceipt>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        &format!(
            "{SELECT} WHERE vendor_id = $1 AND program_id = $2 AND number > $3 ORDER BY number \
             LIMIT 1000"
        ),
        db::params![vendor_id.as_str(), program_id.as_str(), after],
    )?)
}

/// The receipts of every submission of a registration, oldest first.
pub fn of_registration(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Vec<SignedReceipt>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        &format!(
            "{SELECT} WHERE vendor_id = $1 AND registration_id = $2 ORDER BY number LIMIT 100"
        ),
        db::params![vendor_id.as_str(), id.as_str()],
    )?)
}
