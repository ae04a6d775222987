//! Two encrypted PostgreSQL servers, one following the other, each behind its own pooler.

use std::path::PathBuf;

use rig::Outcome;
use rig::authority::{Authority, Pair, When};
use rig::cluster::{Cluster, Wanted};
use rig::pgbouncer::PgBouncer;

use crate::Setting;

/// Connections of each pooler to its server.
const CONNECTIONS: usize = 16;

/// What an address may be checked against.
#[derive(Debug)]
struct Papers {
    ours: Authority,
    theirs: PathBuf,
    pair: Pair,
}

/// A primary, its standby, and a pooler before each. The standby takes over and is replaced.
#[derive(Debug)]
pub(super) struct Scene {
    papers: Papers,
    primary: Cluster,
    standby: Option<Cluster>,
    /// One that came back after another took its place.
    former: Option<Cluster>,
    poolers: Vec<PgBouncer>,
    /// The pooler before the primary.
    at: usize,
}

impl Scene {
    /// A primary that is not encrypted yet.
    pub(super) fn new(setting: &Setting) -> Outcome<Scene> {
        let folder = setting.folder();
        let ours = Authority::new(&folder.join("ours"))?;
        let theirs = Authority::new(&folder.join("theirs"))?.certificate();
        let pair = ours.sign("server", &["DNS:localhost", "IP:127.0.0.1"], When::Now)?;
        let primary = Cluster::with(Wanted { durable: true, ..Wanted::default() })?;
        Ok(Scene {
            papers: Papers { ours, theirs, pair },
            primary,
            standby: None,
            former: None,
            poolers: Vec::new(),
            at: 0,
        })
    }

    /// Encrypts the server; those that follow it inherit that.
    pub(super) fn encrypt(&self) -> Outcome<()> {
        self.primary.encrypt(&self.papers.pair, &self.papers.ours)
    }

    /// Makes a standby that the primary waits for, behind the other pooler.
    pub(super) fn follow(&mut self) -> Outcome<()> {
        self.former = None;
        let standby = self.primary.with_synchronous_standby()?;
        match self.poolers.get(1 - self.at) {
            Some(pooler) => pooler.lead_to(standby.url())?,
            None => {
                for cluster in [&self.primary, &standby] {
                    self.poolers.push(self.pooler_before(cluster)?);
                }
            }
        }
        self.standby = Some(standby);
        Ok(())
    }

    fn pooler_before(&self, cluster: &Cluster) -> Outcome<PgBouncer> {
        let Papers { ours, pair, .. } = &self.papers;
        PgBouncer::encrypted(cluster.url(), CONNECTIONS, pair, ours)
    }

    /// The address that names both poolers.
    pub(super) fn url(&self) -> String {
        self.url_by(&self.papers.ours.certificate())
    }

    /// The same with an authority that has signed nothing there.
    pub(super) fn url_with_another_authority(&self) -> String {
        self.url_by(&self.papers.theirs)
    }

    fn url_by(&self, authority: &std::path::Path) -> String {
        let hosts: Vec<String> =
            self.poolers.iter().map(|pooler| format!("127.0.0.1:{}", pooler.port())).collect();
        format!(
            "postgres://postgres@{}/postgres?sslmode=verify-full&sslrootcert={}&pooler=transaction",
            hosts.join(","),
            authority.display()
        )
    }

    /// The server that takes writes.
    pub(super) fn primary(&self) -> &Cluster {
        &self.primary
    }

    /// The pooler before it.
    pub(super) fn pooler(&mut self) -> Outcome<&mut PgBouncer> {
        self.poolers.get_mut(self.at).ok_or_else(|| "no pooler".to_owned())
    }

    /// How many sessions of other processes are not encrypted.
    pub(super) fn unencrypted(&self) -> Outcome<u64> {
        let count = self.primary.sql(
            "SELECT COUNT(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
             WHERE NOT ssl AND pid <> pg_backend_pid()",
        )?;
        count.parse().map_err(|_| format!("no count: {count}"))
    }

    /// The primary ends in order and comes back as a standby, then the other takes over.
    pub(super) fn hand_over(&mut self) -> Outcome<()> {
        let standby = self.standby.take().ok_or("no standby")?;
        self.primary.step_down()?;
        standby.promote()?;
        self.former = Some(std::mem::replace(&mut self.primary, standby));
        self.at = 1 - self.at;
        Ok(())
    }

    /// The primary is gone for good and the standby takes over.
    pub(super) fn lose(&mut self) -> Outcome<()> {
        let standby = self.standby.take().ok_or("no standby")?;
        self.primary.kill()?;
        standby.promote()?;
        self.primary = standby;
        self.at = 1 - self.at;
        Ok(())
    }

    /// Lets the standby miss what is acknowledged from now on.
    pub(super) fn leave_standby_behind(&self) -> Outcome<()> {
        self.primary.wait_for_nobody()?;
        self.standby.as_ref().ok_or("no standby")?.cut_off()
    }
}
