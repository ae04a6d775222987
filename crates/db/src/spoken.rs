//! Which statements a run has put to the database, and which line of the program did.
//!
//! `cargo xtask test` names a folder; each process of the tests writes there every statement that it
//! has not written before, once for each line of code. The product is built without this.

#[cfg(feature = "scratch")]
mod kept {
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::io::Write as _;
    use std::panic::Location;
    use std::path::Path;
    use std::sync::OnceLock;

    use parking_lot::Mutex;

    /// The variable that names the folder.
    const FOLDER: &str = "ENTENTE_TEST_STATEMENTS";

    struct Kept {
        file: File,
        known: BTreeSet<(&'static str, u32, String)>,
    }

    static KEPT: OnceLock<Option<Mutex<Kept>>> = OnceLock::new();

    /// Keeps a statement of this line of code, where it is asked for.
    pub(crate) fn keep(at: &'static Location<'static>, sql: &str) {
        let Some(kept) = KEPT.get_or_init(open) else { return };
        let mut kept = kept.lock();
        let known = (at.file(), at.line(), sql.to_owned());
        if kept.known.contains(&known) {
            return;
        }
        kept.known.insert(known);
        let one_line: String = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = format!("{}:{}\t{one_line}\n", at.file(), at.line());
        if let Err(error) = kept.file.write_all(line.as_bytes()) {
            tracing::warn!(%error, "a statement could not be written down");
        }
    }

    /// Keeps an insert of many rows as that of one: all are of the same form.
    pub(crate) fn keep_insert(
        at: &'static Location<'static>,
        (insert, end): (&str, &str),
        columns: usize,
    ) {
        let row: Vec<String> = (1..=columns).map(|number| format!("${number}")).collect();
        keep(at, &format!("{insert} ({}) {end}", row.join(", ")));
    }

    #[expect(clippy::disallowed_methods, reason = "tests are told by it where to write")]
    fn open() -> Option<Mutex<Kept>> {
        let folder = std::env::var(FOLDER).ok()?;
        let path = Path::new(&folder).join(std::process::id().to_string());
        let file = File::options().create(true).append(true).open(path).ok()?;
        Some(Mutex::new(Kept { file, known: BTreeSet::new() }))
    }
}

#[cfg(feature = "scratch")]
pub(crate) use kept::{keep, keep_insert};

/// The product keeps nothing.
#[cfg(not(feature = "scratch"))]
pub(crate) fn keep(_: &'static std::panic::Location<'static>, _: &str) {}

/// The product keeps nothing.
#[cfg(not(feature = "scratch"))]
pub(crate) fn keep_insert(_: &'static std::panic::Location<'static>, _: (&str, &str), _: usize) {}
