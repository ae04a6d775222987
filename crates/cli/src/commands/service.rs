//! `entente service`: service identities for integrations (ID-04).

use clap::{Args, Subcommand};
use frame::AppError;
use frame::access::{Permission, Permissions};
use jiff::{Timestamp, ToSpan as _};
use people::identity::{self, NewService};

use super::{Failure, acting, api_key};
use crate::{config::Settings, node};

/// Service identity commands.
#[derive(Debug, Subcommand)]
pub(super) enum Service {
    /// Create one. Create its keys with `entente api-key create --service NAME`.
    Create(Create),
    /// List those of the vendor and of all its partners.
    List {
        /// The vendor, if there are several.
        #[arg(long, value_name = "NAME")]
        vendor: Option<String>,
    },
    /// End one: all its keys are revoked.
    End {
        /// Its name or id, from the list.
        name: String,
        /// The partner it acts for, by name or id; by default the vendor.
        #[arg(long, value_name = "NAME")]
        partner: Option<String>,
        /// The vendor, if there are several.
        #[arg(long, value_name = "NAME")]
        vendor: Option<String>,
    },
}

/// A service identity to create.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its name, shown wherever it acts.
    #[arg(long)]
    name: String,
    /// What it is for.
    #[arg(long, default_value = "", value_name = "WORDS")]
    purpose: String,
    /// Its scopes, for example accounts:read,imports:run; `all` for all scopes of its owner except
    /// decisions.
    #[arg(long, value_delimiter = ',', required = true, value_name = "SCOPES")]
    scopes: Vec<String>,
    /// Days until it expires, at most 730.
    #[arg(long, default_value_t = 365, value_name = "DAYS")]
    days: u16,
    /// The e-mail address of its owner, who must be allowed to manage API keys.
    #[arg(long, value_name = "ADDRESS")]
    owner: String,
    /// The partner it acts for, by name or id; by default the vendor.
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
    /// The vendor, if there are several.
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
}

/// Carries it out.
pub(super) fn run(settings: &Settings, what: &Service) -> Result<(), Failure> {
    match what {
        Service::Create(new) => create(settings, new),
        Service::List { vendor } => list(settings, vendor.as_deref()),
        Service::End { name, partner, vendor } => {
            end(settings, name, (partner.clone(), vendor.as_deref()))
        }
    }
}

fn create(settings: &Settings, new: &Create) -> Result<(), Failure> {
    let scopes = api_key::permissions(&new.scopes)?;
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, new.vendor.as_deref())?;
    let (name, purpose, partner) = (new.name.clone(), new.purpose.clone(), new.partner.clone());
    let (address, hours) = (new.owner.clone(), i64::from(new.days) * 24);
    let (service_id, expires_at) = acting::write(&app, &vendor, move |cx| {
        let partner_id = acting::partner(cx, partner.as_deref())?;
        let owner = acting::owner(cx, partner_id.as_ref(), &address)?;
        let all = owner.permissions().both(Permissions::of_services());
        let expires_at = cx.now.saturating_add(hours.hours()).unwrap_or(Timestamp::MAX);
        let new = NewService {
            name: &name,
            purpose: &purpose,
            partner_id: partner_id.as_ref(),
            scopes: scopes.unwrap_or(all),
            expires_at,
            owner: Some(owner.user_id),
        };
        Ok((identity::create_service(cx, &new)?, expires_at))
    })?;
    println!("{service_id}");
    eprintln!(
        "“{}” expires at {expires_at}. Create its key with `entente api-key create --service {}`.",
        new.name, service_id
    );
    Ok(())
}

fn list(settings: &Settings, vendor: Option<&str>) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, vendor)?;
    for service in acting::read(&app, &vendor, identity::service_identities)? {
        let side = service.partner_id.map_or_else(|| "vendor".to_owned(), |id| id.to_string());
        let scopes: Vec<&str> = service.scopes.list().into_iter().map(Permission::word).collect();
        println!(
            "{}\t{}\t{}\t{side}\t{}\t{}\t{}",
            service.service_id,
            service.name,
            service.standing,
            service.expires_at,
            scopes.join(","),
            service.owner_name
        );
    }
    Ok(())
}

fn end(
    settings: &Settings,
    name: &str,
    (partner, vendor): (Option<String>, Option<&str>),
) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, vendor)?;
    let named = name.to_owned();
    acting::write(&app, &vendor, move |cx| {
        let partner_id = acting::partner(cx, partner.as_deref())?;
        let found = identity::service_identity(cx, partner_id.as_ref(), &named);
        let words = "there is no such service identity on that side; see `entente service list`";
        let service = found.map_err(|error| acting::unknown(error, "name", words))?;
        identity::end_service_identity(cx, &service)?;
        Ok::<_, AppError>(())
    })?;
    println!("{name} has ended; its keys no longer work.");
    Ok(())
}
