//! A fresh database for each test, removed when the test ends.
//!
//! A template is made once per process and copied for each test: a file on SQLite, a database on
//! PostgreSQL. The PostgreSQL server is the one that `cargo xtask test` starts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use parking_lot::Mutex;
use postgres::{Client, NoTls};

use crate::{Db, DbError, Dialect, Durability, Migration, Options};

/// The variable that names the PostgreSQL server of the tests.
const SERVER: &str = "ENTENTE_TEST_POSTGRES";

/// The variable that names a pooler in transaction mode before that server. Where it is set,
/// databases are opened through it.
pub const POOLER: &str = "ENTENTE_TEST_POOLER";

/// The variable that names the workers of that server, where it is a coordinator of Citus: their
/// addresses, separated by commas. Each database is then made on every server.
const WORKERS: &str = "ENTENTE_TEST_CITUS_WORKERS";

/// Parts of a table in a scratch database of Citus: enough for rows to lie on every worker.
const SHARDS: u32 = 4;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// Templates of this process, by database and by the texts they were made from. Each is made once,
/// while others are made or copied.
static TEMPLATES: Mutex<BTreeMap<(Dialect, String), Template>> = Mutex::new(BTreeMap::new());

/// The place of a template, once it is made.
type Template = Arc<OnceLock<String>>;

/// From this version on, a server can be told how to copy a database.
const FIRST_WITH_STRATEGY: u32 = 150_000;

static JOINING: Mutex<()> = Mutex::new(());

/// One database for one test.
pub struct Scratch {
    dialect: Dialect,
    place: String,
    keep: bool,
}

impl Scratch {
    /// An empty database.
    ///
    /// # Panics
    /// When it cannot be made; the words say how tests are run.
    pub fn new(dialect: Dialect) -> Scratch {
        let scratch = Scratch::named(dialect);
        if dialect == Dialect::Postgres {
            everywhere(&format!("CREATE DATABASE {} TEMPLATE template0", scratch.place));
            join_workers(&scratch.place);
        }
        scratch
    }

    /// A database that `migrations` were applied to.
    ///
    /// # Panics
    /// When it cannot be made or a migration fails.
    pub fn migrated(dialect: Dialect, migrations: &[Migration]) -> Scratch {
        let text: Vec<&str> = migrations.iter().map(|migration| migration.sql).collect();
        Scratch::from_template(dialect, &text.join("\n"), |db| {
            db.migrate(migrations, 0).map(|_| ())
        })
    }

    /// A copy of a template that `prepare` fills when `name` is asked for the first time in this
    /// process.
    ///
    /// # Panics
    /// When it cannot be made or `prepare` fails.
    pub fn from_template(
        dialect: Dialect,
        name: &str,
        prepare: impl FnOnce(&Db) -> Result<(), DbError>,
    ) -> Scratch {
        let made = {
            let mut templates = TEMPLATES.lock();
            if templates.is_empty() {
                sweep();
            }
            templates.entry((dialect, name.to_owned())).or_default().clone()
        };
        let template = made.get_or_init(|| {
            let mut scratch = Scratch::new(dialect);
            scratch.keep = true;
            // A pooler would keep a connection to it, and then it could not be copied.
            let options = Options { readers: 2, durability: Durability::Off, ..Options::default() };
            let place = match dialect {
                Dialect::Sqlite => scratch.url(),
                Dialect::Postgres => scratch.direct_url(),
            };
            let db = must("a template could not be opened", Db::open(&place, options));
            must("a template could not be prepared", prepare(&db));
            db.close();
            scratch.place.clone()
        });
        let scratch = Scratch::named(dialect);
        match dialect {
            Dialect::Sqlite => {
                let copied = fs::copy(file(template), file(&scratch.place));
                must("a template could not be copied", copied);
            }
            Dialect::Postgres => {
                leave_alone(template);
                everywhere(&format!(
                    "CREATE DATABASE {} TEMPLATE {template}{}",
                    scratch.place,
                    strategy()
                ));
            }
        }
        scratch
    }

