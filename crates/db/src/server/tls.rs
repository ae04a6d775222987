//! Encrypted connections: which authorities count, who we are, and what is checked.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Authorities, SslMode, Tls};
use super::verify::{Check, Seen, Verifier};
use crate::error::DbError;

/// Where systems keep the authorities they trust, the usual place of each kin.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What makes connections encrypted, and where it notes what the server showed. The files are read
/// each time, so that a certificate that was renewed is used from the next connection on.
pub(super) fn connector(tls: &Tls) -> Result<(MakeRustlsConnect, Arc<Seen>), DbError> {
    let provider = Arc::new(ring::default_provider());
    let seen = Arc::new(Seen::default());
    let verifier = Verifier::new(check(tls)?, &provider, Arc::clone(&seen));
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| DbError::other(format!("no encryption: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &tls.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let (chain, secret) = identity(certificate, key, &provider)?;
            builder.with_client_auth_cert(chain, secret).map_err(|error| {
                DbError::other(format!(
                    "sslkey {} does not belong to sslcert {}: {error}",
                    key.display(),
                    certificate.display()
                ))
            })?
        }
    };
    // Connections are few and live long, and each is to be checked anew.
    config.resumption = Resumption::disabled();
    // What a server that takes encrypted connections at once, without being asked, wants to hear.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok((MakeRustlsConnect::new(config), seen))
}

/// As libpq has it, naming the authorities makes `require` check them too.
fn check(tls: &Tls) -> Result<Check, DbError> {
    let (mode, compare) = match (tls.mode, &tls.authorities) {
        (SslMode::Disable | SslMode::Prefer, _) | (SslMode::Require, Authorities::Unnamed) => {
            return Ok(Check::Nothing);
        }
        (SslMode::Require | SslMode::VerifyCa, _) => ("verify-ca", false),
        (SslMode::VerifyFull, _) => ("verify-full", true),
    };
    let (certificates, file) = match &tls.authorities {
        Authorities::File(path) => (certificates("sslrootcert", path)?, Some(path)),
        Authorities::System | Authorities::Unnamed => (system(), None),
    };
    let mut roots = RootCertStore::empty();
    let (_, unusable) = roots.add_parsable_certificates(certificates.iter().cloned());
    if let (Some(path), true) = (file, roots.is_empty()) {
        return Err(DbError::other(format!(
            "sslrootcert {}: none of its {unusable} certificates can be read, which sslmode={mode} \
             needs",
            path.display()
        )));
    }
    if file.is_none() && roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let own = if file.is_some() { certificates } else { Vec::new() };
    Ok(Check::Authority { roots: Arc::new(roots), own, compare })
}

/// The system's authorities; none where it keeps them elsewhere or has none, as in a container that
/// holds nothing but the program.
fn system() -> Vec<CertificateDer<'static>> {
    SYSTEM
        .iter()
        .map(PathBuf::from)
        .filter(|path| path.exists())
        .find_map(|path| certificates("sslrootcert", &path).ok())
        .unwrap_or_default()
}

/// The certificates of a file, at least one.
fn certificates(parameter: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, DbError> {
    let failed = |words: String| DbError::other(format!("{parameter} {}: {words}", path.display()));
    let text = fs::read(path).map_err(|error| failed(error.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.map_err(|error| failed(format!("it cannot be read as PEM: {error}")))?;
    if found.is_empty() {
        return Err(failed(String::from(
            "it contains no PEM certificate, which starts with -----BEGIN CERTIFICATE-----",
        )));
    }
    Ok(found)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn identity(
    certificate: &Path,
    key: &Path,
    provider: &CryptoProvider,
) -> Result<Identity, DbError> {
    let chain = certificates("sslcert", certificate)?;
    let failed = |words: String| DbError::other(format!("sslkey {}: {words}", key.display()));
    let text = fs::read(key).map_err(|error| failed(error.to_string()))?;
    let encrypted = text.windows(9).any(|part| part == b"ENCRYPTED");
    let secret = PrivateKeyDer::from_pem_slice(&text).map_err(|error| {
        failed(if encrypted {
            String::from(
                "it has a passphrase; remove it with `openssl pkey -in KEY -out NEW` and protect \
                 the file with permissions",
            )
        } else {
            format!("it contains no PEM key ({error})")
        })
    })?;
    refuse_open_key(key).map_err(failed)?;
    provider
        .key_provider
        .load_private_key(secret.clone_key())
        .map_err(|error| failed(format!("this kind of key cannot be used ({error})")))?;
    Ok((chain, secret))
}

/// libpq's rule: only its owner may read a key; one of root may be read by a group too, which is
/// how systems hand out keys to services.
#[cfg(unix)]
fn refuse_open_key(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let data = fs::metadata(path).map_err(|error| error.to_string())?;
    let allowed = if data.uid() == 0 { 0o640 } else { 0o600 };
    if data.mode() & 0o777 & !allowed == 0 {
        return Ok(());
    }
    Err(format!(
        "it is readable by others (mode {:o}); run chmod 600 {}",
        data.mode() & 0o777,
        path.display()
    ))
}

#[cfg(not(unix))]
fn refuse_open_key(_: &Path) -> Result<(), String> {
    Ok(())
}
