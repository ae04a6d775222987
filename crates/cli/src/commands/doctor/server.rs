//! The PostgreSQL server: its hosts, how connections to it are protected, and what stands between.

use db::{Encryption, Host, Inspection, Role};
use jiff::{Timestamp, ToSpan as _};

use super::finding::Finding;
use crate::config::{Settings, sqlite_path};

const CHECK: &str = "server";

/// How long before its end a certificate should be replaced.
const NOTICE_DAYS: i64 = 21;

/// What the server shows; nothing for an embedded database.
pub(super) fn findings(settings: &Settings, now: Timestamp) -> Vec<Finding> {
    if sqlite_path(&settings.database_url).is_some() {
        return Vec::new();
    }
    match db::inspect_server(&settings.database_url, &settings.database) {
        Ok(found) => told(&found, now),
        Err(error) => vec![Finding::fault(
            CHECK,
            error,
            "Correct database_url (ENTENTE_DATABASE_URL): docs/operate/postgresql.md",
        )],
    }
}

fn told(found: &Inspection, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> = found.hosts.iter().map(|host| of_host(found, host)).collect();
    let roles = || found.hosts.iter().filter_map(|host| host.found.as_ref().ok());
    if roles().next().is_some() && !roles().any(|role| role.primary) {
        findings.push(Finding::fault(
            CHECK,
            "no host accepts writes",
            "Promote a standby, or name the primary in database_url (ENTENTE_DATABASE_URL)",
        ));
    }
    if roles().filter(|role| role.primary).count() > 1 {
        findings.push(Finding::fault(
            CHECK,
            "more than one host accepts writes, so nodes may write to different ones",
            "Stop the replaced host at once, and check which host has the stored data",
        ));
    }
    for host in found.hosts.iter().filter(|host| host.found.is_ok()) {
        findings.push(encryption(found, host, now));
    }
    findings.extend(pooler(found));
    findings.extend(passwords(roles()));
    findings
}

fn of_host(found: &Inspection, host: &Host) -> Finding {
    match &host.found {
        Ok(role) => {
            let what = match (role.primary, role.standby) {
                (true, _) => "accepts writes",
                (false, true) => "is a standby",
                (false, false) => "does not accept writes (default_transaction_read_only)",
            };
            Finding::good(CHECK, format!("{}: PostgreSQL {}, {what}", host.name, role.version))
        }
        Err(words) => {
            let fix = "Check database_url (ENTENTE_DATABASE_URL), that the server is running, and \
                       that this machine can reach it";
            if found.hosts.iter().any(|other| other.found.is_ok()) {
                Finding::warning(CHECK, words, fix)
            } else {
                Finding::fault(CHECK, words, fix)
            }
        }
    }
}

/// How the connection to a host is protected.
pub(super) fn encryption(found: &Inspection, host: &Host, now: Timestamp) -> Finding {
    const CHECK: &str = "encryption";
    let shown = host.found.as_ref().ok().and_then(|role| role.encryption.as_ref());
    let Some(shown) = shown else {
        if host.local {
            return Finding::good(
                CHECK,
                format!("{}: none; not needed on the same machine", host.name),
            );
        }
        return Finding::warning(
            CHECK,
            format!("{}: none; anyone on the network in between can read everything", host.name),
            "Add sslmode=verify-full and sslrootcert to database_url (ENTENTE_DATABASE_URL): \
             docs/operate/postgresql.md",
        );
    };
    let mut words = format!("{}: {}, sslmode={}", host.name, shown.version, found.sslmode);
    if let Some(end) = ends(shown) {
        words.push_str(", certificate until ");
        words.push_str(&end.strftime("%Y-%m-%d").to_string());
        if end < now + (24 * NOTICE_DAYS).hours() {
            return Finding::warning(
                CHECK,
                words,
                "Renew the server's certificate; after it expires, sslmode=verify-ca and \
                 verify-full refuse the connection",
            );
        }
    }
    if !found.verified && !host.local {
        return Finding::warning(
            CHECK,
            format!("{words}; the certificate is not verified, so another server could answer"),
            "Set sslmode=verify-full and sslrootcert in database_url (ENTENTE_DATABASE_URL)",
        );
    }
    if !found.compared && !host.local {
        words.push_str("; the name in the certificate is not verified");
    }
    Finding::good(CHECK, words)
}

fn ends(shown: &Encryption) -> Option<Timestamp> {
    let seconds = i64::try_from(shown.certificate_ends_at?).ok()?;
    Timestamp::from_second(seconds).ok()
}

