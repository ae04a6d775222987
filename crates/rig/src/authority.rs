//! Certificates for tests: an authority of their own and what it signs, good ones and bad ones, by
//! the `openssl` command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, install};

/// What `openssl` has to be told for all of this.
const CONFIG: &str = "[req]
distinguished_name = dn
[dn]
[ca]
default_ca = here
[here]
dir = .
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
";

/// When a certificate counts, in the form of `openssl ca`.
const GOOD: [&str; 2] = ["20200101000000Z", "20491231000000Z"];
const PAST: [&str; 2] = ["20200101000000Z", "20210101000000Z"];
const FUTURE: [&str; 2] = ["20480101000000Z", "20491231000000Z"];

/// When a certificate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Now.
    Now,
    /// Until the beginning of 2021.
    Past,
    /// From 2048 on.
    Future,
}

/// An authority in a folder of its own.
#[derive(Debug)]
pub struct Authority {
    folder: PathBuf,
}

/// A certificate and its key.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The file of the certificate, in PEM.
    pub certificate: PathBuf,
    /// The file of the key, which only its owner may read.
    pub key: PathBuf,
}

impl Authority {
    /// Makes an authority in `folder`, which must not be there yet.
    pub fn new(folder: &Path) -> Outcome<Authority> {
        install::openssl()?;
        fs::create_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let authority = Authority { folder: folder.to_path_buf() };
        authority.write("ca.cnf", CONFIG)?;
        authority.write("index.txt", "")?;
        authority.write("serial", "01\n")?;
        authority.signed_by_itself("authority", "critical,CA:TRUE")?;
        Ok(authority)
    }

    /// The file of its certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("authority.crt")
    }

    /// A certificate for these names, each as `DNS:db.example` or `IP:127.0.0.1`, or for none.
    pub fn sign(&self, name: &str, names: &[&str], when: When) -> Outcome<Pair> {
        let extensions = if names.is_empty() {
            String::from("basicConstraints=CA:FALSE\n")
        } else {
            format!("basicConstraints=CA:FALSE\nsubjectAltName={}\n", names.join(","))
        };
        self.write("extensions", &extensions)?;
        let (request, certificate) = (format!("{name}.csr"), format!("{name}.crt"));
        self.key(name)?;
        let key = format!("{name}.key");
        let subject = format!("/CN={name}");
        self.run(&[
            "req", "-new", "-config", "ca.cnf", "-key", &key, "-subj", &subject, "-out", &request,
        ])?;
        let [from, until] = match when {
            When::Now => GOOD,
            When::Past => PAST,
            When::Future => FUTURE,
        };
        self.run(&[
            "ca",
            "-batch",
            "-notext",
            "-config",
            "ca.cnf",
            "-cert",
            "authority.crt",
            "-keyfile",
            "authority.key",
            "-in",
            &request,
            "-out",
            &certificate,
            "-extfile",
            "extensions",
            "-startdate",
            from,
            "-enddate",
            until,
        ])?;
        Ok(self.pair(name))
    }

    /// A certificate that signed itself. `constraints` are its basic ones.
    pub fn signed_by_itself(&self, name: &str, constraints: &str) -> Outcome<Pair> {
        self.key(name)?;
        let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
        let constraints = format!("basicConstraints={constraints}");
        self.run(&[
            "req",
            "-new",
            "-x509",
            "-key",
            &key,
            "-subj",
            &format!("/CN={name}"),
            "-days",
            "3650",
            "-config",
            "ca.cnf",
            "-addext",
            &constraints,
            "-addext",
            "subjectAltName=DNS:localhost",
            "-out",
            &certificate,
        ])?;
        Ok(self.pair(name))
    }

    /// The same key in a file that asks for a passphrase.
    pub fn with_passphrase(&self, pair: &Pair) -> Outcome<PathBuf> {
        let locked = self.folder.join("locked.key");
        let (from, to) = (pair.key.to_string_lossy(), locked.to_string_lossy());
        self.run(&["pkey", "-in", &from, "-aes256", "-passout", "pass:secret", "-out", &to])?;
        Ok(locked)
    }

    fn key(&self, name: &str) -> Outcome<()> {
        let file = format!("{name}.key");
        let curve = "ec_paramgen_curve:P-256";
        self.run(&["genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", &file])
    }

    fn pair(&self, name: &str) -> Pair {
        let at = |ending: &str| self.folder.join(format!("{name}.{ending}"));
        Pair { certificate: at("crt"), key: at("key") }
    }

    fn write(&self, name: &str, text: &str) -> Outcome<()> {
        let file = self.folder.join(name);
        fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))
    }

    fn run(&self, arguments: &[&str]) -> Outcome<()> {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .map_err(|e| format!("openssl: {e}"))?;
        if output.status.success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr);
        Err(format!("openssl {}: {words}", arguments.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Authority, When};

    #[test]
    fn an_authority_signs_what_is_asked_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(&folder.path().join("ca")).unwrap();
        let pair = authority.sign("db", &["DNS:db.example"], When::Past).unwrap();
        let text = std::process::Command::new("openssl")
            .args(["x509", "-noout", "-text", "-in"])
            .arg(&pair.certificate)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        assert!(text.contains("DNS:db.example") && text.contains("2021"), "{text}");
        assert!(authority.with_passphrase(&pair).unwrap().exists());
    }
}
