//! The evidence of a case: gathered by the system in order of time, chained, and signed with the
//! installation's key, so that a file of it can be verified without any server (CF-04). A partner
//! gets its own side and what both sides read (AC-05).

use data_encoding::BASE64;
use domain::{
    conflicts::bundle::{self, Bundle, FORMAT, Fact, FileEntry, chain},
    deal_registration::receipt::Hash,
    ids::CaseId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    EvidenceFile, Gathered, decide,
    file::CaseFile,
    store::{self, Case, PartyRow},
    tell,
};
use frame::{
    actor::{Actor, Side},
    ctx::Cx,
    error::AppError,
    signature::{self, ALGORITHM, Verifier},
};

/// The content of a file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileContent {
    /// Its name.
    pub name: String,
    /// Its content in base64.
    pub base64: String,
}

/// A bundle as a file, with everything that is needed to verify it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBundle {
    /// What it says.
    pub bundle: Bundle,
    /// The contents of its files, in the same order.
    pub contents: Vec<FileContent>,
    /// The hash over the bundle.
    pub seal: Hash,
    /// The signature over the 32 bytes of the seal, in hexadecimal.
    pub signature: String,
    /// How it is signed: `Ed25519`.
    pub algorithm: String,
    /// The key that signed it.
    pub key_id: String,
}

/// Why a file of evidence is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is no such file.
    #[error("this is not the evidence of a case: {0}")]
    NotEvidence(String),
    /// It says that it is signed in another way.
    #[error("the evidence claims to be signed with “{0}”; only {ALGORITHM} is accepted")]
    OtherAlgorithm(String),
    /// The public key is none.
    #[error("the public key must be 64 hexadecimal digits of an Ed25519 key")]
    BadKey,
    /// It names another key than the one given.
    #[error("the evidence was signed by key {named}, not by {given}")]
    OtherKey {
        /// The key it names.
        named: String,
        /// The key given.
        given: String,
    },
    /// An item was changed, or is missing.
    #[error(transparent)]
    Chain(#[from] bundle::Fault),
    /// A file is not the one that was put in.
    #[error("the file “{0}” was altered, or is missing")]
    File(String),
    /// Its seal is not that of its content.
    #[error("the evidence was altered: its seal does not match its content")]
    Altered,
    /// Its signature is not that of the key.
    #[error("the signature does not match this evidence and key")]
    BadSignature,
}

/// Verifies a file of evidence without any server: items, files, seal and signature. Rule CF-04.
pub fn verify(text: &str, public_key: &str) -> Result<SignedBundle, Fault> {
    let signed: SignedBundle = signature::parse(text).map_err(Fault::NotEvidence)?;
    let key = Verifier::parse(public_key).ok_or(Fault::BadKey)?;
    verify_signed(&signed, &key)?;
    verify_files(&signed)?;
    Ok(signed)
}

/// Verifies everything but the contents of the files. Rule CF-04.
pub(super) fn verify_signed(signed: &SignedBundle, key: &Verifier) -> Result<(), Fault> {
    if signed.algorithm != ALGORITHM {
        return Err(Fault::OtherAlgorithm(signed.algorithm.clone()));
    }
    if signed.key_id != key.id() {
        let (named, given) = (signed.key_id.clone(), key.id().to_owned());
        return Err(Fault::OtherKey { named, given });
    }
    signed.bundle.check()?;
    if signed.bundle.seal() != signed.seal {
        return Err(Fault::Altered);
    }
    if !key.verifies(signed.seal.as_bytes(), &signed.signature) {
        return Err(Fault::BadSignature);
    }
    Ok(())
}

fn verify_files(signed: &SignedBundle) -> Result<(), Fault> {
    if signed.bundle.files.len() != signed.contents.len() {
        return Err(Fault::File("of the list".to_owned()));
    }
    for (entry, content) in signed.bundle.files.iter().zip(&signed.contents) {
        let bytes = BASE64.decode(content.base64.as_bytes()).ok();
        let is_own = bytes.is_some_and(|bytes| Hash::of(&bytes) == entry.sha256);
        if entry.name != content.name || !is_own {
            return Err(Fault::File(entry.name.clone()));
        }
    }
    Ok(())
}

/// The bundle of everything, as the decider had it; for the record of a decision.
pub(super) fn whole(cx: &mut Cx<'_, '_>, file: &CaseFile) -> Result<Bundle, AppError> {
    cx.as_system(|cx| Ok(gather(cx, (&file.case, file))?.0))
}