    /// The address, as [`Db::open`] takes it.
    pub fn url(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("sqlite:{}", file(&self.place).display()),
            Dialect::Postgres => match pooler() {
                Some(pooler) => beside(&format!("{pooler}?pooler=transaction"), &self.place),
                None => self.direct_url(),
            },
        }
    }

    /// The address at the PostgreSQL server itself, for clients that are not ours.
    pub fn direct_url(&self) -> String {
        beside(&server(), &self.place)
    }

    /// Opens it with few threads and without waiting for the disk. It can be opened several
    /// times, as several nodes would.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn open(&self) -> Db {
        self.open_with(Options { readers: 2, durability: Durability::Off, ..Options::default() })
    }

    /// Opens it with the given options.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn open_with(&self, options: Options) -> Db {
        must("a scratch database could not be opened", Db::open(&self.url(), options))
    }

    /// Keeps the database when this value goes, so that it can be looked at.
    pub fn keep(&mut self) {
        self.keep = true;
    }

    fn named(dialect: Dialect) -> Scratch {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("scratch_{}_{count}", std::process::id());
        let place = match dialect {
            Dialect::Sqlite => {
                let folder = std::env::temp_dir().join(name);
                must("a scratch folder could not be made", fs::create_dir_all(&folder));
                folder.display().to_string()
            }
            Dialect::Postgres => name,
        };
        Scratch { dialect, place, keep: false }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        match self.dialect {
            Dialect::Sqlite => drop(fs::remove_dir_all(&self.place)),
            Dialect::Postgres => {
                everywhere(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.place));
            }
        }
    }
}

/// Runs statements on an SQLite file as another program would, which keeps no sums and cares for no
/// reference.
///
/// It errs when a statement fails, as where a key is there already.
pub fn behind(file: &Path, sql: &str) -> Result<(), DbError> {
    let loose = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";
    let run = || {
        let raw = rusqlite::Connection::open(file)?;
        raw.execute_batch(loose)?;
        raw.execute_batch(sql)
    };
    run().map_err(|error| DbError::Other(error.to_string()))
}

/// Runs a test's body on each database.
pub fn on_both(body: impl Fn(Dialect)) {
    for dialect in Dialect::ALL {
        body(dialect);
    }
}

/// Removes what earlier test processes left: templates live as long as their process, and a
/// process that was killed removes nothing. Where the system does not list its processes,
/// nothing is removed.
fn sweep() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().display().to_string();
        let process = name.strip_prefix("scratch_").and_then(|rest| rest.split('_').next());
        let Some(Ok(process)) = process.map(str::parse::<u32>) else {
            continue;
        };
        if Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{process}")).exists() {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

fn file(folder: &str) -> PathBuf {
    Path::new(folder).join("scratch.db")
}

/// Whether the server of the tests is a coordinator of Citus with workers.
pub fn has_workers() -> bool {
    !workers().is_empty()
}

/// Runs one statement in the own database of the server, and of each of its workers. Citus may
/// look into a database at any moment; then it is tried again.
fn everywhere(sql: &str) {
    let workers = workers();
    if workers.is_empty() {
        return administer(&server(), sql);
    }
    for url in std::iter::once(server()).chain(workers) {
        for _ in 0..20 {
            if tried(&url, sql).is_ok() {
                break;
            }
            administer(&url, "SELECT pg_sleep(0.1)");
        }
    }
}

/// How a server copies a template: file by file, where it can. By default it would write every page
/// to its log as well, which takes twice as long.
fn strategy() -> &'static str {
    static STRATEGY: OnceLock<&str> = OnceLock::new();
    STRATEGY.get_or_init(|| {
        let version = thread::scope(|scope| {
            let asked = scope.spawn(|| {
                let row =
                    Client::connect(&server(), NoTls)?.query_one("SHOW server_version_num", &[])?;
                row.try_get::<_, String>(0)
            });
            asked.join()
        });
        let version = version.ok().and_then(Result::ok).and_then(|text| text.parse::<u32>().ok());
        if version.is_some_and(|version| version >= FIRST_WITH_STRATEGY) {
            " STRATEGY FILE_COPY"
        } else {
            ""
        }
    })
}

