//! `entente receipt`: what a partner can prove offline (DR-19).

use std::path::{Path, PathBuf};

use clap::Subcommand;
use sell::deal_registration::receipts;

use super::{Failure, acting};
use crate::{config::Settings, node};

/// Receipt commands.
#[derive(Debug, Subcommand)]
pub(super) enum Receipt {
    /// Verify that a receipt is genuine and unchanged.
    Verify {
        /// The receipt (JSON).
        file: PathBuf,
        /// The vendor's public key, 64 hexadecimal digits; by default the key of this
        /// installation.
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
    },
    /// Print the public key of this installation, for verification.
    Key,
}

/// Carries it out; only what needs the database reads the settings.
pub(super) fn run(
    settings: impl Fn() -> Result<Settings, Failure>,
    what: &Receipt,
) -> Result<(), Failure> {
    match what {
        Receipt::Verify { file, key } => {
            let key = match key {
                Some(key) => key.clone(),
                None => own_key(&settings()?)?,
            };
            verify(file, &key)
        }
        Receipt::Key => {
            println!("{}", own_key(&settings()?)?);
            Ok(())
        }
    }
}

/// The public key of the installation, in hexadecimal.
pub(super) fn own_key(settings: &Settings) -> Result<String, Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, None)?;
    Ok(acting::write(&app, &vendor, receipts::public_key)?.public_key)
}

fn verify(file: &Path, key: &str) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Wrong(format!("{}: {error}", file.display())))?;
    match receipts::verify(&text, key) {
        Ok(verified) => {
            let said = verified.payload;
            println!("genuine, signed by key {}", verified.key_id);
            println!("receipt      {} of program {}", said.number, said.program_id);
            println!("registration {}", said.registration_id);
            println!("partner      {}", said.partner_id);
            println!("submitted    {}", said.submitted_at);
            println!("account      {}", said.account_fingerprint);
            Ok(())
        }
        Err(receipts::Fault::BadKey) => Err(Failure::Wrong(receipts::Fault::BadKey.to_string())),
        Err(fault) => Err(Failure::Failed(format!("{}: {fault}", file.display()))),
    }
}
