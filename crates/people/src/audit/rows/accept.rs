//! Taking rows as they are that were changed behind the product's back: who runs the database has
//! looked into it and answers for it. What was found stays in the chain.

use domain::text::Note;
use serde_json::json;

use super::{
    ACCEPTED, Table,
    compare::compare,
    keep::{NewLink, append},
};
use crate::audit::{Entry, chain::record};
use frame::{ctx::Cx, error::AppError};

/// The most differences that the audit entry repeats in words.
const MOST_TOLD: usize = 50;

/// Takes every row of the acting side's vendor as it is, with the reason, in chain and audit
/// trail, and computes the sums of all tables anew; how many differences that were. Nothing is
/// written when there are none. It must be the only closure of its transaction. Rule AU-01.
pub fn accept(
    cx: &mut Cx<'_, '_>,
    tables: &[&'static Table],
    reason: &str,
) -> Result<usize, AppError> {
    let reason =
        Note::parse(reason).map_err(|error| AppError::field("reason", error.to_string()))?;
    let (vendor_id, at) = (cx.vendor(), cx.now_micros());
    let found = compare(cx.tx, vendor_id.as_str(), tables)?;
    // Tables whose rows do not match their sum, among them those that no chain knows.
    let unmatched = db::differing_tables(cx.tx)?.unwrap_or_default();
    if found.count == 0 && unmatched.is_empty() {
        return Ok(0);
    }
    let told: Vec<&String> = found.words.iter().take(MOST_TOLD).collect();
    let entry = Entry {
        action: "audit.rows_accepted",
        object_kind: "audit",
        object_id: vendor_id.as_str(),
        before: serde_json::Value::Null,
        after: json!({ "reason": reason.as_str(), "differences": found.count, "first": told,
            "tables": unmatched }),
    };
    record(cx, &entry)?;
    let changed = found.changed.into_iter().map(|changed| NewLink {
        kind: changed.table,
        key: changed.key,
        said: changed.says,
        found: true,
    });
    let mut links: Vec<NewLink<'_>> = changed.collect();
    let said = json!([reason.as_str()]).to_string();
    links.push(NewLink { kind: ACCEPTED, key: String::new(), said, found: false });
    append(cx.tx, vendor_id.as_str(), at, &links)?;
    db::renew_sums(cx.tx)?;
    Ok(found.count + unmatched.len())
}
