//! Where each table lies when several servers share the database: `migrations/placement.toml`.

use std::collections::{BTreeMap, BTreeSet};

use db::{Place, Placement};
use serde::Deserialize;

use frame::AppError;

const TEXT: &str = include_str!("../../../migrations/placement.toml");

/// The reasons are for readers.
#[derive(Deserialize)]
struct Declared {
    distributed: Vec<String>,
    reference: BTreeMap<String, String>,
    local: BTreeMap<String, String>,
    triggers: BTreeMap<String, String>,
}

/// Where each table of the schema lies.
pub fn declared() -> Result<Placement, AppError> {
    let declared: Declared = toml::from_str(TEXT).map_err(AppError::internal)?;
    let placed = |names: BTreeMap<String, String>, place: Place| {
        names.into_keys().map(move |name| (name, place))
    };
    let tables = declared
        .distributed
        .into_iter()
        .map(|name| (name, Place::Distributed))
        .chain(placed(declared.reference, Place::Reference))
        .chain(placed(declared.local, Place::Local))
        .collect();
    let triggers: BTreeSet<String> = declared.triggers.into_keys().collect();
    Ok(Placement::new(tables, triggers))
}
