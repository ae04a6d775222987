//! The keys of the configuration: how each is called in the file and in the environment, and how
//! a value is refused.

use std::{collections::BTreeMap, fmt::Display, ops::RangeInclusive};

/// A key in the file (`limits.connections`) and the variable that overrules it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
}

impl Key {
    const fn new(name: &'static str, variable: &'static str) -> Self {
        Self { name, variable }
    }
}

pub(super) const DATABASE_URL: Key = Key::new("database_url", "ENTENTE_DATABASE_URL");
pub(super) const LISTEN: Key = Key::new("listen", "ENTENTE_LISTEN");
pub(super) const DATA_DIR: Key = Key::new("data_dir", "ENTENTE_DATA_DIR");
pub(super) const BASE_URL: Key = Key::new("base_url", "ENTENTE_BASE_URL");
pub(super) const WORKER: Key = Key::new("worker", "ENTENTE_WORKER");
pub(super) const LOG_FORMAT: Key = Key::new("log_format", "ENTENTE_LOG_FORMAT");
pub(super) const LOG: Key = Key::new("log", "ENTENTE_LOG");
pub(super) const TRUST_PROXY: Key = Key::new("trust_proxy", "ENTENTE_TRUST_PROXY");
pub(super) const TRUSTED_PROXIES: Key = Key::new("trusted_proxies", "ENTENTE_TRUSTED_PROXIES");
pub(super) const METRICS_TOKEN: Key = Key::new("metrics_token", "ENTENTE_METRICS_TOKEN");
pub(super) const READERS: Key = Key::new("database.readers", "ENTENTE_DATABASE_READERS");
pub(super) const WRITERS: Key = Key::new("database.writers", "ENTENTE_DATABASE_WRITERS");
pub(super) const POOLER: Key = Key::new("database.pooler", "ENTENTE_DATABASE_POOLER");
pub(super) const DB_PASSWORD: Key = Key::new("database.password", "ENTENTE_DATABASE_PASSWORD");
pub(super) const READ_URL: Key = Key::new("database.read_url", "ENTENTE_DATABASE_READ_URL");
pub(super) const READ_LAG: Key =
    Key::new("database.read_lag_seconds", "ENTENTE_DATABASE_READ_LAG_SECONDS");
pub(super) const MAX_QUEUE: Key = Key::new("database.max_queue", "ENTENTE_DATABASE_MAX_QUEUE");
pub(super) const DURABILITY: Key = Key::new("database.durability", "ENTENTE_DATABASE_DURABILITY");
pub(super) const CONNECTIONS: Key = Key::new("limits.connections", "ENTENTE_LIMITS_CONNECTIONS");
pub(super) const HEAD: Key = Key::new("limits.head_seconds", "ENTENTE_LIMITS_HEAD_SECONDS");
pub(super) const BODY: Key = Key::new("limits.body_seconds", "ENTENTE_LIMITS_BODY_SECONDS");
pub(super) const UPLOAD: Key = Key::new("limits.upload_seconds", "ENTENTE_LIMITS_UPLOAD_SECONDS");
pub(super) const UPLOAD_MB: Key =
    Key::new("limits.upload_megabytes", "ENTENTE_LIMITS_UPLOAD_MEGABYTES");
pub(super) const BODIES_MB: Key =
    Key::new("limits.bodies_megabytes", "ENTENTE_LIMITS_BODIES_MEGABYTES");
pub(super) const TAKING: Key = Key::new("limits.taking_seconds", "ENTENTE_LIMITS_TAKING_SECONDS");
pub(super) const FAREWELL: Key =
    Key::new("limits.farewell_seconds", "ENTENTE_LIMITS_FAREWELL_SECONDS");
pub(super) const MAIL_FROM: Key = Key::new("mail.from", "ENTENTE_MAIL_FROM");
pub(super) const MAIL_HOST: Key = Key::new("mail.host", "ENTENTE_SMTP_HOST");
pub(super) const MAIL_PORT: Key = Key::new("mail.port", "ENTENTE_SMTP_PORT");
pub(super) const MAIL_USER: Key = Key::new("mail.user", "ENTENTE_SMTP_USER");
pub(super) const MAIL_PASSWORD: Key = Key::new("mail.password", "ENTENTE_SMTP_PASSWORD");
pub(super) const MAIL_ENCRYPTION: Key = Key::new("mail.encryption", "ENTENTE_SMTP_ENCRYPTION");
pub(super) const MAIL_HELLO: Key = Key::new("mail.hello", "ENTENTE_SMTP_HELLO");

/// Every key.
pub(super) const ALL: [Key; 33] = [
    DATABASE_URL,
    LISTEN,
    DATA_DIR,
    BASE_URL,
    WORKER,
    LOG_FORMAT,
    LOG,
    TRUST_PROXY,
    TRUSTED_PROXIES,
    METRICS_TOKEN,
    READERS,
    WRITERS,
    POOLER,
    DB_PASSWORD,
    READ_URL,
    READ_LAG,
    MAX_QUEUE,
    DURABILITY,
    CONNECTIONS,
    HEAD,
    BODY,
    UPLOAD,
    UPLOAD_MB,
    BODIES_MB,
    TAKING,
    FAREWELL,
    MAIL_FROM,
    MAIL_HOST,
    MAIL_PORT,
    MAIL_USER,
    MAIL_PASSWORD,
    MAIL_ENCRYPTION,
    MAIL_HELLO,
];

