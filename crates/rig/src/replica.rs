//! A standby that follows a cluster by streaming replication, and takes over when it is told to.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::cluster::{Cluster, SERVER_USER, Wanted, server_command, shell, write_for_server};

/// How long a standby may take to become a primary.
const PROMOTION_LIMIT: &str = "30";

/// How long a commit may wait for its standby to come up.
const FOLLOW_LIMIT: Duration = Duration::from_secs(30);

/// The name by which the primary knows its standby.
const NAME: &str = "standby";

impl Cluster {
    /// Makes a standby of this cluster that follows it at once. The primary waits with each commit
    /// until the standby has it on its disk.
    pub fn with_synchronous_standby(&self) -> Outcome<Cluster> {
        let standby = self.with_standby()?;
        self.sql(&format!("ALTER SYSTEM SET synchronous_standby_names = '{NAME}'"))?;
        self.sql("SELECT pg_reload_conf()")?;
        self.wait_for_standby()?;
        Ok(standby)
    }

    /// Makes a standby of this cluster that follows it. Nobody waits for it.
    pub fn with_standby(&self) -> Outcome<Cluster> {
        // A standby that lost its primary looks for it at once and not, as usual, after 5 seconds.
        let settings = vec!["wal_retrieve_retry_interval=100ms".to_owned()];
        let standby = Cluster::laid_out(Wanted { durable: true, settings, ..Wanted::default() })?;
        let data = standby.data();
        let from = format!("--dbname=host=127.0.0.1 port={} user={SERVER_USER}", self.port());
        shell(&server_command(
            &standby.program("pg_basebackup"),
            &[&from, "-D", &data.to_string_lossy(), "-X", "stream", "-c", "fast", "-R"],
        ))?;
        let settings = data.join("postgresql.auto.conf");
        let text = fs::read_to_string(&settings).map_err(|e| format!("{e}"))?;
        // The name of the standby is part of how it connects.
        let named = text.replace("user=", &format!("application_name={NAME} user="));
        fs::write(&settings, named).map_err(|e| format!("{e}"))?;
        standby.started()
    }

    /// Makes a standby follow nobody: whatever its primary stores from then on, it lacks.
    pub fn cut_off(&self) -> Outcome<()> {
        self.sql("ALTER SYSTEM SET primary_conninfo = ''")?;
        self.sql("SELECT pg_reload_conf()")?;
        let began = Instant::now();
        while self.sql("SELECT COUNT(*) FROM pg_stat_get_wal_receiver() WHERE pid > 0")? != "0" {
            if began.elapsed() > FOLLOW_LIMIT {
                return Err("the standby goes on following".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Makes a standby take writes; returns when it does.
    pub fn promote(&self) -> Outcome<()> {
        let data = self.data();
        let arguments = ["promote", "-w", "-t", PROMOTION_LIMIT, "-D", &data.to_string_lossy()];
        shell(&server_command(&self.program("pg_ctl"), &arguments))
    }

    /// Makes a primary a standby that follows nobody, as when it comes back after another took its
    /// place; returns when it takes queries.
    pub fn demote(&self) -> Outcome<()> {
        self.kill()?;
        self.return_as_standby()
    }

    /// Hands over: ends in order, with everything sent to the standby, and comes back as a standby
    /// that follows nobody.
    pub fn step_down(&self) -> Outcome<()> {
        self.stop("fast")?;
        self.return_as_standby()
    }

    fn return_as_standby(&self) -> Outcome<()> {
        write_for_server(&self.data().join("standby.signal"), "")?;
        self.run()
    }

    /// Ends every session of a client but the one that asks.
    pub fn end_sessions(&self) -> Outcome<()> {
        self.sql(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_get_activity(NULL) \
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        )?;
        Ok(())
    }

    /// Runs one statement as a superuser; what it answers, as plain text.
    pub fn sql(&self, statement: &str) -> Outcome<String> {
        psql(&self.program("psql"), self.url(), statement)
    }

    /// Lets commits wait for no standby any more.
    pub fn wait_for_nobody(&self) -> Outcome<()> {
        self.sql("ALTER SYSTEM RESET synchronous_standby_names")?;
        self.sql("SELECT pg_reload_conf()")?;
        let began = Instant::now();
        while !self.sql("SHOW synchronous_standby_names")?.is_empty() {
            if began.elapsed() > FOLLOW_LIMIT {
                return Err("the server did not read its settings again".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Waits until the standby of [`Cluster::with_synchronous_standby`] is there, as after a restart.
    pub fn wait_for_standby(&self) -> Outcome<()> {
        let began = Instant::now();
        while began.elapsed() < FOLLOW_LIMIT {
            if self
                .sql("SELECT COUNT(*) FROM pg_stat_get_wal_senders() WHERE sync_state = 'sync'")?
                == "1"
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the standby does not follow".to_owned())
    }
}

/// Runs one statement at an address; what it answers, as plain text.
pub(crate) fn psql(program: &Path, url: &str, statement: &str) -> Outcome<String> {
    let output = std::process::Command::new(program)
        .args(["-XqAt", "-d", url, "-c", statement])
        .output()
        .map_err(|e| format!("psql: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(format!("{statement}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[cfg(test)]
mod tests {
    use crate::cluster::{Cluster, Wanted};

    #[test]
    fn a_standby_has_what_was_committed_and_takes_over() {
        let primary = Cluster::with(Wanted { durable: true, ..Wanted::default() }).unwrap();
        primary.sql("CREATE TABLE notes (id BIGINT)").unwrap();
        let standby = primary.with_synchronous_standby().unwrap();
        primary.sql("INSERT INTO notes VALUES (1)").unwrap();
        assert!(standby.sql("INSERT INTO notes VALUES (2)").unwrap_err().contains("read-only"));
        primary.kill().unwrap();
        standby.promote().unwrap();
        standby.sql("INSERT INTO notes VALUES (2)").unwrap();
        assert_eq!(standby.sql("SELECT COUNT(*) FROM notes").unwrap(), "2");
    }

    #[test]
    fn a_standby_that_is_cut_off_lacks_what_came_later() {
        let primary = Cluster::with(Wanted::default()).unwrap();
        primary.sql("CREATE TABLE notes (id BIGINT)").unwrap();
        let standby = primary.with_standby().unwrap();
        standby.cut_off().unwrap();
        primary.sql("INSERT INTO notes VALUES (1)").unwrap();
        primary.kill().unwrap();
        standby.promote().unwrap();
        assert_eq!(standby.sql("SELECT COUNT(*) FROM notes").unwrap(), "0");
    }
}
