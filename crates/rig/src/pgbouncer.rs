//! A `PgBouncer` in transaction mode before a PostgreSQL server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::cluster::{SERVER_USER, free_port, new_folder, wait_for, write_for_server};
use crate::leash::{Leash, quoted};
use crate::{Outcome, install};

const START_LIMIT: Duration = Duration::from_secs(10);

/// A running pooler. It stops and its folder goes when this is dropped.
#[derive(Debug)]
pub struct PgBouncer {
    user: String,
    port: u16,
    folder: PathBuf,
    process: Child,
    _leash: Leash,
}

impl PgBouncer {
    /// Starts one before the server of `url`, `postgres://user@host:port/…`, with this many
    /// connections to the server for each database.
    pub fn start(url: &str, connections: usize) -> Outcome<PgBouncer> {
        let program = install::pgbouncer()?;
        let (user, host, server_port) = parts(url)?;
        let folder = new_folder()?;
        let port = free_port()?;
        let shown = folder.to_string_lossy().into_owned();
        let users = folder.join("users");
        write_for_server(&users, &format!("\"{user}\" \"\"\n"))?;
        let ini = folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={server_port}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = trust\nauth_file = {}\npool_mode = transaction\n\
             default_pool_size = {connections}\nmax_client_conn = 500\n\
             admin_users = {user}\nquery_wait_timeout = 30\nlogfile = {shown}/log\n",
            users.display()
        );
        write_for_server(&ini, &text)?;
        let process = command(&program, &ini.to_string_lossy())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("pgbouncer: {e}"))?;
        let clean_up = format!("kill {}; rm -rf {}", process.id(), quoted(&shown));
        let leash = Leash::tie(&clean_up)?;
        let pooler = PgBouncer { user, port, folder, process, _leash: leash };
        if wait_for(port, START_LIMIT) {
            return Ok(pooler);
        }
        let log = fs::read_to_string(pooler.folder.join("log")).unwrap_or_default();
        Err(format!("PgBouncer does not answer on port {port}:\n{log}"))
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
