//! Checks that registrations match their receipts, the audit trail and the rules: who submitted
//! what when, by which version of the program, and through which day the account is protected
//! (DR-01, DR-03, DR-19, AU-01).

use std::collections::BTreeMap;

use db::{DbError, Row, Tx};
use domain::{
    deal_registration::{
        freeze::{Freeze, FrozenDays},
        protection,
        receipt::Hash,
        status::StatusKind,
    },
    program::Document,
    wording::{count, times},
};
use jiff::{Timestamp, civil::Date};

use super::{
    receipts, standing,
    store::{self, Details, reference},
};
use channel::program::proof::{Documents, documents};
use frame::clock::from_micros;
use people::audit::rows::Differences;

/// A registration, and its latest receipt.
struct Proved {
    id: String,
    number: i64,
    partner_id: String,
    program_id: String,
    status: StatusKind,
    policy_version: i64,
    track: String,
    tier: String,
    submitted_at: Option<i64>,
    ranked_at: Option<i64>,
    resubmissions: i64,
    approved_at: Option<i64>,
    approved_on: Option<Date>,
    renewed_on: Option<Date>,
    renewals: i64,
    protected_until: Option<Date>,
    freezes: Vec<Freeze>,
    fingerprint: Option<Hash>,
    /// How many receipts it has, and how many of them are of the instant that counts.
    receipts: i64,
    ranked_receipts: i64,
    /// How many entries of the audit trail tell of a submission.
    submissions: i64,
    receipt: Option<Receipt>,
}

db::row! {
    struct Receipt {
        number: i64,
        partner_id: String,
        program_id: String,
        fingerprint: String,
        submitted_at: i64,
        policy_version: i64,
        /// When the receipt before it was issued: where the clock was set back, a receipt keeps the
        /// time of that one.
        before_at: i64,
    }
}

const SELECT: &str = "SELECT r.registration_id, r.number, r.partner_id, r.program_id, r.status, \
    r.policy_version, r.track, r.tier, r.submitted_at, r.ranked_at, r.resubmissions, \
    r.approved_at, r.approved_on, r.renewed_on, r.renewals, r.protected_until, r.freezes, \
    r.account_name, r.account_domain, r.account_country, \
    (SELECT COUNT(*) FROM deal_registration_receipts n WHERE n.vendor_id = $1 \
     AND n.registration_id = r.registration_id), \
    (SELECT COUNT(*) FROM deal_registration_receipts n WHERE n.vendor_id = $1 \
     AND n.registration_id = r.registration_id AND n.submitted_at = r.ranked_at), \
    (SELECT COUNT(*) FROM audit_v_history h WHERE h.vendor_id = $1 \
     AND h.object_id = r.registration_id AND h.action IN ('deal_registration.submitted', \
     'deal_registration.resubmitted')), \
    c.number, c.partner_id, c.program_id, c.account_fingerprint, c.submitted_at, \
    c.policy_version, COALESCE((SELECT b.submitted_at FROM deal_registration_receipts b \
     WHERE b.vendor_id = $1 AND b.program_id = c.program_id \
     AND b.number = c.number - 1), 0) \
    FROM deal_registrations r LEFT JOIN deal_registration_receipts c \
    ON c.vendor_id = r.vendor_id AND c.registration_id = r.registration_id \
    AND c.number = (SELECT MAX(m.number) FROM deal_registration_receipts m \
     WHERE m.vendor_id = $1 AND m.registration_id = r.registration_id) \
    WHERE r.vendor_id = $1";

/// The first 17 columns, as the table has them.
type Columns = (
    (String, i64, String, String, String, i64, String, String),
    (Option<i64>, Option<i64>, i64, Option<i64>),
    (String, String, i64, String, String),
);

