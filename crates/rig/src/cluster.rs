//! A throw-away PostgreSQL: its own folder, its own port; durable only where that is asked for.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::authority::{Authority, Pair};
use crate::install;
use crate::leash::{Leash, quoted};

/// The account under which the server runs when we are root: PostgreSQL refuses root.
pub(crate) const SERVER_USER: &str = "postgres";

/// How long the server may take to answer.
const START_LIMIT: Duration = Duration::from_secs(30);

/// From this version on, a cluster can sort text as people do without the system's locales.
const FIRST_WITH_ICU: u32 = 15;

/// From this version on, a recovery can ask for all syncs by one call.
const FIRST_WITH_SYNCFS: u32 = 14;

/// What makes a server quick that need not survive anything.
const NOT_DURABLE: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";

/// What a server in memory adds: its log takes little of it.
const SMALL_LOG: &str = "-c min_wal_size=64MB -c max_wal_size=256MB";

/// Where files lie in memory, on systems that have such a place.
const MEMORY: &str = "/dev/shm";

/// What must be free there, and of the memory itself, in units of 1024 bytes. The cluster of a run
/// of all tests takes less than half of it.
const ROOM: u64 = 2 * 1024 * 1024;

/// Folders made by this process so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A running server. It stops and its folder goes when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    settings: String,
    environment: Vec<(&'static str, String)>,
    _leash: Leash,
}

/// What makes one cluster differ from another.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Whether commits are synced.
    pub durable: bool,
    /// Whether its files lie in memory, where there is room: making and dropping databases is
    /// several times as fast there.
    pub in_memory: bool,
    /// Further settings, each as `name=value`.
    pub settings: Vec<String>,
    /// Lines of `pg_hba.conf` in place of those that let everybody in.
    pub access: Option<String>,
    /// Variables of the server's environment.
    pub environment: Vec<(&'static str, String)>,
}

impl Cluster {
    /// Finds or installs the server, makes a cluster and starts it. Nothing in it is durable.
    pub fn start() -> Outcome<Cluster> {
        Cluster::with(Wanted::default())
    }

    /// The same with its files in memory, where there is room: for thousands of small databases.
    pub fn in_memory() -> Outcome<Cluster> {
        Cluster::with(Wanted { in_memory: true, ..Wanted::default() })
    }

    /// The same with every commit synced, as in earnest.
    pub fn durable() -> Outcome<Cluster> {
        Cluster::with(Wanted { durable: true, ..Wanted::default() })
    }

    /// A cluster with settings of its own.
    pub fn with(wanted: Wanted) -> Outcome<Cluster> {
        let cluster = Cluster::laid_out(wanted)?;
        make(&cluster.programs, &cluster.data())?;
        cluster.started()
    }

    /// Starts a cluster that was laid out and filled.
    pub(crate) fn started(mut self) -> Outcome<Cluster> {
        self.run()?;
        self.url = self.url_of("postgres");
        Ok(self)
    }

