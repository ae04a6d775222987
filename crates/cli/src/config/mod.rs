//! Configuration: a TOML file, then the environment. A bad key is refused by name (OP-01).

mod database;
mod file;
mod keys;
mod mail;
mod proxies;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use db::Options;
use frame::{
    config::{Config, Pace},
    serve::Limits,
};
use serde::Deserialize;

pub(crate) use keys::ConfigError;
use keys::{Environment, Key, refused};

use self::file::File;

const DEFAULT_LISTEN: &str = "127.0.0.1:7171";
const DEFAULT_UPLOAD_MB: u32 = 64;

/// What a node is told, from file and environment.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The configuration file, if one was read.
    pub(crate) file: Option<PathBuf>,
    /// `sqlite:/path/entente.db` or `postgres://…`.
    pub(crate) database_url: String,
    /// Sizes and limits of the database's threads.
    pub(crate) database: Options,
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// Run jobs in this process too.
    pub(crate) worker: bool,
    /// How log lines look.
    pub(crate) log_format: LogFormat,
    /// Which log lines there are, for example `info` or `warn,entente::access=info`.
    pub(crate) log: String,
    /// Limits of the server.
    pub(crate) limits: Limits,
    /// The application's own configuration.
    pub(crate) app: Config,
    /// True when the base address was told, false when it was made from where it listens.
    pub(crate) base_url_given: bool,
}

impl Settings {
    /// Notes where it really listens: port 0 becomes one that was free.
    pub(crate) fn listens_at(&mut self, address: SocketAddr) {
        if !self.base_url_given {
            self.app.base_url = own_url(address);
        }
        self.listen = address;
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn config_variable() -> Option<PathBuf> {
    std::env::var_os("ENTENTE_CONFIG").filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn environment() -> Environment {
    let text = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Environment(text.filter(|(name, _)| name.starts_with("ENTENTE_")).collect())
}

/// Reads `given` (or the file named by `ENTENTE_CONFIG`, or none) and the environment.
pub(crate) fn read(given: Option<&Path>) -> Result<Settings, ConfigError> {
    let path = given.map(Path::to_path_buf).or_else(config_variable);
    let file = match &path {
        Some(path) => file::read(path)?,
        None => File::default(),
    };
    let environment = environment();
    environment.check()?;
    let settings = settings(file, &environment, entropy()?)?;
    Ok(Settings { file: path, ..settings })
}

fn settings(file: File, env: &Environment, seed: [u8; 32]) -> Result<Settings, ConfigError> {
    let data_dir = file.data_dir.map(|path| path.display().to_string());
    let data_dir = env.text(keys::DATA_DIR, data_dir)?.unwrap_or_else(|| "entente-data".into());
    let data_dir = PathBuf::from(data_dir);
    let database_url = env
        .text(keys::DATABASE_URL, file.database_url)?
        .unwrap_or_else(|| format!("sqlite:{}", data_dir.join("entente.db").display()));
    check_database_url(&database_url)?;
    let listen = listen(env.text(keys::LISTEN, file.listen)?)?;
    let given_url = env.text(keys::BASE_URL, file.base_url)?;
    let base_url_given = given_url.is_some();
    let base_url = base_url(given_url, listen)?;
    let (mail_from, smtp) = mail::mail(file.mail, env)?;
    let log_format = match env.text(keys::LOG_FORMAT, None)?.as_deref() {
        Some("json") => LogFormat::Json,
        Some("text") => LogFormat::Text,
        Some(other) => {
            return Err(refused(keys::LOG_FORMAT, format!("“{other}” is neither text nor json")));
        }
        None => file.log_format.unwrap_or(LogFormat::Text),
    };
    let limits = limits(&file.limits, env)?;
    let bodies = bodies(&file.limits, env)?;
    let app = Config {
        base_url,
        smtp,
        mail_from,
        demo: false,
        seed,
        body_limit: 1 << 20,
        upload_limit: bodies.upload,
        body_budget: bodies.together,
        body_pace: bodies.pace,
        upload_pace: bodies.upload_pace,
        trusted_proxies: proxies::trusted(file.trust_proxy, file.trusted_proxies, env)?,
        data_dir: sqlite_path(&database_url).map(|path| folder_of(&path)),
        metrics_token: env.text(keys::METRICS_TOKEN, file.metrics_token)?,
    };
    Ok(Settings {
        file: None,
        database: database::options(&database_url, &file.database, env)?,
        database_url,
        listen,
        worker: env.flag(keys::WORKER, file.worker)?.unwrap_or(true),
        log_format,
        log: env.text(keys::LOG, file.log)?.unwrap_or_else(|| "info".into()),
        limits,
        app,
        base_url_given,
    })
}

/// The file of an embedded database; `None` for a server's.
pub(crate) fn sqlite_path(database_url: &str) -> Option<PathBuf> {
    database_url.strip_prefix("sqlite:").map(PathBuf::from)
}

/// The folder in which a file lies.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// Refuses an address of neither kind of database.
pub(crate) fn check_database_url(url: &str) -> Result<(), ConfigError> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme)) {
        return Ok(());
    }
    Err(refused(keys::DATABASE_URL, "it must start with sqlite: or postgres://"))
}

