//! Passwords: Argon2id with 19 MiB, two passes, one lane.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use frame::{
    error::AppError,
    routes::{HashJob, Hashed},
};

fn hasher() -> Result<Argon2<'static>, AppError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(AppError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Does the work of one job; the salt comes from the application's source of chance.
pub fn carry_out_hashing(job: &HashJob, salt: &[u8; 16]) -> Result<Hashed, AppError> {
    match job {
        HashJob::Verify { password, phc } => {
            Ok(Hashed { verified: verify(password, phc)?, phc: None })
        }
        HashJob::Hash { password } => {
            Ok(Hashed { verified: true, phc: Some(hash(password, salt)?) })
        }
        HashJob::Replace { old, phc, new } => {
            let verified = verify(old, phc)?;
            let phc = if verified { Some(hash(new, salt)?) } else { None };
            Ok(Hashed { verified, phc })
        }
    }
}

fn verify(password: &str, phc: &str) -> Result<bool, AppError> {
    let Ok(parsed) = PasswordHash::new(phc) else {
        return Ok(false);
    };
    Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok())
}

fn hash(password: &str, salt: &[u8; 16]) -> Result<String, AppError> {
    let hash =
        hasher()?.hash_password_with_salt(password.as_bytes(), salt).map_err(AppError::internal)?;
    Ok(hash.to_string())
}
