//! Only `db` names a database driver.

use super::{Checkout, Finding};
use crate::manifest;

const CHECK: &str = "driver-in-db";

/// Crates that speak to a database.
const DRIVERS: [&str; 8] = [
    "diesel",
    "libsqlite3-sys",
    "postgres",
    "rusqlite",
    "sea-orm",
    "sqlx",
    "tokio-postgres",
    "tokio-rusqlite",
];

/// `testkit` makes and drops whole scratch databases, which no transaction of `db` can do.
const ALLOWED: [(&str, &str); 1] = [("testkit", "postgres")];

/// Looks at every manifest and at every path in a crate's code.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in checkout.tree.below("", "Cargo.toml") {
        let krate = path.rsplit('/').nth(1).unwrap_or_default();
        for dependency in manifest::dependencies(text) {
            if is_foreign(krate, &dependency.name) {
                let message = format!("`{}` belongs to crates/db alone", dependency.name);
                findings.push(Finding::new(CHECK, path, dependency.line, message));
            }
        }
    }
    for (place, source) in checkout.crate_sources() {
        for path in source.paths() {
            let first = path.names.first().map_or("", String::as_str).replace('_', "-");
            if path.names.len() > 1 && is_foreign(place.krate, &first) {
                let message = format!("`{first}` belongs to crates/db alone: use db::Tx");
                findings.push(Finding::new(CHECK, place.path, path.line, message));
            }
        }
    }
    findings
}

fn is_foreign(krate: &str, name: &str) -> bool {
    krate != "db" && DRIVERS.contains(&name) && !ALLOWED.contains(&(krate, name))
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    #[test]
    fn a_driver_outside_db_is_found_in_manifest_and_code() {
        let planted = Checkout::of(&[
            ("crates/app/Cargo.toml", "[dependencies]\nrusqlite = \"0.41\"\n"),
            ("crates/app/src/deals/store.rs", "\nuse rusqlite::Connection;"),
            ("crates/cli/src/main.rs", "fn f() { postgres::Client::connect(); }"),
        ]);
        let lines: Vec<(String, usize)> =
            check(&planted).into_iter().map(|f| (f.path, f.line)).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.contains(&("crates/app/Cargo.toml".to_owned(), 2)));
        assert!(lines.contains(&("crates/app/src/deals/store.rs".to_owned(), 2)));
    }

    #[test]
    fn db_itself_and_the_word_in_prose_are_left_alone() {
        let clean = Checkout::of(&[
            ("crates/db/Cargo.toml", "[dependencies]\nrusqlite = \"0.41\"\n"),
            ("crates/db/src/sqlite.rs", "use rusqlite::Connection;"),
            ("crates/testkit/Cargo.toml", "[dependencies]\npostgres = \"0.19\"\n"),
            ("crates/app/src/deals/store.rs", "// rusqlite::Connection\nlet a = \"postgres://\";"),
        ]);
        assert_eq!(check(&clean), []);
    }
}
