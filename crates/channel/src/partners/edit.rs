//! Changing a partner: its particulars, its status, who looks after it.

use db::Record;
use domain::{
    accounts::{Country, Domain},
    ids::{PartnerId, UserId},
};
use serde_json::json;
use web::FieldErrors;

use super::{
    Partner, PartnerStatus, body,
    changes::{self, Change},
    create::{PartnerInput, particulars},
    kept, page, questions,
};
use frame::{
    action::{Action, Done, Opened},
    ctx::Cx,
    error::AppError,
    input::{Text, input},
    reply::Reply,
    request::Req,
};
use people::{
    audit,
    identity::{
        self,
        stakes::{Stake, gave_up},
    },
};

input! {
    /// Why something changes.
    pub(super) struct Reason {
        /// The reason for changing status or partner manager; it appears in the partner's history.
        pub(super) reason: String => Text::line("Reason", 1000).hint(
            "Required when the status or partner manager changes. When a partner leaves, its \
             people are signed out and its keys and links stop at once"
        ),
    }
}

/// The partner's values as they are.
fn input_of(partner: &Partner) -> PartnerInput {
    PartnerInput {
        name: partner.name.clone(),
        domain: Domain::parse(&partner.domain).ok(),
        country: Country::parse(&partner.country).ok(),
        city: partner.city.clone(),
        external_id: partner.external_id.clone(),
        status: partner.status,
        manager_user_id: partner.manager_user_id.clone(),
    }
}

/// Changes a partner; every bad field is named. A new status or manager needs a reason.
fn edit(
    cx: &mut Cx<'_, '_>,
    partner: &Partner,
    (new, reason): (&PartnerInput, &str),
) -> Result<(), AppError> {
    let mut errors = FieldErrors::new();
    new.check(cx, Some(partner), &mut errors)?;
    let after = new.over(partner.clone());
    let is_moved = after.status != partner.status;
    let is_handed_over = after.manager_user_id != partner.manager_user_id;
    if is_moved || is_handed_over {
        changes::check_reason(reason, &mut errors);
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let is_rewritten = particulars(&after) != particulars(partner);
    if !(is_moved || is_handed_over || is_rewritten) {
        return Ok(());
    }
    save(cx, Partner { version: partner.version + 1, ..after.clone() })?;
    if is_rewritten {
        identity::rename_side(cx, &partner.partner_id, &after.name)?;
        let told = (particulars(partner), particulars(&after));
        changes::tell(cx, &partner.partner_id, "partners.changed", told)?;
    }
    if is_moved {
        moved(cx, partner, after.status, reason.trim())?;
    }
    if is_handed_over {
        handed_over(cx, partner, after.manager_user_id.as_ref(), reason.trim())?;
    }
    Ok(())
}

fn save(cx: &mut Cx<'_, '_>, partner: Partner) -> Result<(), AppError> {
    let id = partner.partner_id.as_str();
    audit::touch(cx, &kept::PARTNERS, &[id])?;
    let vendor_id = cx.vendor();
    partner
        .update(cx.tx, &[("vendor_id", vendor_id.as_str().into()), ("partner_id", id.into())])?;
    Ok(())
}

fn moved(
    cx: &mut Cx<'_, '_>,
    partner: &Partner,
    status: PartnerStatus,
    reason: &str,
) -> Result<(), AppError> {
    if status == PartnerStatus::Left {
        identity::close_side(cx, &partner.partner_id)?;
    } else if partner.status == PartnerStatus::Left {
        identity::reopen_side(cx, &partner.partner_id)?;
    }
    let (old, new) = (partner.status.word(), status.word());
    let change = Change { program_id: "", what: "status", old, new, reason };
    changes::keep(cx, &partner.partner_id, &change)?;
    let told = (json!({ "status": old }), json!({ "status": new, "reason": reason }));
    changes::tell(cx, &partner.partner_id, "partners.status_changed", told)
}

fn handed_over(
    cx: &mut Cx<'_, '_>,
    partner: &Partner,
    manager: Option<&UserId>,
    reason: &str,
) -> Result<(), AppError> {
    let id = |user_id: Option<&UserId>| user_id.map_or_else(String::new, ToString::to_string);
    let (old, new) = (id(partner.manager_user_id.as_ref()), id(manager));
    gave_up(cx, Stake::Partner, partner.partner_id.as_str(), &old)?;
    let change = Change { program_id: "", what: "manager", old: &old, new: &new, reason };
    changes::keep(cx, &partner.partner_id, &change)?;
    let before = json!({ "manager_user_id": old });
    let after = json!({ "manager_user_id": new, "reason": reason });
    changes::tell(cx, &partner.partner_id, "partners.manager_changed", (before, after))
}

/// Gives a partner this status, and says why. One that left is acted for by nobody: its sessions,
/// keys and links end at once.
pub fn set_status(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    status: PartnerStatus,
    reason: &str,
) -> Result<(), AppError> {
    let partner = questions::partner(cx, partner_id)?;
    edit(cx, &partner, (&PartnerInput { status, ..input_of(&partner) }, reason))
}

/// Makes this person the partner manager, and says why; `None` for nobody.
pub fn set_manager(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    manager: Option<&UserId>,
    reason: &str,
) -> Result<(), AppError> {
    let partner = questions::partner(cx, partner_id)?;
    let new = PartnerInput { manager_user_id: manager.cloned(), ..input_of(&partner) };
    edit(cx, &partner, (&new, reason))
}

/// Changing a partner by form or API.
pub(super) struct Edit;

impl Action for Edit {
    type Input = (PartnerInput, Reason);

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self::Input>, AppError> {
        let partner = page::load(req)?;
        let address = format!("/partners/{}", partner.partner_id);
        let before = (input_of(&partner), Reason { reason: String::new() });
        Ok(Opened::new(format!("Edit {}", partner.name), address.as_str(), "Save")
            .crumb("Partners", "/partners")
            .crumb(partner.name, address.as_str())
            .before(before, partner.version))
    }

    fn run(req: &mut Req<'_, '_>, (input, why): Self::Input) -> Result<Done, AppError> {
        let partner = page::load(req)?;
        edit(&mut req.cx, &partner, (&input, &why.reason))?;
        let id = partner.partner_id;
        Ok(Done::new(&id, format!("/partners/{id}"), "Saved."))
    }

    fn answer(req: &mut Req<'_, '_>, done: &Done) -> Result<Reply, AppError> {
        let (body, version) = body::read(req, &done.id)?;
        Ok(Reply::json(&body)?.etag(version))
    }
}
