//! `entente conflict`: what the parties of a case can prove without any server (CF-04).

use std::path::{Path, PathBuf};

use clap::Subcommand;
use sell::conflicts::evidence;

use super::{Failure, receipt};
use crate::config::Settings;

/// Conflict case commands.
#[derive(Debug, Subcommand)]
pub(super) enum Conflict {
    /// Verify that an evidence file is genuine, complete and unchanged.
    Verify {
        /// The evidence (JSON), as downloaded from the case.
        file: PathBuf,
        /// The vendor's public key, 64 hexadecimal digits; by default the key of this
        /// installation.
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
    },
}

/// Carries it out; only what needs the database reads the settings.
pub(super) fn run(
    settings: impl Fn() -> Result<Settings, Failure>,
    what: &Conflict,
) -> Result<(), Failure> {
    match what {
        Conflict::Verify { file, key } => {
            let key = match key {
                Some(key) => key.clone(),
                None => receipt::own_key(&settings()?)?,
            };
            verify(file, &key)
        }
    }
}

fn verify(file: &Path, key: &str) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Wrong(format!("{}: {error}", file.display())))?;
    match evidence::verify(&text, key) {
        Ok(signed) => {
            let bundle = signed.bundle;
            println!("genuine, signed by key {}", signed.key_id);
            println!("case      {} ({})", bundle.case, bundle.case_id);
            println!("made for  {} at {}", bundle.made_for, bundle.made_at);
            println!("items     {}, ending with {}", bundle.items.len(), bundle.head());
            println!("files     {}", bundle.files.len());
            Ok(())
        }
        Err(evidence::Fault::BadKey) => Err(Failure::Wrong(evidence::Fault::BadKey.to_string())),
        Err(fault) => Err(Failure::Failed(format!("{}: {fault}", file.display()))),
    }
}