fn listen(given: Option<String>) -> Result<SocketAddr, ConfigError> {
    let text = given.unwrap_or_else(|| DEFAULT_LISTEN.into());
    text.parse().map_err(|_| {
        refused(
            keys::LISTEN,
            format!("“{text}” is not an address with a port such as {DEFAULT_LISTEN}"),
        )
    })
}

/// The address by which this machine reaches what listens there.
fn own_url(listen: SocketAddr) -> String {
    let ip = listen.ip();
    if ip.is_loopback() || ip.is_unspecified() {
        format!("http://localhost:{}", listen.port())
    } else {
        format!("http://{listen}")
    }
}

fn base_url(given: Option<String>, listen: SocketAddr) -> Result<String, ConfigError> {
    let url = given.unwrap_or_else(|| own_url(listen));
    let url = url.trim_end_matches('/').to_owned();
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let plain = |rest: &str| {
        !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']) && rest.is_ascii()
    };
    if rest.is_some_and(plain) {
        // Browsers leave the usual port out, so links and mails do as well.
        let usual = if url.starts_with("https://") { ":443" } else { ":80" };
        return Ok(url.strip_suffix(usual).map_or(url.clone(), str::to_owned));
    }
    if let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) {
        return Err(refused(
            keys::BASE_URL,
            format!(
                "“{url}” has a path, “/{path}”. Entente needs a host of its own: give it one such \
                 as https://partners.acme.com, or serve it at the root of {host}"
            ),
        ));
    }
    Err(refused(
        keys::BASE_URL,
        format!(
            "“{url}” must be http:// or https:// and a host, such as https://partners.acme.com"
        ),
    ))
}

/// A span of seconds, up to an hour.
fn seconds(
    env: &Environment,
    key: Key,
    given: Option<i64>,
    usual: Duration,
) -> Result<Duration, ConfigError> {
    let number = env.number(key, given, 1..=3_600)?;
    Ok(number.map_or(usual, |number| Duration::from_secs(number.into())))
}

fn limits(file: &file::Limits, env: &Environment) -> Result<Limits, ConfigError> {
    let usual = Limits::default();
    let connections = env.number(keys::CONNECTIONS, file.connections, 1..=100_000)?;
    Ok(Limits {
        connections: connections.map_or(usual.connections, size),
        head: seconds(env, keys::HEAD, file.head_seconds, usual.head)?,
        taking: seconds(env, keys::TAKING, file.taking_seconds, usual.taking)?,
        farewell: seconds(env, keys::FAREWELL, file.farewell_seconds, usual.farewell)?,
    })
}

/// How large and how slow bodies may be.
struct Bodies {
    upload: usize,
    /// All that are held at once.
    together: usize,
    pace: Pace,
    upload_pace: Pace,
}