    /// One of the server's programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A cluster whose folder is still empty.
    pub(crate) fn laid_out(wanted: Wanted) -> Outcome<Cluster> {
        let programs = install::postgres()?;
        let durability = if !wanted.durable {
            NOT_DURABLE
        } else if version(&programs) >= FIRST_WITH_SYNCFS {
            // After a crash every file is synced before anything else; one call does it as well.
            "-c fsync=on -c recovery_init_sync_method=syncfs"
        } else {
            "-c fsync=on"
        };
        let memory = wanted.in_memory.then(memory).flatten();
        let log = if memory.is_some() { SMALL_LOG } else { "" };
        let folder = new_folder_in(&memory.unwrap_or_else(std::env::temp_dir))?;
        let shown = folder.to_string_lossy().into_owned();
        let stop = server_command(&programs.join("pg_ctl"), &["stop", "-m", "immediate", "-D"]);
        let data = folder.join("data");
        let clean_up =
            format!("{stop} {}; rm -rf {}", quoted(&data.to_string_lossy()), quoted(&shown));
        let leash = Leash::tie(&clean_up)?;
        let port = free_port()?;
        let mut settings = format!(
            "-p {port} -k {shown} -c listen_addresses=127.0.0.1 -c max_connections=300 \
             {durability} -c shared_buffers=128MB -c max_pred_locks_per_transaction=256 \
             -c timezone=UTC {log}"
        );
        for setting in &wanted.settings {
            settings.push_str(" -c ");
            settings.push_str(&quoted(setting));
        }
        if let Some(access) = &wanted.access {
            let file = folder.join("access.conf");
            write_for_server(&file, access)?;
            settings.push_str(" -c hba_file=");
            settings.push_str(&file.to_string_lossy());
        }
        let environment = wanted.environment;
        let url = String::new();
        Ok(Cluster { url, programs, folder, port, settings, environment, _leash: leash })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://{SERVER_USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database; where it answers.
    pub fn new_database(&self, name: &str) -> Outcome<String> {
        let server = format!("--maintenance-db={}", self.url);
        shell(&server_command(&self.programs.join("createdb"), &[&server, name]))?;
        Ok(self.url_of(name))
    }

    /// Ends the server without letting it write anything down, as a crash would, and starts it
    /// again; returns when it takes queries.
    pub fn restart_immediately(&self) -> Outcome<()> {
        self.kill()?;
        self.run()
    }

    /// Ends the server in order, without waiting for its clients, and starts it again; returns
    /// when it takes queries.
    pub fn restart_fast(&self) -> Outcome<()> {
        self.stop("fast")?;
        self.run()
    }

    /// Ends the server without letting it write anything down, as a crash would.
    pub fn kill(&self) -> Outcome<()> {
        self.stop("immediate")
    }

    pub(crate) fn stop(&self, mode: &str) -> Outcome<()> {
        let data = self.data();
        let arguments = ["stop", "-m", mode, "-D", &data.to_string_lossy()];
        shell(&server_command(&self.programs.join("pg_ctl"), &arguments))
    }

    /// Starts it and waits until it takes queries: connections are accepted before.
    pub fn run(&self) -> Outcome<()> {
        let (log, data) = (self.folder.join("log"), self.data());
        let (log_text, data_text) = (log.to_string_lossy(), data.to_string_lossy());
        let arguments = ["start", "-w", "-D", &data_text, "-l", &log_text, "-o", &self.settings];
        let environment = self.environment.iter();
        let mut words: Vec<String> =
            environment.map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        words.push(server_command(&self.programs.join("pg_ctl"), &arguments));
        shell(&words.join(" "))?;
        if wait_for(self.port, START_LIMIT) {
            return Ok(());
        }
        let tail = fs::read_to_string(&log).unwrap_or_default();
        Err(format!("PostgreSQL does not answer on port {}:\n{tail}", self.port))
    }

    /// Lets the server show this certificate, and take clients that `clients` has signed, from the
    /// next connection on.
    pub fn encrypt(&self, pair: &Pair, clients: &Authority) -> Outcome<()> {
        let data = self.data();
        for (from, to) in [
            (&pair.certificate, "server.crt"),
            (&pair.key, "server.key"),
            (&clients.certificate(), "clients.crt"),
        ] {
            let text = fs::read_to_string(from).map_err(|e| format!("{}: {e}", from.display()))?;
            write_for_server(&data.join(to), &text)?;
        }
        self.sql("ALTER SYSTEM SET ssl_ca_file = 'clients.crt'")?;
        self.sql("ALTER SYSTEM SET ssl = on")?;
        let before = self.sql("SELECT pg_conf_load_time()")?;
        self.sql("SELECT pg_reload_conf()")?;
        let began = Instant::now();
        // The postmaster reads the files anew, a little later.
        while self.sql("SELECT pg_conf_load_time()")? == before {
            if began.elapsed() > START_LIMIT {
                return Err("the server did not read its settings again".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Where it answers, for a superuser who may make databases.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder that holds its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|e| format!("port: {e}"))?;
    let address = listener.local_addr().map_err(|e| format!("port: {e}"))?;
    Ok(address.port())
}

/// Waits until something accepts connections on `port`.
pub fn wait_for(port: u16, limit: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < limit {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

/// The place in memory, when it and the memory itself have room.
fn memory() -> Option<PathBuf> {
    let output = Command::new("df").args(["-Pk", MEMORY]).output().ok()?;
    let free = free_of(&String::from_utf8_lossy(&output.stdout))?;
    let available = available_of(&fs::read_to_string("/proc/meminfo").ok()?)?;
    (free.min(available) >= ROOM).then(|| PathBuf::from(MEMORY))
}

/// The fourth column of the second line that `df -Pk` prints.
fn free_of(df: &str) -> Option<u64> {
    df.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// What `/proc/meminfo` says can be had without swapping.
fn available_of(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse().ok()
}

pub(crate) fn new_folder() -> Outcome<PathBuf> {
    new_folder_in(&std::env::temp_dir())
}

fn new_folder_in(place: &Path) -> Outcome<PathBuf> {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("entente-test-{}-{count}", std::process::id());
    let folder = place.join(name);
    fs::create_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    if install::is_root() {
        let shown = folder.to_string_lossy().into_owned();
        let done = Command::new("chown").args([SERVER_USER, &shown]).status();
        if !done.is_ok_and(|status| status.success()) {
            return Err(format!("cannot give {shown} to the user {SERVER_USER}"));
        }
    }
    Ok(folder)
}

/// A shell text that runs `program` with `arguments` as the server's user.
pub(crate) fn server_command(program: &Path, arguments: &[&str]) -> String {
    let inner = std::iter::once(quoted(&program.to_string_lossy()))
        .chain(arguments.iter().map(|argument| quoted(argument)))
        .collect::<Vec<_>>()
        .join(" ");
    if install::is_root() { format!("runuser -u {SERVER_USER} -- {inner}") } else { inner }
}

/// Writes a file that the server's user may read, and nobody else.
pub(crate) fn write_for_server(file: &Path, text: &str) -> Outcome<()> {
    let shown = file.display();
    fs::write(file, text).map_err(|e| format!("{shown}: {e}"))?;
    let owner =
        if install::is_root() { format!("chown {SERVER_USER} {shown} && ") } else { String::new() };
    shell(&format!("{owner}chmod 600 {shown}"))
}

fn make(programs: &Path, data: &Path) -> Outcome<()> {
    let data = data.to_string_lossy();
    let mut arguments =
        vec!["-D", &data, "-A", "trust", "-U", SERVER_USER, "-E", "UTF8", "--no-sync"];
    arguments.push("--locale=C.UTF-8");
    if version(programs) >= FIRST_WITH_ICU {
        // Real installations sort by a language: a query that relies on byte order fails here.
        arguments.extend(["--locale-provider=icu", "--icu-locale=en-US"]);
    }
    shell(&server_command(&programs.join("initdb"), &arguments))
}

/// The major version, 0 when it cannot be told.
fn version(programs: &Path) -> u32 {
    let output = Command::new(programs.join("initdb")).arg("--version").output();
    let text = output.map_or(String::new(), |o| String::from_utf8_lossy(&o.stdout).into_owned());
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
    digits.and_then(|part| part.parse().ok()).unwrap_or(0)
}

pub(crate) fn shell(text: &str) -> Outcome<()> {
    let output = Command::new("sh")
        .args(["-c", text])
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("sh: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{text}\n{}", String::from_utf8_lossy(&output.stderr)))
}

#[cfg(test)]
mod tests {
    use super::{available_of, free_of};

    #[test]
    fn free_room_is_read_from_what_the_system_prints() {
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                  tmpfs 24684084 6584 24677500 1% /dev/shm\n";
        assert_eq!(free_of(df), Some(24_677_500));
        assert_eq!(free_of("df: /dev/shm: No such file or directory\n"), None);
        let meminfo = "MemTotal: 24686180 kB\nMemFree: 5873664 kB\nMemAvailable: 23371776 kB\n";
        assert_eq!(available_of(meminfo), Some(23_371_776));
        assert_eq!(available_of("MemTotal: 1 kB\n"), None);
    }
}
