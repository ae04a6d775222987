//! The section `database`.

use std::time::Duration;

use db::{Durability, Options, Pooler};

use super::{
    file, keys,
    keys::{ConfigError, Environment, refused},
    seconds, size,
};

/// How far a replica may be behind unless it was told.
const READ_LAG: Duration = Duration::from_secs(5);

/// Sizes and limits of the database at `url`.
pub(super) fn options(
    url: &str,
    file: &file::Database,
    env: &Environment,
) -> Result<Options, ConfigError> {
    let durability = match env.text(keys::DURABILITY, file.durability.clone())?.as_deref() {
        None | Some("full") => Durability::Full,
        Some("normal") => Durability::Normal,
        Some(other) => {
            return Err(refused(keys::DURABILITY, format!("“{other}” is neither full nor normal")));
        }
    };
    let mut options = Options { durability, ..Options::default() };
    if let Some(readers) = env.number(keys::READERS, file.readers, 1..=64)? {
        options.readers = size(readers);
    }
    if let Some(writers) = env.number(keys::WRITERS, file.writers, 1..=64)? {
        options.writers = size(writers);
    }
    options.password = env.text(keys::DB_PASSWORD, file.password.clone())?;
    options.replica = replica(url, file, env)?;
    // A person may not know what stands between, so it is looked for unless it was told.
    let word = env.text(keys::POOLER, file.pooler.clone())?.unwrap_or_else(|| "auto".into());
    options.pooler = Pooler::from_word(&word).ok_or_else(|| {
        refused(keys::POOLER, format!("“{word}” is not one of auto, none, transaction"))
    })?;
    if let Some(queue) = env.number(keys::MAX_QUEUE, file.max_queue, 16..=100_000)? {
        options.max_queue = size(queue);
    }
    Ok(options)
}

/// The replica to read from, and how far it may be behind.
fn replica(
    url: &str,
    file: &file::Database,
    env: &Environment,
) -> Result<Option<(String, Duration)>, ConfigError> {
    let lag = seconds(env, keys::READ_LAG, file.read_lag_seconds, READ_LAG)?;
    let Some(read_url) = env.text(keys::READ_URL, file.read_url.clone())? else {
        return Ok(None);
    };
    let is_server = |url: &str| url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !is_server(url) {
        return Err(refused(
            keys::READ_URL,
            "only PostgreSQL has replicas, but database_url is an embedded database",
        ));
    }
    if !is_server(&read_url) {
        return Err(refused(keys::READ_URL, "it must start with postgres://"));
    }
    Ok(Some((read_url, lag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "postgres://localhost/entente";

    fn told(lines: &str) -> Options {
        let file = file::parse(&format!("[database]\n{lines}")).unwrap();
        options(SERVER, &file.database, &Environment::default()).unwrap()
    }

    #[test]
    fn op_02_a_replica_is_a_server_and_may_be_five_seconds_behind() {
        let told = |url: &str, lines: &str| {
            let file = file::parse(&format!("[database]\n{lines}")).unwrap();
            options(url, &file.database, &Environment::default())
        };
        let replica = |lines: &str| told(SERVER, lines).unwrap().replica;
        let url = "read_url = \"postgres://standby/entente\"";
        assert_eq!(replica(""), None);
        let lag =
            |seconds| Some(("postgres://standby/entente".into(), Duration::from_secs(seconds)));
        assert_eq!(replica(url), lag(5));
        assert_eq!(replica(&format!("{url}\nread_lag_seconds = 2")), lag(2));
        let refusal = told("sqlite:/a.db", url).unwrap_err().0;
        assert!(refusal.starts_with("database.read_url") && refusal.contains("embedded"));
        let refusal = told(SERVER, "read_url = \"sqlite:/a.db\"").unwrap_err().0;
        assert!(refusal.contains("postgres://"), "{refusal}");
    }

    #[test]
    fn op_01_what_was_acknowledged_survives_a_power_loss_unless_told_otherwise() {
        assert_eq!(told("").durability, Durability::Full);
        assert_eq!(told("durability = \"normal\"").durability, Durability::Normal);
    }

    #[test]
    fn op_02_a_pooler_is_looked_for_unless_it_was_told() {
        assert_eq!(told("").pooler, Pooler::Auto);
        let told = told("pooler = \"transaction\"\npassword = \"p\"");
        assert_eq!(told.pooler, Pooler::Transaction);
        assert_eq!(told.password.as_deref(), Some("p"));
        assert!(!format!("{told:?}").contains("\"p\""));
    }
}
