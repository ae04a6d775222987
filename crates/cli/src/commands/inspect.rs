//! What the product knows of itself, as the documents under `docs/` keep it.

use clap::Subcommand;

use super::Failure;

/// What to print.
#[derive(Debug, Subcommand)]
pub(super) enum Internals {
    /// The access matrix: every route and who may call it.
    Access,
    /// The `OpenAPI` document.
    Openapi,
}

/// Prints it.
pub(super) fn print(what: &Internals) -> Result<(), Failure> {
    let table = app::routes()?;
    match what {
        Internals::Access => print!("{}", frame::openapi::access_document(&table)),
        Internals::Openapi => {
            let document = frame::openapi::document(&table);
            let text = serde_json::to_string_pretty(&document).map_err(Failure::of)?;
            println!("{text}");
        }
    }
    Ok(())
}