/// A registration from its row; its id and the word of its status where that is none.
fn read(row: &Row<'_>) -> Result<Result<Proved, (String, String)>, DbError> {
    let (columns, account, counts, receipt): (Columns, [String; 3], [i64; 3], _) = row.read()?;
    let (own, instants, protection) = columns;
    let (id, number, partner_id, program_id, word, policy_version, track, tier) = own;
    let (submitted_at, ranked_at, resubmissions, approved_at) = instants;
    let (approved_on, renewed_on, renewals, protected_until, freezes) = protection;
    let Some(status) = StatusKind::from_word(&word) else {
        return Ok(Err((id, word)));
    };
    let [account_name, account_domain, account_country] = account;
    let details = Details { account_name, account_domain, account_country, ..Details::default() };
    let fingerprint = receipts::fingerprint(&details).ok();
    let [receipts, ranked_receipts, submissions] = counts;
    let date = |text: String| text.parse::<Date>().ok();
    Ok(Ok(Proved {
        id,
        number,
        partner_id,
        program_id,
        status,
        policy_version,
        track,
        tier,
        submitted_at,
        ranked_at,
        resubmissions,
        approved_at,
        approved_on: date(approved_on),
        renewed_on: date(renewed_on),
        renewals,
        protected_until: date(protected_until),
        freezes: store::freezes_of(&freezes).unwrap_or_default(),
        fingerprint,
        receipts,
        ranked_receipts,
        submissions,
        receipt,
    }))
}

/// Compares every registration of a vendor with its receipts and with what the rules compute.
/// Rules DR-01, DR-03, DR-19, AU-01.
pub fn compare(tx: &mut Tx<'_>, vendor_id: &str) -> Result<Differences, DbError> {
    let versions = documents(tx, vendor_id)?;
    let mut found = Differences::default();
    tx.for_each(SELECT, db::params![vendor_id], |row| {
        let proved = match read(row)? {
            Ok(proved) => proved,
            Err((id, word)) => {
                found.add(format!("registration {id}: status is {word}, which does not exist"));
                return Ok(());
            }
        };
        let mut words = Vec::new();
        proved.against_receipts(&mut words);
        proved.against_rules(&versions, &mut words);
        for words in words {
            found.add(format!(
                "registration {} ({}): {words}",
                reference(proved.number),
                proved.id
            ));
        }
        Ok(())
    })?;
    tx.for_each(
        "SELECT c.program_id, c.number, c.registration_id FROM deal_registration_receipts c \
         WHERE c.vendor_id = $1 AND NOT EXISTS (SELECT 1 FROM deal_registrations r \
         WHERE r.vendor_id = c.vendor_id AND r.registration_id = c.registration_id) \
         ORDER BY c.program_id, c.number",
        db::params![vendor_id],
        |row| {
            let (program, number, id): (String, i64, String) = row.read()?;
            found.add(format!(
                "receipt {number} of program {program}: its registration {id} is missing"
            ));
            Ok(())
        },
    )?;
    Ok(found)
}

fn instant(at: Option<i64>) -> String {
    at.map_or_else(|| "nothing".to_owned(), |at| from_micros(at).to_string())
}

impl Proved {
    fn against_receipts(&self, words: &mut Vec<String>) {
        let submitted = self.submitted_at.is_some() || self.status != StatusKind::Draft;
        let expected = if submitted { self.resubmissions + 1 } else { 0 };
        if self.receipts != expected {
            words.push(format!(
                "it has {} but was submitted {}: receipts were removed or inserted (DR-19)",
                count(self.receipts, "receipt"),
                times(u32::try_from(expected).unwrap_or(u32::MAX))
            ));
        }
        if self.receipts != self.submissions {
            words.push(format!(
                "it has {}; the audit trail records {} (DR-19)",
                count(self.receipts, "receipt"),
                count(self.submissions, "submission")
            ));
        }
        let Some(receipt) = &self.receipt else {
            return;
        };
        let mut differs = |column: &str, row: &str, receipt_says: &str| {
            if row != receipt_says {
                let number = receipt.number;
                words.push(format!(
                    "{column} is {row}; receipt {number} says {receipt_says} (DR-19)"
                ));
            }
        };
        differs("partner_id", &self.partner_id, &receipt.partner_id);
        differs("program_id", &self.program_id, &receipt.program_id);
        let versions = (self.policy_version.to_string(), receipt.policy_version.to_string());
        differs("policy_version", &versions.0, &versions.1);
        let set_back = receipt.submitted_at == receipt.before_at
            && self.submitted_at.is_some_and(|at| at <= receipt.submitted_at);
        if !set_back {
            let receipt_says = instant(Some(receipt.submitted_at));
            differs("submitted_at", &instant(self.submitted_at), &receipt_says);
        }
        // What is being written again has no receipt yet.
        let open = matches!(self.status, StatusKind::Returned | StatusKind::Withdrawn);
        if let Some(fingerprint) = self.fingerprint.filter(|_| !open) {
            differs("the account’s fingerprint", &fingerprint.to_string(), &receipt.fingerprint);
        }
        if self.ranked_receipts == 0 && !set_back {
            words.push(format!(
                "ranked_at is {}; none of its receipts has that time (DR-04, DR-16)",
                instant(self.ranked_at)
            ));
        }
    }

