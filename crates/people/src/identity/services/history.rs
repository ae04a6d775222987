//! What happened to a service identity, from the audit trail.

use web::{Entry, Markup, Timeline, html, instant};

use super::store::Service;
use frame::{clock::from_micros, error::AppError, request::Req};

/// How many entries are shown.
const SHOWN: i64 = 30;

/// Its history, newest first.
pub(super) fn of(req: &mut Req<'_, '_>, service: &Service) -> Result<Markup, AppError> {
    let vendor_id = req.cx.vendor();
    let rows = req.cx.tx.query_as::<(i64, String, Option<String>), _>(
        "SELECT h.at, h.action, h.details FROM audit_v_history h \
         WHERE h.vendor_id = $1 AND h.object_id = $2 ORDER BY h.seq DESC LIMIT $3",
        db::params![vendor_id.as_str(), service.service_id.as_str(), SHOWN],
    )?;
    let zone = req.zone()?;
    let entries = rows.into_iter().map(|(at, action, details)| {
        let (words, by_a_colleague) = words(&action);
        let entry = Entry::new(instant(from_micros(at), &zone), words.to_owned());
        let details: serde_json::Value =
            details.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        match details.get("name").and_then(serde_json::Value::as_str) {
            Some(who) if by_a_colleague => entry.by(who),
            Some(_) | None => entry,
        }
    });
    let timeline = Timeline::new().entries(entries);
    Ok(html! { (timeline) })
}

/// The words for an entry, and whether it was written by somebody of the same side: people of the
/// vendor, who may suspend those of a partner, are not named to it.
fn words(action: &str) -> (&str, bool) {
    match action {
        "identity.service_made" => ("Created", true),
        "identity.service_changed" => ("Changed", true),
        "identity.service_taken_over" => ("Taken over", true),
        "identity.service_ended" => ("Ended", true),
        "identity.service_dormant" => ("Stopped: its owner lost access", false),
        "identity.service_resumed" => ("Active again: its owner has access again", false),
        other => (other, false),
    }
}