/// Keys whose value may stand in a file of its own, named by the variable with `_FILE` behind it.
const SECRETS: [Key; 5] = [DATABASE_URL, DB_PASSWORD, READ_URL, METRICS_TOKEN, MAIL_PASSWORD];

/// Variables that begin alike and are not for this program's configuration.
const OTHERS: [&str; 3] = ["ENTENTE_CONFIG", "ENTENTE_TEST_", "ENTENTE_BENCH_"];

/// A setting that cannot be used; names the key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigError(pub(crate) String);

impl Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The refusal of a value of `key`.
pub(super) fn refused(key: Key, words: impl Display) -> ConfigError {
    ConfigError(format!("{} ({}): {words}", key.name, key.variable))
}

/// The variables of the environment that concern this program.
#[derive(Debug, Default)]
pub(super) struct Environment(pub(super) BTreeMap<String, String>);

impl Environment {
    /// Refuses variables that name no key: a mistyped one would do nothing, silently.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let of_key = |name: &str| ALL.iter().any(|key| key.variable == name);
        let of_file =
            |name: &str| SECRETS.iter().any(|key| name == format!("{}_FILE", key.variable));
        let unknown = self.0.keys().find(|name| {
            !of_key(name) && !of_file(name) && !OTHERS.iter().any(|other| name.starts_with(other))
        });
        match unknown {
            None => Ok(()),
            Some(name) => Err(ConfigError(format!(
                "{name}: unknown setting; the variables are listed in docs/operate/configure.md"
            ))),
        }
    }

    /// The value of a key: from the environment, from the file that it names, or as given in the
    /// configuration file. An empty value counts as none.
    pub(super) fn text(
        &self,
        key: Key,
        file: Option<String>,
    ) -> Result<Option<String>, ConfigError> {
        let set = |name: &str| self.0.get(name).filter(|value| !value.is_empty());
        if let Some(value) = set(key.variable) {
            return Ok(Some(value.clone()));
        }
        if let Some(path) = set(&format!("{}_FILE", key.variable)) {
            let value = std::fs::read_to_string(path).map_err(|error| {
                ConfigError(format!("{} ({}_FILE): {path}: {error}", key.name, key.variable))
            })?;
            return Ok(Some(value.trim_end_matches(['\r', '\n']).to_owned()));
        }
        Ok(file.filter(|value| !value.is_empty()))
    }

    /// A whole number within `range`.
    pub(super) fn number(
        &self,
        key: Key,
        file: Option<i64>,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, ConfigError> {
        let given = match self.text(key, None)? {
            Some(text) => Some(
                text.parse::<i64>()
                    .map_err(|_| refused(key, format!("“{text}” is not a whole number")))?,
            ),
            None => file,
        };
        let Some(given) = given else { return Ok(None) };
        match u32::try_from(given).ok().filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(refused(
                key,
                format!("{given} is not from {} to {}", range.start(), range.end()),
            )),
        }
    }

    /// True or false.
    pub(super) fn flag(&self, key: Key, file: Option<bool>) -> Result<Option<bool>, ConfigError> {
        match self.text(key, None)?.as_deref() {
            None => Ok(file),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(other) => Err(refused(key, format!("“{other}” is neither true nor false"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str, value: &str) -> Environment {
        Environment(BTreeMap::from([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn op_01_a_mistyped_variable_is_named() {
        let refusal = environment("ENTENTE_LISTNE", "x").check().unwrap_err();
        assert!(refusal.0.starts_with("ENTENTE_LISTNE"), "{refusal}");
        for known in ["ENTENTE_LISTEN", "ENTENTE_SMTP_PASSWORD_FILE", "ENTENTE_TEST_POSTGRES"] {
            assert_eq!(environment(known, "x").check(), Ok(()), "{known}");
        }
        assert!(environment("ENTENTE_LISTEN_FILE", "x").check().is_err());
    }

    #[test]
    fn op_01_a_number_is_taken_at_both_ends_of_its_range_and_not_beyond() {
        for (value, taken) in [("1", true), ("64", true), ("0", false), ("65", false), ("x", false)]
        {
            let outcome =
                environment("ENTENTE_DATABASE_READERS", value).number(READERS, None, 1..=64);
            assert_eq!(outcome.is_ok(), taken, "{value}");
            if let Err(refusal) = outcome {
                assert!(refusal.0.contains("database.readers"), "{refusal}");
            }
        }
    }

    #[test]
    fn op_01_the_environment_overrules_the_file() {
        let environment = environment("ENTENTE_WORKER", "false");
        assert_eq!(environment.flag(WORKER, Some(true)), Ok(Some(false)));
        assert_eq!(environment.flag(TRUST_PROXY, Some(true)), Ok(Some(true)));
    }
}
