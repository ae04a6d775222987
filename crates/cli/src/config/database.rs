//! The section `database`.

use db::{Durability, Options, Pooler};

use super::{
    file, keys,
    keys::{ConfigError, Environment, refused},
    size,
};

pub(super) fn options(file: &file::Database, env: &Environment) -> Result<Options, ConfigError> {
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
    // A person may not know what stands between, so it is looked for unless it was told.
    let word = env.text(keys::POOLER, file.pooler.clone())?.unwrap_or_else(|| "auto".into());
    options.pooler = Pooler::from_word(&word).ok_or_else(|| {
        refused(keys::POOLER, format!("“{word}” is none of auto, none, transaction"))
    })?;
    if let Some(queue) = env.number(keys::MAX_QUEUE, file.max_queue, 16..=100_000)? {
        options.max_queue = size(queue);
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &str) -> Options {
        let file = file::parse(&format!("[database]\n{lines}")).unwrap();
        options(&file.database, &Environment::default()).unwrap()
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
