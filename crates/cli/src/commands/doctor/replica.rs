//! The replica that is read from: its hosts, how connections to it are protected, and whether it is
//! near enough.

use db::{Db, Inspection, Left, Standing};
use jiff::Timestamp;

use super::{finding::Finding, server};
use crate::config::Settings;

const CHECK: &str = "replica";

/// What the replica shows; nothing without one.
pub(super) fn findings(settings: &Settings, now: Timestamp) -> Vec<Finding> {
    let Some((url, _)) = &settings.database.replica else {
        return Vec::new();
    };
    match db::inspect_server(url, &settings.database) {
        Ok(found) => told(&found, now),
        Err(error) => vec![Finding::fault(
            CHECK,
            error,
            "Correct database.read_url (ENTENTE_DATABASE_READ_URL): docs/operate/postgresql.md",
        )],
    }
}

fn told(found: &Inspection, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    for host in &found.hosts {
        match &host.found {
            Ok(role) if role.standby => {
                let words = format!("{}: PostgreSQL {}, is a standby", host.name, role.version);
                findings.push(Finding::good(CHECK, words));
            }
            Ok(_) => findings.push(Finding::warning(
                CHECK,
                format!("{}: it is not a standby, so reading there does not help", host.name),
                "Set database.read_url (ENTENTE_DATABASE_READ_URL) to a standby, or remove it",
            )),
            Err(words) => findings.push(Finding::warning(
                CHECK,
                format!("{words}; pages are read from the primary meanwhile"),
                "Check database.read_url (ENTENTE_DATABASE_READ_URL), that the server is running, \
                 and that this machine can reach it",
            )),
        }
        if host.found.is_ok() {
            findings.push(server::encryption(found, host, now));
        }
    }
    findings
}

/// Whether it is near enough, as of the opening of the database; nothing without one.
pub(super) fn standing(db: &Db) -> Option<Finding> {
    Some(of_standing(db.replica_standing()?))
}

fn of_standing(standing: Standing) -> Finding {
    match standing {
        Standing::Current => Finding::good(CHECK, "its lag is within the limit"),
        Standing::Left(Left::Behind, words) => Finding::warning(
            CHECK,
            format!("{words}; pages are read from the primary meanwhile"),
            "Check pg_stat_replication on the primary; long queries on the standby can delay the \
             replay (max_standby_streaming_delay)",
        ),
        Standing::Left(Left::Away | Left::Failed, words) => Finding::warning(
            CHECK,
            format!("{words}; pages are read from the primary meanwhile"),
            "Check that the standby is running and follows the server of database_url",
        ),
    }
}

#[cfg(test)]
mod tests {
    use db::{Host, Role};

    use super::{super::finding::Level, *};

    fn levels(found: Result<bool, &str>) -> Vec<Level> {
        let found = found.map_err(str::to_owned).map(|standby| Role {
            primary: !standby,
            standby,
            version: "15.6".to_owned(),
            password_encryption: "scram-sha-256".to_owned(),
            encryption: None,
        });
        let host = Host { name: "localhost:5432".to_owned(), local: true, found };
        let found = Inspection {
            sslmode: "prefer",
            verified: false,
            compared: false,
            hosts: vec![host],
            pooled: Some(false),
            pooler_told: false,
        };
        told(&found, Timestamp::UNIX_EPOCH).iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn op_02_a_replica_that_does_not_relieve_the_primary_is_a_warning_and_no_fault() {
        assert_eq!(levels(Ok(true)), [Level::Good, Level::Good]);
        assert_eq!(levels(Ok(false)), [Level::Warning, Level::Good]);
        assert_eq!(levels(Err("refused")), [Level::Warning]);
        assert_eq!(of_standing(Standing::Current).level, Level::Good);
        for left in [Left::Away, Left::Behind, Left::Failed] {
            let finding = of_standing(Standing::Left(left, "why".to_owned()));
            assert_eq!(finding.level, Level::Warning);
            assert!(finding.words.starts_with("why"), "{finding}");
        }
    }
}
