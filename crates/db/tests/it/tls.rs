//! Encrypted connections: every mode against good and bad certificates, on a server with an
//! authority of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use db::{Db, DbError, Options};
use rig::authority::{Authority, Pair, When};
use rig::cluster::{Cluster, Wanted};

/// Who may come in, and how: each user by another way.
const ACCESS: &str = "local all all trust
host all postgres 127.0.0.1/32 trust
hostssl all encrypted 127.0.0.1/32 trust
hostssl all scram 127.0.0.1/32 scram-sha-256
hostssl all holder 127.0.0.1/32 cert
hostnossl all plain 127.0.0.1/32 trust
";

/// A server, its authority, another authority, and certificates of all kinds.
struct Rig {
    cluster: Cluster,
    ours: Authority,
    theirs: Authority,
    folder: PathBuf,
}

impl Rig {
    fn new() -> Result<Rig, String> {
        let folder = std::env::temp_dir().join(format!("entente-tls-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let (ours, theirs) =
            (Authority::new(&folder.join("ours"))?, Authority::new(&folder.join("theirs"))?);
        let cluster = Cluster::with(Wanted {
            settings: vec![
                "ssl_min_protocol_version=TLSv1.2".to_owned(),
                "password_encryption=scram-sha-256".to_owned(),
            ],
            access: Some(ACCESS.to_owned()),
            ..Wanted::default()
        })?;
        for user in ["encrypted", "plain", "holder"] {
            cluster.sql(&format!("CREATE ROLE {user} LOGIN"))?;
        }
        cluster.sql("CREATE ROLE scram LOGIN PASSWORD 'pass:w@rd'")?;
        Ok(Rig { cluster, ours, theirs, folder })
    }

    /// Lets the server show this certificate from the next connection on.
    fn show(&self, pair: &Pair) {
        self.cluster.encrypt(pair, &self.ours).unwrap();
    }

    fn url(&self, user: &str, query: &str) -> String {
        format!("postgres://{user}@localhost:{}/postgres?{query}", self.cluster.port())
    }

    fn connect(&self, user: &str, query: &str) -> Result<String, String> {
        connect(&self.url(user, query))
    }
}

/// Connects and tells the version of the encryption, `plain` without one.
fn connect(url: &str) -> Result<String, String> {
    let db = Db::open(url, Options { readers: 1, ..Options::default() })
        .map_err(|error| error.to_string())?;
    let sql = "SELECT COALESCE(CAST(version AS TEXT), 'plain') FROM pg_stat_ssl \
               WHERE pid = pg_backend_pid()";
    let version = db.read_blocking(move |tx| tx.query_one_as::<String, _>(sql, db::NO_PARAMS));
    version.map_err(|error: DbError| error.to_string())
}

fn root(authority: &Authority) -> String {
    format!("sslrootcert={}", authority.certificate().display())
}

#[track_caller]
fn says(outcome: &Result<String, String>, words: &[&str]) {
    let told = outcome.as_ref().err().map_or("it connected", String::as_str);
    for part in words {
        assert!(told.contains(part), "“{part}” is not in: {told}");
    }
}

/// One test for all of it: the server shows one certificate at a time.
#[test]
fn each_mode_takes_what_it_should_and_tells_what_is_wrong() {
    let rig = &Rig::new().unwrap();
    without_encryption(rig);
    a_good_certificate(rig);
    certificates_that_are_wrong(rig);
    a_server_that_signed_its_own(rig);
    passwords(rig);
    clients_with_certificates(rig);
    fs::remove_dir_all(&rig.folder).unwrap();
}

fn without_encryption(rig: &Rig) {
    for query in ["", "sslmode=disable", "sslmode=prefer"] {
        assert_eq!(rig.connect("postgres", query), Ok("plain".to_owned()), "{query}");
    }
    for mode in ["require", "verify-full"] {
        let asked = rig.connect("postgres", &format!("sslmode={mode}"));
        says(&asked, &["does not use encryption", &format!("sslmode={mode}"), "ssl = on"]);
    }
    let socket = format!(
        "postgres://postgres@/postgres?host={}&port={}&sslmode=verify-full",
        rig.cluster.folder().display(),
        rig.cluster.port()
    );
    assert_eq!(connect(&socket), Ok("plain".to_owned()));
}

fn a_good_certificate(rig: &Rig) {
    rig.show(&rig.ours.sign("good", &["DNS:localhost", "IP:127.0.0.1"], When::Now).unwrap());
    let (ours, theirs) = (root(&rig.ours), root(&rig.theirs));
    let safe = Ok("TLSv1.3".to_owned());
    assert_eq!(rig.connect("postgres", "sslmode=disable"), Ok("plain".to_owned()));
    for query in [
        String::new(),
        "sslmode=prefer".to_owned(),
        "sslmode=require".to_owned(),
        format!("sslmode=require&{ours}"),
        format!("sslmode=verify-ca&{ours}"),
        format!("sslmode=verify-full&{ours}"),
    ] {
        assert_eq!(rig.connect("postgres", &query), safe, "{query}");
    }
    let by_address = rig.url("postgres", &format!("sslmode=verify-full&{ours}"));
    assert_eq!(connect(&by_address.replace("localhost", "127.0.0.1")), safe);
    for mode in ["require", "verify-ca", "verify-full"] {
        let wrong = rig.connect("postgres", &format!("sslmode={mode}&{theirs}"));
        says(&wrong, &["not signed by an authority in", "theirs/authority.crt", "sslrootcert"]);
    }
    // Prefer checks nothing, whatever is named, as libpq has it.
    assert_eq!(rig.connect("postgres", &format!("sslmode=prefer&{theirs}")), safe);
    let system = rig.connect("postgres", "sslrootcert=system");
    says(&system, &["not signed by an authority that this system trusts", "sslrootcert"]);
    let demanded = rig.connect("encrypted", "sslmode=disable");
    says(&demanded, &["28000", "requires an encrypted connection", "sslmode=verify-full"]);
    says(&rig.connect("plain", "sslmode=require"), &["28000", "pg_hba.conf"]);
}

fn certificates_that_are_wrong(rig: &Rig) {
    let ours = root(&rig.ours);
    let full = format!("sslmode=verify-full&{ours}");
    let authority = format!("sslmode=verify-ca&{ours}");
    for (name, names, when, checked, words) in [
        (
            "other",
            &["DNS:other.example", "DNS:third.example"][..],
            When::Now,
            false,
            &["is for other.example, third.example, not for localhost", "verify-ca"][..],
        ),
        ("nameless", &[][..], When::Now, false, &["no subjectAltName", "not for localhost"][..]),
        ("old", &["DNS:localhost"][..], When::Past, true, &["expired on 2021-01-01", "renew"][..]),
        ("early", &["DNS:localhost"][..], When::Future, true, &["from 2048-01-01", "clock"][..]),
    ] {
        rig.show(&rig.ours.sign(name, names, when).unwrap());
        says(&rig.connect("postgres", &full), words);
        let by_authority = rig.connect("postgres", &authority);
        if checked {
            says(&by_authority, words);
        } else {
            assert_eq!(by_authority, Ok("TLSv1.3".to_owned()), "{name}");
        }
        assert_eq!(rig.connect("postgres", "sslmode=require"), Ok("TLSv1.3".to_owned()), "{name}");
    }
    for (file, text, words) in [
        ("none.crt", None, "No such file"),
        ("empty.crt", Some(""), "no PEM certificate"),
        ("prose.crt", Some("prose"), "no PEM certificate"),
        (
            "broken.crt",
            Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "none of its 1 certificates",
        ),
    ] {
        let path = rig.folder.join(file);
        if let Some(text) = text {
            fs::write(&path, text).unwrap();
        }
        let query = format!("sslmode=verify-ca&sslrootcert={}", path.display());
        says(&rig.connect("postgres", &query), &["sslrootcert", file, words]);
    }
}

/// As PostgreSQL's documentation makes them for tests, and Debian for every installation.
fn a_server_that_signed_its_own(rig: &Rig) {
    for (name, constraints) in [("own", "CA:FALSE"), ("root", "CA:TRUE")] {
        let pair = rig.ours.signed_by_itself(name, constraints).unwrap();
        rig.show(&pair);
        let named = format!("sslrootcert={}", pair.certificate.display());
        for mode in ["verify-ca", "verify-full"] {
            let outcome = rig.connect("postgres", &format!("sslmode={mode}&{named}"));
            assert_eq!(outcome, Ok("TLSv1.3".to_owned()), "{name} {mode}");
        }
        let other = rig.connect("postgres", &format!("sslmode=verify-ca&{}", root(&rig.ours)));
        assert!(other.is_err(), "{name}");
    }
}

fn passwords(rig: &Rig) {
    rig.show(&rig.ours.sign("again", &["DNS:localhost"], When::Now).unwrap());
    let full = format!("sslmode=verify-full&{}", root(&rig.ours));
    let safe = Ok("TLSv1.3".to_owned());
    let with = |password: &str, query: &str| {
        connect(&rig.url("scram", query).replace("scram@", &format!("scram:{password}@")))
    };
    assert_eq!(with("pass%3Aw%40rd", &full), safe);
    assert_eq!(with("pass%3Aw%40rd", &format!("{full}&channel_binding=require")), safe);
    says(&with("wrong", &full), &["28P01", "check the user name and password"]);
    says(&rig.connect("scram", &full), &["asks for a password", "database.password"]);
    let bound = rig.connect("encrypted", &format!("{full}&channel_binding=require"));
    says(&bound, &["channel_binding=require", "scram-sha-256"]);
    let told = Options { password: Some("pass:w@rd".to_owned()), ..Options::default() };
    assert!(Db::open(&rig.url("scram", &full), told).is_ok());
    let passfile = rig.folder.join("pass");
    fs::write(&passfile, "localhost:*:*:scram:pass\\:w@rd\n").unwrap();
    let named = format!("{full}&passfile={}", passfile.display());
    open_to_all(&passfile);
    says(&rig.connect("scram", &named), &["passfile", "chmod 600"]);
    for_its_owner(&passfile);
    assert_eq!(rig.connect("scram", &named), safe);
}

fn clients_with_certificates(rig: &Rig) {
    let full = format!("sslmode=verify-full&{}", root(&rig.ours));
    let holder = rig.ours.sign("holder", &[], When::Now).unwrap();
    let stranger = rig.theirs.sign("holder", &[], When::Now).unwrap();
    let old = rig.ours.sign("holder-old", &[], When::Past).unwrap();
    let shown = |pair: &Pair, key: &Path| {
        let (certificate, key) = (pair.certificate.display(), key.display());
        rig.connect("holder", &format!("{full}&sslcert={certificate}&sslkey={key}"))
    };
    assert_eq!(shown(&holder, &holder.key), Ok("TLSv1.3".to_owned()));
    says(&rig.connect("holder", &full), &["requires a client certificate", "sslcert=FILE"]);
    says(&shown(&stranger, &stranger.key), &["does not accept the client certificate"]);
    says(&shown(&old, &old.key), &["client certificate"]);
    says(&shown(&holder, &stranger.key), &["sslkey", "does not belong to sslcert"]);
    open_to_all(&holder.key);
    says(&shown(&holder, &holder.key), &["sslkey", "readable by others", "chmod 600"]);
    for_its_owner(&holder.key);
    let locked = rig.ours.with_passphrase(&holder).unwrap();
    for_its_owner(&locked);
    says(&shown(&holder, &locked), &["has a passphrase", "openssl pkey"]);
    says(&shown(&holder, &holder.certificate), &["contains no PEM key"]);
}

fn open_to_all(file: &Path) {
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
}

fn for_its_owner(file: &Path) {
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn what_does_not_answer_or_is_no_server_is_told() {
    let refused = connect("postgres://me@127.0.0.1:1/x");
    says(&refused, &["no connection to PostgreSQL", "127.0.0.1:1", "refused"]);
    let unknown = connect("postgres://me@no-such-host.invalid/x");
    says(&unknown, &["no connection to PostgreSQL", "no-such-host.invalid:5432"]);
}