    /// The approval that belongs to the latest submission.
    fn approval(&self) -> Option<(Timestamp, Date)> {
        let at =
            self.approved_at.filter(|at| self.submitted_at.is_some_and(|since| *at >= since))?;
        Some((from_micros(at), self.approved_on?))
    }

    fn against_rules(&self, versions: &Documents, words: &mut Vec<String>) {
        let Some((at, on)) = self.approval() else {
            return;
        };
        let key = (self.program_id.clone(), self.policy_version);
        let Some(document) = versions.get(&key) else {
            words.push(format!("version {} of its program cannot be read", self.policy_version));
            return;
        };
        let day = document.business_calendar(None).date_of(at);
        if day != on {
            words.push(format!("approved_on is {on}; approved_at says {day} (DR-01)"));
        }
        if let Some(expected) = self.expected(document, at, day)
            && !expected.contains_key(&self.protected_until)
        {
            let until =
                self.protected_until.map_or_else(|| "nothing".to_owned(), |on| on.to_string());
            let should: Vec<String> = expected
                .into_iter()
                .filter_map(|(on, how)| Some(format!("{} ({how})", on?)))
                .collect();
            words.push(format!("protected_until is {until}; it should be {}", should.join(" or ")));
        }
    }

    /// The last protected day by the rules, with how it comes about: from the approval by the
    /// version that was signed, with each renewal and each day that a case held the clocks. There
    /// are several where renewals of an earlier approval are counted too. `None` while a case of
    /// an earlier approval holds the clocks. Rules DR-01, DR-03.
    fn expected(
        &self,
        document: &Document,
        approved_at: Timestamp,
        approved_on: Date,
    ) -> Option<BTreeMap<Option<Date>, String>> {
        let calendar = document.business_calendar(None);
        let days = document.registration_policy(&self.track, &self.tier).validity_days;
        let began_before = |freeze: &&Freeze| freeze.from_at < approved_at;
        if self
            .freezes
            .iter()
            .filter(began_before)
            .any(|freeze| freeze.until_at.is_none_or(|until| until > approved_at))
        {
            return None;
        }
        let before = FrozenDays::from_freezes(&self.freezes, approved_at, &calendar);
        let mut until = protection::protected_until(approved_on, days, &before).value;
        for (index, freeze) in self.freezes.iter().enumerate() {
            let Some(end) = freeze.until_at.filter(|_| freeze.from_at >= approved_at) else {
                continue;
            };
            let upto = self.freezes.get(..=index).unwrap_or_default();
            until =
                domain::calendar::days_after(until, standing::newly_frozen(upto, &calendar, end));
        }
        let renewals = u32::try_from(self.renewals).unwrap_or(0);
        let counts = match self.renewed_on {
            Some(on) if on >= approved_on => 1..=renewals,
            Some(_) | None => 0..=0,
        };
        let each = counts.map(|count| {
            let on = domain::calendar::days_after(until, days.saturating_mul(count));
            let how = format!(
                "approved on {approved_on}, {days} days by version {}, renewed {count} times, \
                 DR-01, DR-03",
                self.policy_version
            );
            (Some(on), how)
        });
        Some(each.collect())
    }
}
