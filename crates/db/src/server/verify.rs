//! What is checked of a server's certificate, and what it showed.

use std::sync::Arc;

use parking_lot::Mutex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use x509_cert::Certificate;
use x509_cert::der::{DateTime, Decode as _};

/// What a server showed while an encrypted connection was made.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<(Option<Shown>, &'static str)>);

/// What is told of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// The last second at which it counts, since 1970.
    pub(super) ends_at: u64,
}

impl Seen {
    /// The certificate, if one was shown that can be read.
    pub(super) fn certificate(&self) -> Option<Shown> {
        self.0.lock().0
    }

    /// `TLS 1.3`, or `""` when no encrypted connection was made.
    pub(super) fn version(&self) -> &'static str {
        self.0.lock().1
    }
}

/// What has to be true of a server's certificate.
#[derive(Debug)]
pub(super) enum Check {
    Nothing,
    Authority {
        roots: Arc<RootCertStore>,
        /// The certificates that were named themselves. A server that signed its own is good when
        /// it is one of them.
        own: Vec<CertificateDer<'static>>,
        /// Whether the certificate must have been made for the host.
        compare: bool,
    },
}

#[derive(Debug)]
pub(super) struct Verifier {
    check: Check,
    algorithms: WebPkiSupportedAlgorithms,
    seen: Arc<Seen>,
}

impl Verifier {
    pub(super) fn new(check: Check, provider: &CryptoProvider, seen: Arc<Seen>) -> Verifier {
        Verifier { check, algorithms: provider.signature_verification_algorithms, seen }
    }

    /// Notes the version; true if the signature is to be checked. Where the certificate is not
    /// checked, a signature made with it proves nothing, and some of them cannot be read at all.
    fn signature_counts(&self, version: &'static str) -> bool {
        self.seen.0.lock().1 = version;
        !matches!(self.check, Check::Nothing)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let validity = validity(end_entity);
        self.seen.0.lock().0 = validity.map(|(_, ends_at)| Shown { ends_at });
        let Check::Authority { roots, own, compare } = &self.check else {
            return Ok(ServerCertVerified::assertion());
        };
        if own.iter().any(|certificate| certificate == end_entity) {
            in_time(validity, now)?;
        } else {
            let parsed = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(
                &parsed,
                roots,
                intermediates,
                now,
                self.algorithms.all,
            )
            .map_err(same_name)?;
        }
        if *compare {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.signature_counts("TLS 1.2") {
            verify_tls12_signature(message, certificate, signed, &self.algorithms)
        } else {
            Ok(HandshakeSignatureValid::assertion())
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.signature_counts("TLS 1.3") {
            verify_tls13_signature(message, certificate, signed, &self.algorithms)
        } else {
            Ok(HandshakeSignatureValid::assertion())
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// An authority of the same name with another key did not sign it either.
fn same_name(error: Error) -> Error {
    if error == Error::InvalidCertificate(CertificateError::BadSignature) {
        return CertificateError::UnknownIssuer.into();
    }
    error
}

/// The first and the last second at which a certificate counts; `None` when it cannot be read.
fn validity(certificate: &CertificateDer<'_>) -> Option<(u64, u64)> {
    let validity = Certificate::from_der(certificate).ok()?.tbs_certificate.validity;
    let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
    Some((seconds(validity.not_before), seconds(validity.not_after)))
}

fn in_time(validity: Option<(u64, u64)>, now: UnixTime) -> Result<(), Error> {
    let Some((from, until)) = validity else {
        return Err(CertificateError::BadEncoding.into());
    };
    let at = |seconds| UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    if now.as_secs() < from {
        return Err(CertificateError::NotValidYetContext { time: now, not_before: at(from) }.into());
    }
    if now.as_secs() > until {
        return Err(CertificateError::ExpiredContext { time: now, not_after: at(until) }.into());
    }
    Ok(())
}

/// The day of an instant in seconds since 1970, as `2026-11-28`.
pub(super) fn day(seconds: u64) -> String {
    let instant = DateTime::from_unix_duration(std::time::Duration::from_secs(seconds));
    let text = instant.map(|instant| instant.to_string()).unwrap_or_default();
    text.get(..10).unwrap_or("an unknown day").to_owned()
}
