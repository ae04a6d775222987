//! `entente api-key`: keys for programs (ID-04).

use clap::{Args, Subcommand};
use domain::ids::{ApiKeyId, PartnerId};
use frame::{AppError, Cx};
use frame::{
    access::{Permission, Permissions},
    actor::KeyOwner,
};
use jiff::{Timestamp, ToSpan as _};
use people::identity::{self, NewApiKey};

use super::{Failure, acting};
use crate::{config::Settings, node};

/// API key commands.
#[derive(Debug, Subcommand)]
pub(super) enum ApiKey {
    /// Create a key and print its secret, which is never shown again.
    Create(Create),
    /// List the keys, without their secrets.
    List {
        /// The vendor, if there are several.
        #[arg(long, value_name = "NAME")]
        vendor: Option<String>,
    },
    /// Revoke a key: it stops working at once.
    Revoke {
        /// The key's id, from the list.
        key_id: String,
        /// The vendor, if there are several.
        #[arg(long, value_name = "NAME")]
        vendor: Option<String>,
    },
}

/// A key to create.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// What it is for.
    #[arg(long)]
    name: String,
    /// Its scopes, for example accounts:read,imports:run; `all` for all scopes of its owner.
    #[arg(long, value_delimiter = ',', required = true, value_name = "SCOPES")]
    scopes: Vec<String>,
    /// Days until it expires, at most 730; by default 365, or as long as the service identity.
    #[arg(long, value_name = "DAYS")]
    days: Option<u16>,
    #[command(flatten)]
    whose: Whose,
    /// The partner it acts for, by name or id; by default the vendor.
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
    /// The vendor, if there are several.
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
}

/// The owner of the key: a person or a service identity.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// A person's e-mail address. The key can never do more than that person.
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<String>,
    /// The name or id of a service identity, from `entente service list`.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
}

/// Carries it out.
pub(super) fn run(settings: &Settings, what: &ApiKey) -> Result<(), Failure> {
    match what {
        ApiKey::Create(new) => create(settings, new),
        ApiKey::List { vendor } => list(settings, vendor.as_deref()),
        ApiKey::Revoke { key_id, vendor } => revoke(settings, key_id, vendor.as_deref()),
    }
}

/// The permissions that `--scopes` names; `None` for `all`.
pub(super) fn permissions(scopes: &[String]) -> Result<Option<Permissions>, Failure> {
    if scopes.iter().any(|scope| scope == "all") {
        return Ok(None);
    }
    let mut list = Vec::new();
    for scope in scopes {
        let Some(permission) = Permission::from_word(scope) else {
            let known: Vec<&str> = Permission::ALL.iter().map(|one| one.word()).collect();
            return Err(Failure::Wrong(format!(
                "--scopes: “{scope}” is not one of {}, all",
                known.join(", ")
            )));
        };
        list.push(permission);
    }
    Ok(Some(Permissions::of(&list)))
}

/// Whose key it is to be, all that it can be given, and until when it works unless it is said.
struct Owner {
    owner: KeyOwner,
    all: Permissions,
    usual_end: Timestamp,
}

/// How many days a person's key works, unless it is said.
const USUAL_DAYS: i64 = 365;

fn owner(
    cx: &mut Cx<'_, '_>,
    partner_id: Option<&PartnerId>,
    whose: &Whose,
) -> Result<Owner, AppError> {
    if let Some(name) = &whose.service {
        let found = identity::service_identity(cx, partner_id, name);
        let words = "there is no such service identity on that side; see `entente service list`";
        let service = found.map_err(|error| acting::unknown(error, "service", words))?;
        let owner = KeyOwner::Service { service_id: service.service_id, owner: service.owner };
        return Ok(Owner { owner, all: service.scopes, usual_end: service.expires_at });
    }
    let address = whose.owner.as_deref().unwrap_or_default();
    let person = acting::owner(cx, partner_id, address)?;
    let all = person.permissions();
    let usual_end = in_days(cx.now, USUAL_DAYS);
    Ok(Owner { owner: KeyOwner::Person(person.user_id), all, usual_end })
}

fn in_days(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_add((days * 24).hours()).unwrap_or(Timestamp::MAX)
}

fn create(settings: &Settings, new: &Create) -> Result<(), Failure> {
    let permissions = permissions(&new.scopes)?;
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, new.vendor.as_deref())?;
    let (name, partner, days) = (new.name.clone(), new.partner.clone(), new.days.map(i64::from));
    let whose = new.whose.clone();
    let (key, expires_at) = acting::write(&app, &vendor, move |cx| {
        let partner_id = acting::partner(cx, partner.as_deref())?;
        let partner_id = partner_id.as_ref();
        let Owner { owner, all, usual_end } = owner(cx, partner_id, &whose)?;
        let expires_at = days.map_or(usual_end, |days| in_days(cx.now, days));
        let permissions = permissions.unwrap_or(all);
        let owner = Some(owner);
        let new = NewApiKey { name: &name, partner_id, permissions, expires_at, owner };
        Ok((identity::create_api_key(cx, &new)?, expires_at))
    })?;
    eprintln!("{} expires at {expires_at}. Save the secret now:", key.key_id);
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
        .map_err(|error| Failure::Wrong(format!("“{key_id}” is not a key id: {error}")))?;
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, vendor)?;
    acting::write(&app, &vendor, move |cx| identity::revoke_api_key(cx, &id))?;
    println!("{key_id} no longer works.");
    Ok(())
}
