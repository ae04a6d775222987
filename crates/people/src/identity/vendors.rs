//! Vendors: the companies that own programs, each with its first people.

use std::sync::Arc;

use db::Tx;
use domain::ids::{UserId, VendorId};
use jiff::Timestamp;
use serde_json::json;
use web::FieldErrors;

use super::{NewUser, address, create_user, profile};
use crate::audit;
use frame::{ctx::Cx, error::AppError, state::App};

/// A vendor to be set up.
#[derive(Debug)]
pub struct NewVendor<'a> {
    /// The company's name.
    pub name: &'a str,
    /// The host name of its portal; `""` answers to any.
    pub host: &'a str,
    /// Its time zone, for example `Europe/Berlin`.
    pub zone: &'a str,
}

/// A vendor of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Its id.
    pub vendor_id: VendorId,
    /// The company's name.
    pub name: String,
    /// The host name of its portal; `""` answers to any.
    pub host: String,
    /// Its time zone.
    pub zone: String,
}

/// Every vendor of the installation, in the order in which they were set up.
pub fn vendors(tx: &mut Tx<'_>) -> Result<Vec<Vendor>, AppError> {
    let rows = tx.query_as::<(String, String, String, String), _>(
        "SELECT vendor_id, name, host, zone FROM vendors ORDER BY created_at, vendor_id",
        &[],
    )?;
    rows.into_iter()
        .map(|(vendor_id, name, host, zone)| {
            let vendor_id = VendorId::parse(&vendor_id).map_err(AppError::internal)?;
            Ok(Vendor { vendor_id, name, host, zone })
        })
        .collect()
}

/// Everything that is wrong with a vendor's own settings, by field.
pub(super) fn faults(name: &str, host: &str, zone: &str) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if let Some(words) = profile::name_fault(name) {
        errors.add("name", words);
    }
    let odd = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    if host.len() > 253 || host.chars().any(odd) {
        errors.add("host", "Enter only the host name, in lower case, or leave it empty");
    }
    if domain::calendar::zones::find(zone).is_err() {
        errors.add("zone", "Enter a time zone such as Europe/Berlin");
    }
    errors
}

/// Sets up a vendor and the first person of it, who gets the roles given, or those of channel
/// chief and operations when none are.
pub fn create_vendor_with_admin(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    now: Timestamp,
    (vendor, admin): (&NewVendor<'_>, &NewUser<'_>),
) -> Result<(VendorId, UserId), AppError> {
    let mut errors = faults(vendor.name, vendor.host, vendor.zone);
    if let Some(words) = address::fault(&address::normal(admin.email)) {
        errors.add("email", words);
    }
    let taken = tx.query_opt_as::<i64, _>(
        "SELECT 1 FROM vendors WHERE host = $1",
        db::params![vendor.host],
    )?;
    if taken.is_some() {
        errors.add("host", "Another vendor already uses this host name");
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let vendor_id = VendorId::new(&app.ids, now);
    tx.execute(
        "INSERT INTO vendors (vendor_id, name, host, zone, created_at) \
         VALUES ($1, $2, $3, $4, $5)",
        db::params![
            vendor_id.as_str(),
            vendor.name.trim(),
            vendor.host,
            vendor.zone,
            now.as_microsecond()
        ],
    )?;
    let mut cx = Cx::system(tx, app, vendor_id.clone(), now);
    audit::record(
        &mut cx,
        &audit::Entry {
            action: "identity.vendor_created",
            object_kind: "vendor",
            object_id: vendor_id.as_str(),
            before: json!(null),
            after: json!({ "name": vendor.name, "host": vendor.host, "zone": vendor.zone }),
        },
    )?;
    audit::rows::begin(&mut cx)?;
    let roles: &[&str] =
        if admin.roles.is_empty() { &["channel_chief", "operations"] } else { admin.roles };
    let admin = NewUser {
        email: admin.email,
        name: admin.name,
        phone: admin.phone,
        zone: admin.zone,
        partner_id: None,
        roles,
        territories: admin.territories,
        password_phc: admin.password_phc,
        invited_by: "",
    };
    let user_id = create_user(&mut cx, &admin)?;
    Ok((vendor_id, user_id))
}

/// The acting side's vendor by name.
pub fn vendor_name(cx: &mut Cx<'_, '_>) -> Result<String, AppError> {
    super::sides::side_name(cx, None)
}