fn pooler(found: &Inspection) -> Option<Finding> {
    const CHECK: &str = "pooler";
    match (found.pooled?, found.pooler_told) {
        (true, true) => {
            Some(Finding::good(CHECK, "transaction pooling, as set in database.pooler"))
        }
        (true, false) => Some(Finding::warning(
            CHECK,
            "transaction pooling, but database.pooler does not say so",
            "Set database.pooler = \"transaction\" (ENTENTE_DATABASE_POOLER), so that it need not \
             be detected at each start",
        )),
        (false, true) => Some(Finding::note(
            CHECK,
            "database.pooler is set, but no pooler was found",
            "Without a pooler, database.pooler = \"none\" is slightly faster",
        )),
        (false, false) => Some(Finding::good(CHECK, "no pooler found")),
    }
}

/// How new passwords are kept tells how they are asked for.
fn passwords<'r>(mut roles: impl Iterator<Item = &'r Role>) -> Option<Finding> {
    let old = roles.find(|role| role.password_encryption == "md5")?;
    Some(Finding::note(
        "password",
        format!("PostgreSQL {} stores new passwords as md5", old.version),
        "Set password_encryption = scram-sha-256 there, then set the passwords again",
    ))
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Level, *};

    const END: i64 = 1_800_000_000;

    fn host(name: &str, local: bool, encrypted: bool) -> Host {
        let encryption = encrypted.then(|| Encryption {
            version: "TLS 1.3",
            certificate_ends_at: u64::try_from(END).ok(),
        });
        let role = Role {
            primary: true,
            standby: false,
            version: "15.6".to_owned(),
            password_encryption: "scram-sha-256".to_owned(),
            encryption,
        };
        Host { name: name.to_owned(), local, found: Ok(role) }
    }

    fn inspection(hosts: Vec<Host>) -> Inspection {
        Inspection {
            sslmode: "verify-full",
            verified: true,
            compared: true,
            hosts,
            pooled: Some(false),
            pooler_told: false,
        }
    }

    fn days_before_end(days: i64) -> Timestamp {
        Timestamp::from_second(END - days * 86_400).unwrap()
    }

    fn levels(found: &Inspection, check: &str) -> Vec<Level> {
        let findings = told(found, days_before_end(100));
        findings.iter().filter(|one| one.check == check).map(|one| one.level).collect()
    }

    #[test]
    fn op_02_a_connection_that_others_could_read_is_a_warning() {
        let of = |host: Host| levels(&inspection(vec![host]), "encryption");
        assert_eq!(of(host("db:5432", false, true)), [Level::Good]);
        assert_eq!(of(host("db:5432", false, false)), [Level::Warning]);
        assert_eq!(of(host("localhost:5432", true, false)), [Level::Good]);
        let unchecked = Inspection {
            sslmode: "require",
            verified: false,
            compared: false,
            ..inspection(vec![host("db:5432", false, true)])
        };
        assert_eq!(levels(&unchecked, "encryption"), [Level::Warning]);
    }

    #[test]
    fn op_02_a_certificate_is_to_be_renewed_three_weeks_before_its_end() {
        let found = inspection(vec![host("db:5432", false, true)]);
        for (days, level) in [(22, Level::Good), (20, Level::Warning)] {
            let finding = encryption(&found, &found.hosts[0], days_before_end(days));
            assert_eq!(finding.level, level, "{days}: {finding}");
            assert!(finding.words.contains("until 2027-01-15"), "{finding}");
        }
    }

    #[test]
    fn op_02_one_host_must_take_writes_and_not_two() {
        let standby = |name: &str| {
            let mut host = host(name, false, true);
            host.found = host.found.map(|role| Role { primary: false, standby: true, ..role });
            host
        };
        let away = Host { found: Err("refused".to_owned()), ..host("c:5432", false, true) };
        let of = |hosts: Vec<Host>| {
            let mut levels = levels(&inspection(hosts), "server");
            levels.sort_by_key(|level| *level == Level::Good);
            levels.first().copied()
        };
        let primary = || host("a:5432", false, true);
        assert_eq!(of(vec![primary(), standby("b:5432")]), Some(Level::Good));
        assert_eq!(of(vec![primary(), away.clone()]), Some(Level::Warning));
        assert_eq!(of(vec![standby("b:5432")]), Some(Level::Fault));
        assert_eq!(of(vec![primary(), host("b:5432", false, true)]), Some(Level::Fault));
        assert_eq!(of(vec![away]), Some(Level::Fault));
    }

    #[test]
    fn op_02_a_pooler_that_nobody_told_of_is_a_warning() {
        let of = |pooled, pooler_told| {
            let found = Inspection { pooled, pooler_told, ..inspection(Vec::new()) };
            levels(&found, "pooler").first().copied()
        };
        assert_eq!(of(Some(true), true), Some(Level::Good));
        assert_eq!(of(Some(true), false), Some(Level::Warning));
        assert_eq!(of(Some(false), true), Some(Level::Note));
        assert_eq!(of(Some(false), false), Some(Level::Good));
        assert_eq!(of(None, false), None);
    }
}
