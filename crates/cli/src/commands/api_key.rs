//! `entente api-key`: keys for programs (ID-04).

use app::{
    AppError,
    access::{Permission, Permissions},
    core::actor::KeyOwner,
    identity::{self, NewApiKey},
};
use clap::{Args, Subcommand};
use domain::ids::ApiKeyId;
use jiff::{Timestamp, ToSpan as _};

use super::{Failure, acting};
use crate::{config::Settings, node};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(super) enum ApiKey {
    /// Make a key and print its secret, which is never shown again.
    Create(Create),
    /// List the keys, without their secrets.
    List {
        /// The vendor, where there are several.
        #[arg(long, value_name = "NAME")]
        vendor: Option<String>,
    },
    /// Take a key back: it stops working with the next request.
    Revoke {
        /// The key's id, from the list.
        key_id: String,
        /// The vendor, where there are several.
        #[arg(long, value_name = "NAME")]
        vendor: Option<String>,
    },
}

/// A key to be made.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// What it is for.
    #[arg(long)]
    name: String,
    /// What it may do, for example accounts:read,imports:run; `all` for all that its owner may.
    #[arg(long, value_delimiter = ',', required = true, value_name = "SCOPES")]
    scopes: Vec<String>,
    /// How many days it works, at most 730.
    #[arg(long, default_value_t = 365, value_name = "DAYS")]
    days: u16,
    /// Whose key it is: a person's e-mail address. The key may do what that person may do at
    /// each moment, and no more.
    #[arg(long, value_name = "ADDRESS")]
    owner: String,
    /// The partner for which it acts, by name or id; without it the vendor.
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
    /// The vendor, where there are several.
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
}

/// Carries it out.
pub(super) fn run(settings: &Settings, what: &ApiKey) -> Result<(), Failure> {
    match what {
        ApiKey::Create(new) => create(settings, new),
        ApiKey::List { vendor } => list(settings, vendor.as_deref()),
        ApiKey::Revoke { key_id, vendor } => revoke(settings, key_id, vendor.as_deref()),
    }
}

fn permissions(scopes: &[String]) -> Result<Permissions, Failure> {
    if scopes.iter().any(|scope| scope == "all") {
        return Ok(Permissions::all());
    }
    let mut list = Vec::new();
    for scope in scopes {
        let Some(permission) = Permission::from_word(scope) else {
            let known: Vec<&str> = Permission::ALL.iter().map(|one| one.word()).collect();
            return Err(Failure::Wrong(format!(
                "--scopes: “{scope}” is none of {}, all",
                known.join(", ")
            )));
        };
        list.push(permission);
    }
    Ok(Permissions::of(&list))
}

fn create(settings: &Settings, new: &Create) -> Result<(), Failure> {
    let permissions = permissions(&new.scopes)?;
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, new.vendor.as_deref())?;
    let (name, partner, hours) = (new.name.clone(), new.partner.clone(), i64::from(new.days) * 24);
    let (address, all) = (new.owner.clone(), new.scopes.iter().any(|scope| scope == "all"));
    let (key, expires_at) = acting::write(&app, &vendor, move |cx| {
        let partner_id = acting::partner(cx, partner.as_deref())?;
        let expires_at = cx.now.saturating_add(hours.hours()).unwrap_or(Timestamp::MAX);
        let partner_id = partner_id.as_ref();
        let person = identity::person_by_email(cx, partner_id, &address).map_err(|error| {
            let words = "is nobody's address on that side; see `entente user list`";
            if matches!(error, AppError::NotFound) {
                AppError::field("owner", words)
            } else {
                error
            }
        })?;
        let permissions = if all { person.permissions() } else { permissions };
        let owner = Some(KeyOwner::Person(person.user_id));
        let new = NewApiKey { name: &name, partner_id, permissions, expires_at, owner };
        Ok((identity::create_api_key(cx, &new)?, expires_at))
    })?;
    eprintln!("{} works until {expires_at}. Keep the secret now:", key.key_id);
    println!("{}", key.secret);
    Ok(())
}

fn list(settings: &Settings, vendor: Option<&str>) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, vendor)?;
    for key in acting::read(&app, &vendor, identity::api_keys)? {
        let side = if key.partner_id.is_empty() { "vendor" } else { &key.partner_id };
        println!(
            "{}\t{}\t{}\t{side}\t{}\t{}\t{}\t{}",
            key.key_id,
            key.prefix,
            key.standing,
            key.expires_at,
            key.name,
            key.scopes.replace(' ', ","),
            if key.owner.is_empty() { "nobody" } else { &key.owner }
        );
    }
    Ok(())
}

fn revoke(settings: &Settings, key_id: &str, vendor: Option<&str>) -> Result<(), Failure> {
    let id = ApiKeyId::parse(key_id)
        .map_err(|error| Failure::Wrong(format!("“{key_id}” is no id of a key: {error}")))?;
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, vendor)?;
    acting::write(&app, &vendor, move |cx| identity::revoke_api_key(cx, &id))?;
    println!("{key_id} no longer works.");
    Ok(())
}
