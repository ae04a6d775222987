//! A `PgBouncer` in transaction mode before a PostgreSQL server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::authority::{Authority, Pair};
use crate::cluster::{SERVER_USER, free_port, new_folder, shell, wait_for, write_for_server};
use crate::leash::{Leash, quoted};
use crate::replica::psql;
use crate::{Outcome, install};

const START_LIMIT: Duration = Duration::from_secs(10);

/// The file of its settings.
const INI: &str = "pgbouncer.ini";

/// A running pooler. It stops and its folder goes when this is dropped.
#[derive(Debug)]
pub struct PgBouncer {
    program: PathBuf,
    user: String,
    port: u16,
    folder: PathBuf,
    connections: usize,
    is_encrypted: bool,
    process: Child,
    _leash: Leash,
}

impl PgBouncer {
    /// Starts one before the server of `url`, `postgres://user@host:port/…`, with this many
    /// connections to the server for each database.
    pub fn start(url: &str, connections: usize) -> Outcome<PgBouncer> {
        PgBouncer::with(url, connections, None)
    }

    /// The same, encrypted on both sides: it takes no client without, to whom it shows this
    /// certificate, and no server whose certificate was not signed by `servers` for its host.
    pub fn encrypted(
        url: &str,
        connections: usize,
        shown: &Pair,
        servers: &Authority,
    ) -> Outcome<PgBouncer> {
        PgBouncer::with(url, connections, Some((shown, servers)))
    }

    fn with(url: &str, connections: usize, tls: Option<(&Pair, &Authority)>) -> Outcome<PgBouncer> {
        let program = install::pgbouncer()?;
        let (user, ..) = parts(url)?;
        let folder = new_folder()?;
        let port = free_port()?;
        let shown = folder.to_string_lossy().into_owned();
        let clean_up = format!("kill $(cat {0}/pid); rm -rf {0}", quoted(&shown));
        let leash = Leash::tie(&clean_up)?;
        write_for_server(&folder.join("users"), &format!("\"{user}\" \"\"\n"))?;
        if let Some((pair, servers)) = tls {
            for (from, to) in [
                (&pair.certificate, "shown.crt"),
                (&pair.key, "shown.key"),
                (&servers.certificate(), "servers.crt"),
            ] {
                let text =
                    fs::read_to_string(from).map_err(|e| format!("{}: {e}", from.display()))?;
                write_for_server(&folder.join(to), &text)?;
            }
        }
        let is_encrypted = tls.is_some();
        let text = ini(url, &folder, port, (connections, is_encrypted))?;
        write_for_server(&folder.join(INI), &text)?;
        let process = spawn(&program, &folder)?;
        let pooler = PgBouncer {
            program,
            user,
            port,
            folder,
            connections,
            is_encrypted,
            process,
            _leash: leash,
        };
        pooler.wait()?;
        Ok(pooler)
    }

    /// Ends it, with every connection on both sides, and starts it again at the same port.
    pub fn restart(&mut self) -> Outcome<()> {
        self.process.kill().map_err(|e| format!("pgbouncer: {e}"))?;
        self.process.wait().map_err(|e| format!("pgbouncer: {e}"))?;
        self.process = spawn(&self.program, &self.folder)?;
        self.wait()
    }

    /// Puts it before another server: clients stay, and what they ask next goes there.
    pub fn lead_to(&self, url: &str) -> Outcome<()> {
        let text = ini(url, &self.folder, self.port, (self.connections, self.is_encrypted))?;
        write_for_server(&self.folder.join(INI), &text)?;
        shell(&format!("kill -HUP {}", self.process.id()))
    }

    /// Drops every connection of a database, those of its clients too, and lets new ones in.
    pub fn drop_connections(&self, database: &str) -> Outcome<()> {
        let program = install::postgres()?.join("psql");
        for word in ["KILL", "RESUME"] {
            psql(&program, &self.console(), &format!("{word} {database}"))?;
        }
        Ok(())
    }

    fn wait(&self) -> Outcome<()> {
        if wait_for(self.port, START_LIMIT) {
            return Ok(());
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("PgBouncer does not answer on port {}:\n{log}", self.port))
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it answers for a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{}@127.0.0.1:{}/{database}", self.user, self.port)
    }

    /// Where it takes commands of its own, such as `KILL database`.
    pub fn console(&self) -> String {
        self.url("pgbouncer")
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // What has ended by itself cannot be ended again, which is no fault.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What it is told.
fn ini(
    url: &str,
    folder: &Path,
    port: u16,
    (connections, is_encrypted): (usize, bool),
) -> Outcome<String> {
    let (user, host, server_port) = parts(url)?;
    let at = folder.display();
    let tls = if is_encrypted {
        format!(
            "client_tls_sslmode = require\nclient_tls_cert_file = {at}/shown.crt\n\
             client_tls_key_file = {at}/shown.key\nserver_tls_sslmode = verify-full\n\
             server_tls_ca_file = {at}/servers.crt\n"
        )
    } else {
        String::new()
    };
    // A server that was away is tried again after a second and not, as usual, after 15.
    Ok(format!(
        "[databases]\n* = host={host} port={server_port}\n[pgbouncer]\n\
         listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         auth_type = trust\nauth_file = {at}/users\npool_mode = transaction\n\
         default_pool_size = {connections}\nmax_client_conn = 500\n\
         admin_users = {user}\nquery_wait_timeout = 30\nserver_login_retry = 1\n\
         logfile = {at}/log\n{tls}"
    ))
}

/// Starts it and notes its process where the leash looks for it.
fn spawn(program: &Path, folder: &Path) -> Outcome<Child> {
    let process = command(program, &folder.join(INI).to_string_lossy())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("pgbouncer: {e}"))?;
    fs::write(folder.join("pid"), process.id().to_string()).map_err(|e| format!("pid: {e}"))?;
    Ok(process)
}

/// It refuses to run as root, as the server does. The program itself is the process that is started,
/// so that ending it ends the pooler.
fn command(program: &Path, ini: &str) -> Command {
    if install::is_root() {
        let mut command = Command::new("setpriv");
        command.arg(format!("--reuid={SERVER_USER}")).arg(format!("--regid={SERVER_USER}"));
        command.arg("--clear-groups").arg(program).arg(ini);
        command
    } else {
        let mut command = Command::new(program);
        command.arg(ini);
        command
    }
}

/// User, host and port of an address.
fn parts(url: &str) -> Outcome<(String, String, String)> {
    let wrong = || format!("{url} is not of the form postgres://user@host:port/database");
    let rest = url.split_once("://").ok_or_else(wrong)?.1;
    let (user, rest) = rest.split_once('@').ok_or_else(wrong)?;
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = place.split_once(':').unwrap_or((place, "5432"));
    Ok((user.to_owned(), host.to_owned(), port.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn an_address_is_taken_apart() {
        let told = |a: &str, b: &str, c: &str| Ok((a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(parts("postgres://me@127.0.0.1:55/x"), told("me", "127.0.0.1", "55"));
        assert_eq!(parts("postgres://me@db/x?a=b"), told("me", "db", "5432"));
        assert!(parts("127.0.0.1").is_err());
    }
}
