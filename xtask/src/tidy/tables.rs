//! A slice's tables are its own. Another slice reads them through a view `<slice>_v_…`, or calls
//! an action; it never names the table.

use std::collections::BTreeMap;

use super::{Checkout, CratePath, Finding, Migration, migrations};
use crate::lex::{Kind, Token};
use crate::source::Source;
use crate::sql::{Change, mentions};
use crate::tree::Tree;

const CHECK: &str = "own-tables";

/// Owner by the name of the table or view.
type Owners = BTreeMap<String, String>;

/// Names granted to a slice.
type Further = BTreeMap<String, Vec<String>>;

/// Names in migrations, and every mention in the SQL of every crate.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let all = migrations(&checkout.tree);
    let owners = owners(&all);
    let mut findings = names(&all, &owners, &further_names(&checkout.tree));
    for (place, source) in checkout.crate_sources() {
        if matches!(place.krate, "db" | "testkit") {
            continue;
        }
        for (_, token) in source.code().filter(|(_, token)| token.kind == Kind::Str) {
            let found = statement(&owners, place.area(), &token.text);
            findings.extend(found.into_iter().map(|(line, message)| {
                Finding::new(CHECK, place.path, token.line + line, message)
            }));
        }
        for token in record_tables(source) {
            let found = statement(&owners, place.area(), &format!("SELECT 1 FROM {}", token.text));
            findings.extend(
                found
                    .into_iter()
                    .map(|(_, message)| Finding::new(CHECK, place.path, token.line, message)),
            );
        }
    }
    findings.extend(sql_files(&checkout.tree, &owners));
    findings
}

/// The tables that the records of a file are columns of: `struct Name in "table" {`.
fn record_tables(source: &Source) -> impl Iterator<Item = &Token> {
    let before = |index: usize, back: usize| {
        let token = index.checked_sub(back).and_then(|at| source.tokens.get(at));
        token.map_or("", |token| token.text.as_str())
    };
    source
        .code()
        .filter(move |(index, token)| {
            token.kind == Kind::Str && before(*index, 1) == "in" && before(*index, 3) == "struct"
        })
        .map(|(_, token)| token)
}