/// Ends what Citus does in a template at night: a database that is in use cannot be copied.
fn leave_alone(template: &str) {
    if has_workers() {
        everywhere(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
             WHERE datname = '{template}'"
        ));
    }
}

/// Makes the workers hold the parts of this database's tables, where there are workers.
fn join_workers(database: &str) {
    const EXTENSION: &str = "CREATE EXTENSION citus";
    let workers = workers();
    if workers.is_empty() {
        return;
    }
    let coordinator = beside(&server(), database);
    // Servers that join in several databases at once change the same roles.
    let _one_at_a_time = JOINING.lock();
    let node = |url: &str| {
        let place = url.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or("");
        let place = place.rsplit('@').next().unwrap_or("");
        let (host, port) = place.split_once(':').unwrap_or((place, "5432"));
        format!("'{host}', {port}")
    };
    administer(&server(), &format!("ALTER DATABASE {database} SET citus.shard_count = {SHARDS}"));
    administer(&coordinator, EXTENSION);
    let named = node(&coordinator);
    administer(&coordinator, &format!("SELECT citus_set_coordinator_host({named})"));
    for worker in workers {
        administer(&beside(&worker, database), EXTENSION);
        let named = node(&worker);
        administer(&coordinator, &format!("SELECT citus_add_node({named})"));
    }
}

/// Runs one statement in a database, on a thread without tasks.
fn administer(url: &str, sql: &str) {
    must("the PostgreSQL server of the tests did not do its part", tried(url, sql));
}

fn tried(url: &str, sql: &str) -> Result<(), String> {
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let mut client = Client::connect(url, NoTls).map_err(|error| error.to_string())?;
            client.batch_execute(sql).map_err(|error| {
                let said = error.as_db_error().map(ToString::to_string);
                format!("{sql}: {}", said.unwrap_or_else(|| error.to_string()))
            })
        });
        worker.join().unwrap_or_else(|_| Err(String::from("a panic")))
    })
}

/// The same server's address with another database.
fn beside(url: &str, database: &str) -> String {
    let (base, options) = match url.split_once('?') {
        Some((base, options)) => (base, format!("?{options}")),
        None => (url, String::new()),
    };
    let scheme = base.find("://").map_or(0, |at| at + 3);
    let end = base
        .char_indices()
        .find(|(at, letter)| *at >= scheme && *letter == '/')
        .map_or(base.len(), |(at, _)| at);
    let server = base.get(..end).unwrap_or(base);
    format!("{server}/{database}{options}")
}

/// The server of the tests.
#[expect(clippy::disallowed_methods, reason = "tests are told by it where their server is")]
pub fn server() -> String {
    must(
        "this test needs PostgreSQL: run it with `cargo xtask test`, which starts a server and \
         sets ENTENTE_TEST_POSTGRES",
        std::env::var(SERVER),
    )
}

/// The workers of that server, in order; none where it is a plain one.
#[expect(clippy::disallowed_methods, reason = "tests are told by it whether there are workers")]
fn workers() -> Vec<String> {
    let told = std::env::var(WORKERS).unwrap_or_default();
    told.split(',').filter(|url| !url.is_empty()).map(str::to_owned).collect()
}

#[expect(clippy::disallowed_methods, reason = "tests are told by it whether there is a pooler")]
fn pooler() -> Option<String> {
    std::env::var(POOLER).ok()
}

#[expect(clippy::panic, reason = "a test that cannot be run must fail, and say why")]
#[track_caller]
fn must<T, E: std::fmt::Display>(what: &str, outcome: Result<T, E>) -> T {
    match outcome {
        Ok(done) => done,
        Err(error) => panic!("{what}: {error}"),
    }
}
