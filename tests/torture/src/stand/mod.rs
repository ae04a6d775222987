//! What harnesses of the running product share: a filled installation, a server over it that can be
//! ended in any way, callers who note what they were told, and a look at what is there afterwards.

mod book;
mod chance;
mod check;
mod posting;

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rig::Outcome;
use rig::server::{self, Server};
use testkit::Filled;

pub(crate) use book::{Attempt, Said};
pub(crate) use chance::Chance;
pub(crate) use check::{Check, Found, of_outcome};
pub(crate) use posting::{Manner, OnSilence, Posting, exchange};

use crate::Setting;

/// Partners of a filled installation, each with a key.
const PARTNERS: usize = 8;

/// Ports that the system does not give to callers: a server that is started again and again at the
/// same port must find it free, and a caller who finds nobody there must not meet itself.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Addresses taken by this process so far.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// The file of the embedded database in its folder.
pub(crate) const DATABASE: &str = "entente.db";

/// A filled installation to copy from, and the binary.
#[derive(Debug)]
pub(crate) struct Stand {
    /// Where the server answers, every time it is started.
    pub(crate) address: SocketAddr,
    pub(crate) filled: Filled,
    binary: PathBuf,
    root: PathBuf,
    made: AtomicU64,
    /// The number of the next request, so that no two are alike.
    next: Arc<AtomicU64>,
}

/// One installation.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    /// Its folder; it holds the embedded database, if that is where the rows are.
    pub(crate) folder: PathBuf,
    /// The address of its database.
    pub(crate) url: String,
}

impl Home {
    fn embedded(folder: PathBuf) -> Home {
        let url = format!("sqlite:{}", folder.join(DATABASE).display());
        Home { folder, url }
    }
}

/// What a command of the product said, and whether it ended well.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) is_good: bool,
    pub(crate) said: String,
}

impl Ran {
    /// What stands behind `name` on the line that begins with it.
    pub(crate) fn value_of(&self, name: &str) -> Outcome<String> {
        let line = self.said.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
            .ok_or_else(|| format!("no line `{name}` in: {}", self.said))
    }

    /// An error with its words, unless it ended well.
    pub(crate) fn good(self) -> Outcome<Ran> {
        if self.is_good { Ok(self) } else { Err(format!("a command failed: {}", self.said)) }
    }
}

impl Stand {
    /// Fills an installation on the embedded database.
    pub(crate) fn new(setting: &Setting) -> Outcome<Stand> {
        let template = setting.folder().join("template");
        make_folder(&template)?;
        let home = Home::embedded(template);
        Stand::over(setting, testkit::fill(&home.url, PARTNERS, 0))
    }

    /// Fills the empty database at `url`; the installation over it is [`Stand::at`].
    pub(crate) fn on(setting: &Setting, url: &str) -> Outcome<Stand> {
        Stand::over(setting, testkit::fill(url, PARTNERS, 0))
    }

    fn over(setting: &Setting, filled: Filled) -> Outcome<Stand> {
        let root = fs::canonicalize(setting.folder())
            .map_err(|e| format!("{}: {e}", setting.folder().display()))?;
        Ok(Stand {
            address: own_address()?,
            filled,
            binary: setting.binary()?,
            root,
            made: AtomicU64::new(0),
            next: Arc::new(AtomicU64::new(0)),
        })
    }

    /// A fresh installation: a copy of the filled one.
    pub(crate) fn fresh(&self) -> Outcome<Home> {
        let home = Home::embedded(self.folder()?);
        copy_files(&self.root.join("template"), &home.folder)?;
        Ok(home)
    }

    /// An installation without anything in its folder.
    pub(crate) fn fresh_folder(&self) -> Outcome<Home> {
        Ok(Home::embedded(self.folder()?))
    }

