//! The configuration file: TOML, in which an unknown key is refused.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{LogFormat, keys::ConfigError};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) database_url: Option<String>,
    pub(super) listen: Option<String>,
    pub(super) data_dir: Option<PathBuf>,
    pub(super) base_url: Option<String>,
    pub(super) worker: Option<bool>,
    pub(super) log_format: Option<LogFormat>,
    pub(super) log: Option<String>,
    pub(super) trust_proxy: Option<bool>,
    pub(super) trusted_proxies: Option<Vec<String>>,
    pub(super) metrics_token: Option<String>,
    #[serde(default)]
    pub(super) database: Database,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) mail: Mail,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Database {
    pub(super) readers: Option<i64>,
    pub(super) writers: Option<i64>,
    pub(super) pooler: Option<String>,
    pub(super) password: Option<String>,
    pub(super) read_url: Option<String>,
    pub(super) read_lag_seconds: Option<i64>,
    pub(super) max_queue: Option<i64>,
    pub(super) durability: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) connections: Option<i64>,
    pub(super) head_seconds: Option<i64>,
    pub(super) body_seconds: Option<i64>,
    pub(super) upload_seconds: Option<i64>,
    pub(super) upload_megabytes: Option<i64>,
    pub(super) bodies_megabytes: Option<i64>,
    pub(super) taking_seconds: Option<i64>,
    pub(super) farewell_seconds: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mail {
    pub(super) from: Option<String>,
    pub(super) host: Option<String>,
    pub(super) port: Option<i64>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) encryption: Option<String>,
    pub(super) hello: Option<String>,
}

/// Reads a file; a fault names line and key.
pub(super) fn read(path: &Path) -> Result<File, ConfigError> {
    let at = |words: String| ConfigError(format!("{}: {words}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| at(error.to_string()))?;
    parse(&text).map_err(at)
}

/// The configuration in `text`; the fault names line and key.
pub(super) fn parse(text: &str) -> Result<File, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that operators begin with.
    const EXAMPLE: &str = include_str!("../../../../docs/operate/entente.toml");

    /// The example with every setting that is commented out put in force.
    fn in_full() -> String {
        let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
            // Prose has a blank after the mark, settings have none.
            Some(setting) if !setting.starts_with(' ') => setting,
            Some(_) | None => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn op_01_the_example_file_can_be_used_as_it_is_and_with_every_setting() {
        parse(EXAMPLE).unwrap();
        let full = parse(&in_full()).unwrap();
        assert!(full.mail.host.is_some() && full.limits.connections.is_some());
    }

    #[test]
    fn op_01_the_example_file_shows_every_key() {
        let example: toml::Table = in_full().parse().unwrap();
        for key in super::super::keys::ALL {
            let found = match key.name.split_once('.') {
                None => example.get(key.name),
                Some((part, name)) => example.get(part).and_then(|part| part.get(name)),
            };
            assert!(found.is_some(), "{}", key.name);
        }
    }

    #[test]
    fn op_01_an_unknown_key_is_named_with_its_line() {
        let fault = parse("listen = \"127.0.0.1:1\"\nlissten = \"x\"\n").unwrap_err();
        assert!(fault.contains("line 2") && fault.contains("lissten"), "{fault}");
        let fault = parse("[mail]\nport = \"x\"\n").unwrap_err();
        assert!(fault.contains("line 2") && fault.contains("port"), "{fault}");
    }
}
