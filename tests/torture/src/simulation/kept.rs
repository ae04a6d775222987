//! Runs that failed once: kept as files, and replayed before anything else.

use std::{fs, path::PathBuf};

use rig::Outcome;
use serde::{Deserialize, Serialize};

use super::run::Length;
use crate::stage::act::Intent;

/// A run that failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Its seed.
    pub(super) seed: u64,
    /// How long and large it is.
    pub(super) length: Length,
    /// What was found then.
    pub(super) found: String,
    /// Its acts.
    pub(super) intents: Vec<Intent>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// Every run that was kept, by name of its file.
pub(super) fn all() -> Outcome<Vec<(String, Kept)>> {
    let Ok(files) = fs::read_dir(folder()) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for file in files.flatten() {
        let name = file.file_name().display().to_string();
        let is_kept = name.strip_prefix("simulation-").and_then(|rest| rest.strip_suffix(".json"));
        if is_kept.is_none() {
            continue;
        }
        let text = fs::read_to_string(file.path()).map_err(|e| format!("{name}: {e}"))?;
        let kept = serde_json::from_str(&text).map_err(|e| format!("{name}: {e}"))?;
        all.push((name, kept));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}

/// Keeps a run; gives the name of its file.
pub(super) fn keep(kept: &Kept) -> Outcome<String> {
    let name = format!("simulation-{}.json", kept.seed);
    let text = serde_json::to_string_pretty(kept).map_err(|e| e.to_string())?;
    fs::create_dir_all(folder()).map_err(|e| e.to_string())?;
    fs::write(folder().join(&name), text + "\n").map_err(|e| format!("{name}: {e}"))?;
    Ok(name)
}
