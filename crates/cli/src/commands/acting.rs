//! Acting for a vendor from the command line: as the system, and said so in the audit trail.

use std::sync::Arc;

use channel::partners;
use domain::ids::PartnerId;
use frame::{App, AppError, Cx};
use people::{
    identity,
    identity::{Person, Vendor},
};

use super::Failure;

/// Whence the audit trail says that it came.
const ORIGIN: &str = "command line";

/// The vendor that is meant: the one of that name, or the only one.
pub(super) fn vendor(app: &Arc<App>, name: Option<&str>) -> Result<Vendor, Failure> {
    let all: Vec<Vendor> = app.db.read_blocking(identity::vendors)?;
    let names = || all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
    match (name, all.as_slice()) {
        (_, []) => Err(Failure::Failed(
            "there is no vendor yet: entente user create --vendor NAME --name NAME --email ADDRESS"
                .into(),
        )),
        (Some(name), all) => {
            let found = all.iter().find(|one| one.name == name).cloned();
            found.ok_or_else(|| {
                Failure::Wrong(format!("--vendor: there is no “{name}”; there are: {}", names()))
            })
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(Failure::Wrong(format!("choose one with --vendor: {}", names()))),
    }
}

/// Runs `what` for a vendor in one write transaction.
pub(super) fn write<T: Send + 'static>(
    app: &Arc<App>,
    vendor: &Vendor,
    what: impl Fn(&mut Cx<'_, '_>) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Failure> {
    let (told, vendor_id, now) = (app.clone(), vendor.vendor_id.clone(), app.clock.now());
    let done = app.write_for_blocking(&vendor.vendor_id, move |tx| {
        let mut cx = Cx::system(tx, &told, vendor_id.clone(), now);
        ORIGIN.clone_into(&mut cx.origin);
        what(&mut cx)
    });
    Ok(done?)
}

/// Runs `what` for a vendor on one snapshot.
pub(super) fn read<T: Send + 'static>(
    app: &Arc<App>,
    vendor: &Vendor,
    what: impl FnOnce(&mut Cx<'_, '_>) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Failure> {
    let (told, vendor_id, now) = (app.clone(), vendor.vendor_id.clone(), app.clock.now());
    let seen = app.db.read_blocking(move |tx| {
        let mut cx = Cx::system(tx, &told, vendor_id, now);
        cx.writes = false;
        what(&mut cx)
    });
    Ok(seen?)
}

/// The partner of this id or name; an unknown one is a bad field.
pub(super) fn partner(
    cx: &mut Cx<'_, '_>,
    given: Option<&str>,
) -> Result<Option<PartnerId>, AppError> {
    let Some(given) = given else { return Ok(None) };
    if let Ok(partner_id) = PartnerId::parse(given) {
        return Ok(Some(partners::partner(cx, &partner_id)?.partner_id));
    }
    match partners::find_by_name(cx, given)? {
        Some(partner_id) => Ok(Some(partner_id)),
        None => Err(AppError::field("partner", format!("there is no partner called “{given}”"))),
    }
}

/// The person with this address on a side, who is to own something; nobody is a bad field.
pub(super) fn owner(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
    address: &str,
) -> Result<Person, AppError> {
    let words = "is not the address of a user on that side; see `entente user list`";
    let found = identity::person_by_email(cx, partner, address);
    found.map_err(|error| unknown(error, "owner", words))
}

/// What is not found is a bad field, in these words.
pub(super) fn unknown(error: AppError, field: &str, words: &str) -> AppError {
    if matches!(error, AppError::NotFound) { AppError::field(field, words) } else { error }
}
