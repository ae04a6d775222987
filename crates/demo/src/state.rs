//! What the demo keeps of itself: where its clock stands, who signs in first, what the clock did
//! when it was moved last.

use db::Tx;
use domain::ids::VendorId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use frame::{clock::from_micros, error::AppError};

/// Somebody whom a visitor of the demo can be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Persona {
    /// The kind of person.
    pub role: String,
    /// The name.
    pub name: String,
    /// The person.
    pub user_id: String,
    /// The partner on whose side; `""` for the vendor's.
    pub partner_id: String,
    /// The organisation.
    pub organisation: String,
    /// What there is to see and do as this person.
    pub invitation: String,
}

/// The last time the clock was moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Move {
    /// The clock before, in microseconds.
    pub from_at: i64,
    /// The clock after, in microseconds.
    pub to_at: i64,
    /// The last event before.
    pub after_event: i64,
}

/// What the demo keeps of itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// Whom a visitor can be, in the order shown.
    pub personas: Vec<Persona>,
    /// An account that is free: name and domain.
    pub free_account: (String, String),
    /// An account that a partner holds where the direct rep sells: name and domain.
    pub held_account: (String, String),
    /// The last move of the clock; `None` before the first.
    pub moved: Option<Move>,
}

/// What is kept: the vendor, the clock, the state. `None` before the demo is made.
pub(super) fn read(tx: &mut Tx<'_>) -> Result<Option<(VendorId, Timestamp, State)>, AppError> {
    let row = tx.query_opt_as::<(String, i64, String), _>(
        "SELECT vendor_id, clock_at, state FROM demo_state ORDER BY vendor_id LIMIT 1",
        &[],
    )?;
    let Some((vendor_id, clock_at, state)) = row else {
        return Ok(None);
    };
    let vendor_id = VendorId::parse(&vendor_id).map_err(AppError::internal)?;
    let state = serde_json::from_str(&state).map_err(AppError::internal)?;
    Ok(Some((vendor_id, from_micros(clock_at), state)))
}

/// Keeps everything.
pub(super) fn write(
    tx: &mut Tx<'_>,
    vendor_id: &VendorId,
    now: Timestamp,
    state: &State,
) -> Result<(), AppError> {
    let state = serde_json::to_string(state).map_err(AppError::internal)?;
    tx.execute(
        "INSERT INTO demo_state (vendor_id, clock_at, state) VALUES ($1, $2, $3) \
         ON CONFLICT (vendor_id) DO UPDATE SET clock_at = excluded.clock_at, \
          state = excluded.state",
        db::params![vendor_id.as_str(), now.as_microsecond(), &state],
    )?;
    Ok(())
}

/// Keeps where the clock stands, if the demo is made.
pub(super) fn keep_clock(tx: &mut Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    tx.execute("UPDATE demo_state SET clock_at = $1 WHERE clock_at < $1", db::params![now_micros])?;
    Ok(())
}