/// The evidence as the one who acts may know it; of a case that ended, what it was then.
pub(super) fn read(cx: &mut Cx<'_, '_>, file: &CaseFile) -> Result<Bundle, AppError> {
    match kept(cx, &file.case.case_id)? {
        Some(signed) => Ok(signed.bundle),
        None => Ok(gather(cx, (&file.case, file))?.0),
    }
}

/// The evidence as a signed file, as the one who acts may know it. That of a case which ended is
/// the same for ever. Rules CF-04, AC-05.
pub fn signed(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<SignedBundle, AppError> {
    let file = CaseFile::open(cx, case_id)?;
    let (bundle, files) = gather(cx, (&file.case, &file))?;
    let signed = match kept(cx, case_id)? {
        Some(signed) => signed,
        None => sign(cx, bundle)?,
    };
    let contents = signed.bundle.files.iter().map(|entry| content(entry, &files)).collect();
    Ok(SignedBundle { contents, ..signed })
}

/// The content of a file in a bundle. One that has gone since is empty, and the bundle says so
/// when it is verified.
fn content(entry: &FileEntry, files: &[EvidenceFile]) -> FileContent {
    let found = files
        .iter()
        .find(|file| file.name == entry.name && Hash::of(&file.content) == entry.sha256);
    let base64 = found.map_or_else(String::new, |file| BASE64.encode(&file.content));
    FileContent { name: entry.name.clone(), base64 }
}

/// A bundle with its signature, without the contents of its files.
fn sign(cx: &mut Cx<'_, '_>, bundle: Bundle) -> Result<SignedBundle, AppError> {
    let seal = bundle.seal();
    let sign = crate::conflicts::providers(cx.app)?.claims.sign;
    let signature = cx.as_system(|cx| sign(cx, &seal))?;
    Ok(SignedBundle {
        bundle,
        contents: Vec::new(),
        seal,
        signature: signature.signature,
        algorithm: signature.algorithm,
        key_id: signature.key_id,
    })
}

/// What was sealed for the one who acts when the case ended.
fn kept(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Option<SignedBundle>, AppError> {
    let text = store::bundles::find(cx, case_id)?;
    text.map(|text| serde_json::from_str(&text).map_err(AppError::internal)).transpose()
}

/// The case has ended: what each reader has of it is sealed, so that nothing later gets into it,
/// whatever becomes of its registrations, its account and the key that signs. It is the last thing
/// that happens to a case. Rule CF-04.
pub(super) fn seal(cx: &mut Cx<'_, '_>, file: &CaseFile) -> Result<(), AppError> {
    let case_id = &file.case.case_id;
    let mut readers = vec![Side::Vendor];
    readers.extend(tell::sides(&file.parties).into_iter().flatten().map(Side::Partner));
    for side in readers {
        let actor = Actor { side, ..Actor::system(cx.vendor()) };
        let mut reader = Cx {
            tx: &mut *cx.tx,
            now: cx.now,
            app: cx.app,
            actor,
            origin: String::new(),
            writes: cx.writes,
            trace: None,
        };
        let case = store::find(&mut reader, case_id)?;
        let (bundle, _) = gather(&mut reader, (&case, file))?;
        let signed = sign(&mut reader, bundle)?;
        let text = serde_json::to_string(&signed).map_err(AppError::internal)?;
        store::bundles::insert(&mut reader, case_id, &text)?;
    }
    Ok(())
}

/// The evidence of a case, as its reader may know the case.
fn gather(
    cx: &mut Cx<'_, '_>,
    (case, file): (&Case, &CaseFile),
) -> Result<(Bundle, Vec<EvidenceFile>), AppError> {
    let mut gathered = Gathered::default();
    let providers = crate::conflicts::providers(cx.app)?;
    let reader = cx.actor.partner_id().map_or(String::new(), ToString::to_string);
    for registration_id in file.seen(&reader).filter_map(PartyRow::claim) {
        (providers.claims.gather)(cx, &registration_id, &mut gathered)?;
    }
    if !reader.is_empty() {
        attempts(cx, case, &mut gathered)?;
    } else if let Some(account_id) = &case.account {
        (providers.direct.gather)(cx, account_id, &mut gathered)?;
    }
    said(cx, case, &mut gathered)?;
    course(cx, case, &mut gathered)?;
    decided(file, &reader, &mut gathered);
    for file in store::statements::files(cx, &case.case_id)? {
        let found = store::statements::content(cx, &case.case_id, &file.file_id)?;
        if let Some((row, content)) = found {
            let side = side(&row.partner_id);
            gathered.files.push(EvidenceFile { name: row.name, side, content });
        }
    }
    // A case that ended before ends were sealed: what is later does not belong to it.
    let made_at = case.closed_at.unwrap_or(cx.now);
    gathered.facts.retain(|fact| fact.at <= made_at);
    let entry = |file: &EvidenceFile| FileEntry {
        name: file.name.clone(),
        side: file.side.clone(),
        sha256: Hash::of(&file.content),
    };
    let bundle = Bundle {
        format: FORMAT.to_owned(),
        case: case.reference(),
        case_id: case.case_id.as_str().to_owned(),
        made_for: if reader.is_empty() { "vendor".to_owned() } else { reader },
        made_at,
        items: chain(gathered.facts),
        files: gathered.files.iter().map(entry).collect(),
    };
    Ok((bundle, gathered.files))
}

/// Whose something is, as bundles name it.
fn side(partner_id: &str) -> String {
    if partner_id.is_empty() { "direct_sales".to_owned() } else { partner_id.to_owned() }
}

/// Adds a fact: when, what, whose and by whom, in which words and with what besides.
fn add(
    gathered: &mut Gathered,
    at: Timestamp,
    kind: &'static str,
    (side, by): (String, String),
    (words, data): (String, Value),
) {
    let data = if data.is_null() { String::new() } else { data.to_string() };
    gathered.facts.push(Fact { at, kind, side, by, words, data });
}

/// What direct sales tried, as the partner whom it concerns reads it.
fn attempts(cx: &mut Cx<'_, '_>, case: &Case, gathered: &mut Gathered) -> Result<(), AppError> {
    for one in store::attempts(cx, &case.case_id)? {
        let words = format!("Direct sales tried to record {}.", one.what);
        let data = json!({ "through": one.through });
        add(gathered, one.at, "direct_attempt", (side(""), one.by_name), (words, data));
    }
    Ok(())
}

/// Statements, requests with their answers, and notes.
fn said(cx: &mut Cx<'_, '_>, case: &Case, gathered: &mut Gathered) -> Result<(), AppError> {
    for one in store::statements::list(cx, &case.case_id)? {
        let (by, data) = ((side(&one.partner_id), one.by_name), json!({ "through": one.through }));
        add(gathered, one.written_at, "statement", by, (one.words, data));
    }
    for one in store::requests::list(cx, &case.case_id)? {
        let side = side(&one.partner_id);
        let by = (side.clone(), one.asked_by_name);
        add(gathered, one.asked_at, "evidence_asked", by, (one.words, Value::Null));
        if let Some(at) = one.answered_at {
            let by = (side, one.answered_by_name);
            add(gathered, at, "evidence_given", by, (one.answer, Value::Null));
        }
    }
    for one in store::notes(cx, &case.case_id)? {
        let side = if one.partner_id.is_empty() { "case".to_owned() } else { one.partner_id };
        add(gathered, one.written_at, "note", (side, one.by_name), (one.words, Value::Null));
    }
    Ok(())
}

/// What happened in the case itself.
fn course(cx: &mut Cx<'_, '_>, case: &Case, gathered: &mut Gathered) -> Result<(), AppError> {
    let by = |name: String| ("case".to_owned(), name);
    let opened = (case.asked.clone(), json!({ "kind": case.kind.word() }));
    add(gathered, case.opened_at, "opened", by(case.opened_by_name.clone()), opened);
    for entry in store::entries(cx, &case.case_id)? {
        let data = json!({ "rule": entry.rule });
        add(gathered, entry.at, "course", by(entry.by_name), (entry.words, data));
    }
    if let Some(appeal) = store::decisions::appeal(cx, &case.case_id)?
        && !appeal.words.is_empty()
    {
        let words = (appeal.words, Value::Null);
        add(gathered, appeal.appealed_at, "appeal", by(appeal.by_name), words);
    }
    Ok(())
}

/// The decisions, to a partner in the words for its side.
fn decided(file: &CaseFile, reader: &str, gathered: &mut Gathered) {
    for one in &file.decisions {
        let told = if reader.is_empty() {
            let data = json!({ "outcome": one.outcome, "rule": one.rule, "level": one.level,
                "evidence_hash": one.evidence_hash });
            (format!("{}: {}", one.outcome.label(), one.reason), data)
        } else {
            (decide::words_for(file, one, reader), Value::Null)
        };
        let by = ("case".to_owned(), one.decided_by_name.clone());
        add(gathered, one.decided_at, "decision", by, told);
    }
}
