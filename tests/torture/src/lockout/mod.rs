//! Somebody guesses the password of a person, a hundred times a second, from one place and then from
//! many, and has mails sent. The person signs in all the same: in a browser that is known, and in
//! a fresh one by a mailed link.

mod attacker;
mod owner;

use std::time::Duration;

use db::Dialect;
use frame::config::{Config, TrustedProxies};
use rig::Outcome;
use rig::percentiles::shown;
use testkit::World;

use crate::inside::told;
use crate::stand::micros;
use crate::{Harness, Report, Setting};
use attacker::{Attack, Places, Seen};
use owner::{EMAIL, Owner};

/// The harness.
pub(crate) const LOCKOUT: Harness = Harness {
    name: "lockout",
    goals: "security",
    about: "guesses and mails of strangers lock nobody out, from one place and from many",
    run,
};

/// For how long each attack goes on, in seconds, by scale.
const SECONDS: (u64, u64, u64) = (2, 15, 60);

/// The longest that the person may wait, in seconds: at the small scale beside whatever else is
/// tested, and at the others.
const WAIT_SECONDS: (u64, u64) = (20, 5);

/// Mails that strangers can have sent to one address in a quarter of an hour.
const MOST_MAILS: u64 = 10;

/// Signing in that the person tries during an attack, at most.
const TRIES: u32 = 40;

fn run(setting: &Setting) -> Outcome<Report> {
    told(async {
        let mut report = Report::new();
        let wait = setting.of(WAIT_SECONDS.0, WAIT_SECONDS.1, WAIT_SECONDS.1);
        let lasts = Duration::from_secs(setting.of(SECONDS.0, SECONDS.1, SECONDS.2));
        for (places, name) in [(Places::One, "one place"), (Places::Many, "many places")] {
            let config = Config { trusted_proxies: TrustedProxies::Peer, ..Config::for_tests() };
            let world = World::configured(Dialect::Sqlite, config).await;
            let mut bench = Bench { world: &world, owner: Owner::of(&world).await?, name };
            let seen = bench.under_attack(places, lasts, &mut report).await?;
            bench.report(&seen, wait, &mut report).await?;
        }
        Ok(report)
    })
}

struct Bench<'w> {
    world: &'w World,
    owner: Owner,
    name: &'static str,
}

impl Bench<'_> {
    /// The person signs in again and again while the attack goes on; at its end once by a link.
    async fn under_attack(
        &mut self,
        places: Places,
        lasts: Duration,
        report: &mut Report,
    ) -> Outcome<Seen> {
        let attack = Attack::start(self.world, EMAIL, places);
        attack.has_begun().await;
        let every = lasts / TRIES;
        for number in 0..TRIES {
            self.owner.signs_in_where_known().await;
            if number % 4 == 0 {
                self.owner.signs_in_afresh().await;
            }
            self.world.run_jobs().await;
            tokio::time::sleep(every).await;
        }
        let by_link = self.owner.signs_in_by_link(self.world).await?;
        report.figure(
            format!("{}: a fresh browser, by a mailed link", self.name),
            by_link,
            "signed in",
            by_link == "signed in",
        );
        if places == Places::Many {
            // The same attack locks out whoever is not known: it is one.
            let (let_in, refused) = self.owner.signs_in_forgotten().await;
            let words = format!("{refused} of {} refused", let_in + refused);
            report.control("a browser that is not known any more", words, refused > 0);
        }
        attack.end().await
    }

    async fn report(&self, seen: &Seen, wait: u64, report: &mut Report) -> Outcome<()> {
        let name = self.name;
        report.note(format!("{name}: guesses and mails asked for"), seen);
        report.figure(format!("{name}: guesses let in"), seen.let_in, "0", seen.let_in == 0);
        let known = &self.owner.known;
        report.figure(
            format!("{name}: signed in where known"),
            known.let_in,
            "some",
            known.let_in > 0,
        );
        report.none(format!("{name}: not let in where known"), known.refused);
        let longest = known.took.at(100);
        let is_soon = longest <= micros(Duration::from_secs(wait));
        let words = format!("at most {wait} s");
        report.figure(format!("{name}: longest wait where known"), shown(longest), words, is_soon);
        report.note(format!("{name}: waited where known"), &known.took);
        let fresh = &self.owner.fresh;
        let words = format!("{} of {}", fresh.let_in, fresh.let_in + fresh.refused);
        if seen.places == Places::One {
            report.figure(
                format!("{name}: signed in afresh, by password"),
                words,
                "all",
                fresh.refused == 0 && fresh.let_in > 0,
            );
            report.note(format!("{name}: waited afresh"), &fresh.took);
        } else {
            report.note(format!("{name}: signed in afresh, by password"), words);
        }
        let mails = self.world.mails_to(EMAIL).await.len();
        let mails = u64::try_from(mails).unwrap_or(u64::MAX);
        // The link that the person asked for counts as everybody's.
        let is_bound = mails <= MOST_MAILS;
        report.figure(format!("{name}: mails sent to the person"), mails, "at most 10", is_bound);
        let rows = self.world.count("SELECT COUNT(*) FROM identity_attempts").await;
        report.note(format!("{name}: rows that count attempts"), rows);
        Ok(())
    }
}
