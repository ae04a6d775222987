//! What happened to an account, with that of the accounts that it took in.

use domain::ids::AccountId;
use serde_json::Value;
use web::{Entry, Markup, Timeline, html, instant};

use frame::{clock::from_micros, error::AppError, request::Req};

/// How many entries are shown.
const SHOWN: i64 = 30;

/// The history as a timeline, newest first. A merge keeps both histories (AC-04).
pub(super) fn of(req: &mut Req<'_, '_>, id: &AccountId) -> Result<Markup, AppError> {
    let vendor_id = req.cx.vendor();
    let rows = req.cx.tx.query_as::<(i64, String, String, Option<String>, String), _>(
        "SELECT h.at, h.action, h.actor, h.details, h.object_id FROM audit_v_history h \
         WHERE h.vendor_id = $1 AND h.object_id IN (SELECT account_id FROM accounts \
          WHERE vendor_id = $1 AND (account_id = $2 OR merged_into = $2)) \
         ORDER BY h.seq DESC LIMIT $3",
        db::params![vendor_id.as_str(), id.as_str(), SHOWN],
    )?;
    let zone = req.zone()?;
    let entries = rows.into_iter().map(|(at, action, actor, details, object)| {
        let details: Value =
            details.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null);
        let who = details.get("name").and_then(Value::as_str).unwrap_or(&actor).to_owned();
        let words = words(&action);
        let words = if object == id.as_str() {
            words.to_owned()
        } else {
            format!("{words} (merged account)")
        };
        Entry::new(instant(from_micros(at), &zone), words).by(who)
    });
    let timeline = Timeline::new().entries(entries);
    Ok(html! { (timeline) })
}

fn words(action: &str) -> &str {
    match action {
        "account.created" => "Created",
        "account.changed" => "Changed",
        "account.learned" => "Names, domains or ids added",
        "account.bought" => "Became a customer or bought more",
        "account.merged" => "Merged with another account",
        "account.merge_undone" => "Merge undone",
        other => other,
    }
}