    /// A new file for what a process says.
    pub(crate) fn new_file(&self) -> Outcome<(PathBuf, File)> {
        let path = self.folder()?.join("said");
        let file = File::create(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok((path, file))
    }

    /// The installation whose rows are at `url`.
    pub(crate) fn at(&self, url: &str) -> Outcome<Home> {
        Ok(Home { folder: self.folder()?, url: url.to_owned() })
    }

    /// A new empty folder.
    pub(crate) fn folder(&self) -> Outcome<PathBuf> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let folder = self.root.join(format!("home-{number}"));
        make_folder(&folder)?;
        Ok(folder)
    }

    /// `entente serve` over that installation, not started yet. What it logs is added to a file
    /// beside the folder, see [`Stand::log_of`].
    pub(crate) fn command(&self, home: &Home, settings: &[(&str, &str)]) -> Outcome<Command> {
        let mut command = server::command(&self.binary, &home.folder, self.address, settings);
        command.env("ENTENTE_DATABASE_URL", &home.url).stdout(Stdio::null());
        let log = log_file(home);
        let file = File::options().create(true).append(true).open(&log);
        command.stderr(file.map_err(|e| format!("{}: {e}", log.display()))?);
        Ok(command)
    }

    /// Starts a server and waits until it is ready.
    pub(crate) fn serve(&self, home: &Home) -> Outcome<Server> {
        self.serve_by(home, self.command(home, &[])?)
    }

    /// Starts a server by a prepared command and waits until it is ready; an error says what the
    /// server said.
    pub(crate) fn serve_by(&self, home: &Home, command: Command) -> Outcome<Server> {
        let mut server = Server::launch(command, self.address)?;
        server.wait_until_ready().map_err(|words| format!("{words}: {}", Stand::log_of(home)))?;
        Ok(server)
    }

    /// Everything that servers over that installation have logged.
    pub(crate) fn log_of(home: &Home) -> String {
        fs::read_to_string(log_file(home)).unwrap_or_default()
    }

    /// A command of the product on that installation, not started yet.
    pub(crate) fn tool(&self, home: &Home, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .env("ENTENTE_DATA_DIR", &home.folder)
            .env("ENTENTE_DATABASE_URL", &home.url)
            .env("ENTENTE_LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command of the product on that installation.
    pub(crate) fn run(&self, home: &Home, arguments: &[&str]) -> Outcome<Ran> {
        ran(&mut self.tool(home, arguments))
    }

    /// Removes an installation and its log.
    pub(crate) fn forget(home: &Home) -> Outcome<()> {
        for gone in [fs::remove_file(log_file(home)), fs::remove_dir_all(&home.folder)] {
            match gone {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(format!("{}: {error}", home.folder.display())),
            }
        }
        Ok(())
    }
}

/// Runs a prepared command to its end.
pub(crate) fn ran(command: &mut Command) -> Outcome<Ran> {
    let output = command
        .output()
        .map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(Ran { is_good: output.status.success(), said })
}

/// An address that nobody else is likely to take while no server is there. Where the search begins
/// differs between processes.
pub(crate) fn own_address() -> Outcome<SocketAddr> {
    let width = u64::from(PORTS.end - PORTS.start);
    for _ in 0..width {
        let turn = u64::from(std::process::id()) * 97 + TAKEN.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + u16::try_from(turn % width).unwrap_or(0);
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener.local_addr().map_err(|e| format!("port {port}: {e}"));
        }
    }
    Err("no port is free".to_owned())
}

fn log_file(home: &Home) -> PathBuf {
    home.folder.with_extension("log")
}

fn make_folder(folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Copies the files of a folder, none of its folders, over what is in another one.
pub(crate) fn copy_files(from: &Path, to: &Path) -> Outcome<()> {
    let at = |error: std::io::Error| format!("{} to {}: {error}", from.display(), to.display());
    make_folder(to)?;
    for entry in fs::read_dir(from).map_err(at)? {
        let entry = entry.map_err(at)?;
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).map_err(at)?;
        }
    }
    Ok(())
}

/// Waits.
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// Microseconds, at most as many as fit.
pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