fn bodies(file: &file::Limits, env: &Environment) -> Result<Bodies, ConfigError> {
    let pace = |usual: Pace, whole: Duration| Pace { stall: usual.stall.min(whole), whole };
    let body = seconds(env, keys::BODY, file.body_seconds, Config::BODY_PACE.whole)?;
    let upload = seconds(env, keys::UPLOAD, file.upload_seconds, Config::UPLOAD_PACE.whole)?;
    let megabytes = env.number(keys::UPLOAD_MB, file.upload_megabytes, 1..=1_024)?;
    let upload_limit = size(megabytes.unwrap_or(DEFAULT_UPLOAD_MB)) << 20;
    let together = match env.number(keys::BODIES_MB, file.bodies_megabytes, 2..=65_536)? {
        Some(megabytes) => size(megabytes) << 20,
        None => Config::BODY_BUDGET.max(2 * upload_limit),
    };
    if together < 2 * upload_limit {
        return Err(refused(
            keys::BODIES_MB,
            format!("it must be at least twice limits.upload_megabytes, {}", upload_limit >> 19),
        ));
    }
    Ok(Bodies {
        upload: upload_limit,
        together,
        pace: pace(Config::BODY_PACE, body),
        upload_pace: pace(Config::UPLOAD_PACE, upload),
    })
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// 256 bits of the operating system's entropy.
pub(crate) fn entropy() -> Result<[u8; 32], ConfigError> {
    use std::io::Read as _;
    let mut seed = [0_u8; 32];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut seed))
        .map_err(|error| ConfigError(format!("no source of randomness: {error}")))?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Settings, ConfigError> {
        let file = file::parse(text).unwrap();
        settings(file, &Environment::default(), [1; 32])
    }

    #[test]
    fn op_01_without_any_setting_a_node_serves_this_machine() {
        let settings = told("").unwrap();
        assert_eq!(settings.database_url, "sqlite:entente-data/entente.db");
        assert_eq!(settings.app.base_url, "http://localhost:7171");
        assert_eq!(settings.app.data_dir, Some(PathBuf::from("entente-data")));
        assert!(settings.app.smtp.is_none() && settings.worker);
    }

    #[test]
    fn op_01_a_bad_value_is_refused_with_its_key() {
        for (text, key) in [
            ("listen = \"localhost\"", "listen"),
            ("base_url = \"partners.acme.com\"", "base_url"),
            ("base_url = \"https://acme.com/portal\"", "base_url"),
            ("database_url = \"mysql://x\"", "database_url"),
            ("database_url = \"sqlite:\"", "database_url"),
            ("[database]\nreaders = 0", "database.readers"),
            ("[database]\nwriters = 65", "database.writers"),
            ("[database]\npooler = \"session\"", "database.pooler"),
            ("[database]\ndurability = \"off\"", "database.durability"),
            ("[database]\nread_url = \"postgres://x/y\"", "database.read_url"),
            ("[database]\nread_lag_seconds = 0", "database.read_lag_seconds"),
            ("[limits]\nhead_seconds = 0", "limits.head_seconds"),
            ("[limits]\nbodies_megabytes = 127", "limits.bodies_megabytes"),
            ("[limits]\nupload_megabytes = 200\nbodies_megabytes = 256", "limits.bodies_megabytes"),
            ("[mail]\nhost = \"smtp.acme.com\"", "mail.from"),
            ("[mail]\nhost = \"h\"\nfrom = \"acme\"", "mail.from"),
            ("[mail]\nhost = \"h\"\nfrom = \"a@b\"\nport = 0", "mail.port"),
            ("[mail]\nhost = \"h\"\nfrom = \"a@b\"\nhello = \"a b\"", "mail.hello"),
            ("[mail]\nhost = \"h\"\nfrom = \"a@b\"\nencryption = \"ssl\"", "mail.encryption"),
        ] {
            let refusal = told(text).unwrap_err();
            assert!(refusal.0.starts_with(key), "{text}: {refusal}");
        }
    }

    #[test]
    fn op_01_the_usual_port_is_left_out_and_a_path_is_refused_with_what_to_do() {
        let base = |url: &str| told(&format!("base_url = \"{url}\"")).map(|it| it.app.base_url);
        assert_eq!(base("https://acme.com:443/").unwrap(), "https://acme.com");
        assert_eq!(base("http://acme.com:80").unwrap(), "http://acme.com");
        assert_eq!(base("https://acme.com:8443").unwrap(), "https://acme.com:8443");
        assert_eq!(base("http://acme.com:443").unwrap(), "http://acme.com:443");
        let refusal = base("https://acme.com/portal").unwrap_err();
        assert!(refusal.0.contains("has a path, “/portal”"), "{refusal}");
    }

    #[test]
    fn op_01_the_room_for_bodies_holds_two_uploads() {
        let room = |text: &str| told(text).unwrap().app.body_budget >> 20;
        assert_eq!(room(""), 256);
        assert_eq!(room("[limits]\nupload_megabytes = 500"), 1_000);
        assert_eq!(room("[limits]\nbodies_megabytes = 128"), 128);
        assert_eq!(room("[limits]\nupload_megabytes = 1\nbodies_megabytes = 2"), 2);
    }

    #[test]
    fn op_01_a_server_database_keeps_nothing_on_this_machine() {
        let settings = told("database_url = \"postgres://localhost/entente\"").unwrap();
        assert_eq!(settings.app.data_dir, None);
    }
}