fn owners(all: &[Migration<'_>]) -> Owners {
    let mut owners = Owners::new();
    for owned in all.iter().flat_map(|migration| &migration.changes) {
        if let Change::Table(mention) | Change::View(mention) = &owned.change {
            owners.entry(mention.name.clone()).or_insert_with(|| owned.owner.clone());
        }
    }
    owners
}

/// Table names that `docs/slices.toml` grants a slice beside those that bear its own name: a
/// name that ends in `_` grants all that begin with it.
fn further_names(tree: &Tree) -> Further {
    let parsed = tree.text("docs/slices.toml").unwrap_or_default().parse::<toml::Table>();
    let lists = parsed.ok().and_then(|mut table| table.remove("tables"));
    let mut further = Further::new();
    for (slice, list) in lists.as_ref().and_then(toml::Value::as_table).into_iter().flatten() {
        let names = list.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
        further.insert(slice.clone(), names.map(str::to_owned).collect());
    }
    further
}

/// Each table bears its slice's name; a migration touches only tables of the owner above it.
fn names(all: &[Migration<'_>], owners: &Owners, further: &Further) -> Vec<Finding> {
    let granted = |owner: &str, table: &str| {
        let names = further.get(owner).into_iter().flatten();
        names
            .into_iter()
            .any(|name| table == name || name.ends_with('_') && table.starts_with(name))
    };
    let mut findings = Vec::new();
    for migration in all {
        for owned in &migration.changes {
            let (owner, name) = (owned.owner.as_str(), owned.mention().name.as_str());
            let message = match &owned.change {
                Change::Table(_) if !bears_name(owner, name) && !granted(owner, name) => {
                    format!(
                        "table `{name}` of `{owner}` must begin with `{owner}`, or be granted \
                         under [tables] in docs/slices.toml"
                    )
                }
                Change::View(_) if !name.starts_with(&format!("{owner}_v_")) => {
                    format!("view `{name}` of `{owner}` must begin with `{owner}_v_`")
                }
                Change::Touched(_) if owners.get(name).is_some_and(|real| real != owner) => {
                    format!("`{name}` is not a table of `{owner}`")
                }
                Change::Table(_) | Change::View(_) | Change::Touched(_) => continue,
            };
            let line = owned.mention().line;
            findings.push(Finding::new(CHECK, migration.path, line, message));
        }
    }
    findings
}

/// `accounts`, `accounts_domains` and, in the singular, `account_domains` belong to `accounts`.
fn bears_name(owner: &str, table: &str) -> bool {
    let begins = |name: &str| {
        let rest = table.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest == "s" || rest.starts_with('_'))
    };
    let singular = owner.strip_suffix('s').filter(|name| !name.ends_with('s'));
    begins(owner) || begins(&format!("{owner}s")) || singular.is_some_and(begins)
}

/// What one text of SQL names that `area` may not, as line within the text and message.
fn statement(owners: &Owners, area: &str, sql: &str) -> Vec<(usize, String)> {
    if let Some(message) = small_letters(sql) {
        return vec![(0, message)];
    }
    let whole = is_statement(sql);
    let mut out = Vec::new();
    for mention in mentions(sql) {
        let name = mention.name.as_str();
        match owners.get(name) {
            Some(owner) if owner == area || name.starts_with(&format!("{owner}_v_")) => {}
            Some(owner) => {
                let message = format!(
                    "`{name}` belongs to `{owner}`: call its action or read a view `{owner}_v_…`"
                );
                out.push((mention.line, message));
            }
            None if whole => {
                out.push((mention.line, format!("no migration creates `{name}`")));
            }
            None => {}
        }
    }
    out
}

fn is_statement(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or_default();
    let second = sql.split_whitespace().nth(1).unwrap_or_default();
    match first {
        "SELECT" | "WITH" => true,
        "INSERT" => second == "INTO" || second == "OR",
        "DELETE" => second == "FROM",
        "UPDATE" => sql.contains(" SET "),
        _ => false,
    }
}

/// Keywords in small letters would pass unseen, so they are refused.
fn small_letters(sql: &str) -> Option<String> {
    let mut words = sql.split_whitespace();
    let first = words.next()?;
    let keyword = match first {
        "select" | "delete" => "from",
        "insert" => "into",
        "update" => "set",
        _ => return None,
    };
    let is_sql = words.any(|word| word == keyword) && sql.contains(['=', '$', '*', '(']);
    is_sql.then(|| "write SQL keywords in capitals: checks and readers look for them".to_owned())
}

fn sql_files(tree: &Tree, owners: &Owners) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.below("crates/", ".sql") {
        let Some(place) = CratePath::of(path) else { continue };
        for (line, message) in statement(owners, place.area(), text) {
            findings.push(Finding::new(CHECK, path, line + 1, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Checkout, bears_name, check};

    const MIGRATION: (&str, &str) = (
        "migrations/0001_accounts_start.sql",
        "-- owner: accounts\nCREATE TABLE accounts (a TEXT);\nCREATE VIEW accounts_v_names AS SELECT 1;\n\
         -- owner: deals\nCREATE TABLE deals (a TEXT);\nCREATE INDEX deals_a ON deals (a);\n",
    );

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        check(&Checkout::of(&[MIGRATION, (path, text)]))
            .into_iter()
            .map(|finding| (finding.line, finding.message))
            .collect()
    }

    #[test]
    fn a_join_to_a_foreign_table_is_found_with_its_line() {
        let sql = "const Q: &str = \"SELECT 1 FROM deals\n JOIN accounts ON 1\";";
        let findings = found("crates/sell/src/deals/store.rs", sql);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].0, 2);
        assert!(findings[0].1.contains("belongs to `accounts`"));
    }

    #[test]
    fn a_fragment_of_sql_counts_too() {
        let sql = "fn f() -> String { [\"SELECT 1 \", \" FROM accounts\"].concat() }";
        assert_eq!(found("crates/sell/src/deals/store.rs", sql).len(), 1);
        assert_eq!(found("crates/jobs/src/lib.rs", sql).len(), 1);
    }

    #[test]
    fn own_tables_views_and_tests_are_left_alone() {
        let sql = "const Q: &str = \"SELECT 1 FROM deals JOIN accounts_v_names ON 1\";";
        assert_eq!(found("crates/sell/src/deals/store.rs", sql), []);
        let test = "#[cfg(test)]\nmod tests { const Q: &str = \"SELECT 1 FROM accounts\"; }";
        assert_eq!(found("crates/sell/src/deals/store.rs", test), []);
        let prose = "const Q: &str = \"taken FROM the list of accounts\";";
        assert_eq!(found("crates/sell/src/deals/store.rs", prose), []);
    }

    #[test]
    fn a_record_of_a_foreign_or_unknown_table_is_found() {
        let record = |table: &str| {
            let text = format!("db::record! {{\n pub struct R in \"{table}\" {{ a: String }} }}");
            found("crates/sell/src/deals/store.rs", &text)
        };
        assert_eq!(record("deals"), []);
        assert_eq!(record("accounts_v_names"), []);
        let foreign = record("accounts");
        assert_eq!(foreign.len(), 1);
        assert_eq!(foreign[0].0, 2);
        assert!(record("acounts")[0].1.contains("no migration creates"));
    }

    #[test]
    fn an_unknown_table_and_small_letters_are_found() {
        let unknown = "const Q: &str = \"SELECT 1 FROM acounts\";";
        assert_eq!(found("crates/sell/src/deals/store.rs", unknown).len(), 1);
        let small = "const Q: &str = \"select * from accounts\";";
        assert_eq!(found("crates/sell/src/deals/store.rs", small).len(), 1);
    }

    #[test]
    fn a_foreign_name_or_a_foreign_change_in_a_migration_is_found() {
        let named =
            "-- owner: deals\nCREATE TABLE contracts (a TEXT);\nCREATE VIEW deals_all AS SELECT 1;";
        assert_eq!(found("migrations/0002_deals_more.sql", named).len(), 2);
        let touched = "-- owner: deals\nALTER TABLE accounts ADD COLUMN b TEXT;";
        assert_eq!(found("migrations/0002_deals_more.sql", touched).len(), 1);
        let own = "-- owner: deals\nALTER TABLE deals ADD COLUMN b TEXT;";
        assert_eq!(found("migrations/0002_deals_more.sql", own), []);
    }

    #[test]
    fn a_name_granted_in_the_list_of_slices_is_no_fault() {
        let list = ("docs/slices.toml", "[tables]\ndeals = [\"contracts\", \"terms_\"]\n");
        let named = |name: &str| format!("-- owner: deals\nCREATE TABLE {name} (a TEXT);");
        for (name, faults) in
            [("contracts", 0), ("terms_old", 0), ("contracts_old", 1), ("term", 1)]
        {
            let text = named(name);
            let files = [MIGRATION, list, ("migrations/0002_deals_more.sql", text.as_str())];
            assert_eq!(check(&Checkout::of(&files)).len(), faults, "{name}");
        }
    }

    #[test]
    fn a_name_may_be_singular_or_plural() {
        assert!(bears_name("accounts", "account_domains"));
        assert!(bears_name("deal_registration", "deal_registrations"));
        assert!(bears_name("deal_registration", "deal_registration_activities"));
        assert!(bears_name("access", "access_roles"));
        assert!(!bears_name("accounts", "accounting"));
        assert!(!bears_name("deals", "dealer"));
    }
}
