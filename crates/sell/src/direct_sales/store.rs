//! Direct opportunities and activities in the database.

use domain::{
    deal_registration::activity::ActivityKind,
    folding::folded,
    ids::{AccountId, DirectActivityId, OpportunityId},
    money::Money,
};
use jiff::{Timestamp, civil::Date};

use super::{Stage, Through, kept};
use frame::{columns, ctx::Cx, error::AppError};
use people::{
    audit,
    identity::stakes::{Stake, gave_up},
};

db::row! {
    /// A direct opportunity.
    #[derive(Debug, Clone)]
    pub(super) struct Opportunity {
        pub(super) opportunity_id: OpportunityId,
        pub(super) account_id: AccountId,
        pub(super) account_name: String => Option::unwrap_or_default,
        pub(super) name: String,
        pub(super) owner_user_id: String,
        pub(super) owner_name: String,
        pub(super) product: String,
        pub(super) stage: Stage,
        pub(super) amount: Money,
        pub(super) opened_on: Date,
        pub(super) close_on: Option<Date> => |day: String| date(&day),
        pub(super) external_id: String,
        pub(super) permitted_by: String,
        pub(super) through: Through,
        pub(super) closed_on: Option<Date> => |day: String| date(&day),
        pub(super) closing_note: String,
        pub(super) created_at: Timestamp,
        pub(super) created_by_name: String,
        pub(super) version: i64,
    }
}

/// A direct opportunity to be written; everything has been checked.
#[derive(Debug, Clone)]
pub(super) struct NewOpportunity {
    pub(super) account_id: AccountId,
    pub(super) name: String,
    pub(super) owner_user_id: String,
    pub(super) owner_name: String,
    pub(super) product: String,
    pub(super) stage: Stage,
    pub(super) amount: Money,
    pub(super) opened_on: Date,
    pub(super) close_on: Option<Date>,
    pub(super) closed_on: Option<Date>,
    pub(super) external_id: String,
    pub(super) permitted_by: String,
    pub(super) through: Through,
}

pub(super) const SELECT: &str = "SELECT o.opportunity_id, o.account_id, a.name, o.name, o.owner_user_id, \
    o.owner_name, o.product, o.stage, o.amount_minor, o.currency, o.opened_on, o.close_on, \
    o.external_id, o.permitted_by, o.through, o.closed_on, o.closing_note, o.created_at, \
    o.created_by_name, o.version FROM direct_opportunities o LEFT JOIN accounts_v_names a \
    ON a.vendor_id = o.vendor_id AND a.account_id = o.account_id";

/// A date; `None` for an empty text.
fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// A date as tables keep it.
pub(super) fn text(on: Option<Date>) -> String {
    on.map_or(String::new(), |on| on.to_string())
}

columns::words!(Stage, Through);

/// One opportunity; 404 when there is none.
pub(super) fn find(cx: &mut Cx<'_, '_>, id: &OpportunityId) -> Result<Opportunity, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!("{SELECT} WHERE o.vendor_id = $1 AND o.opportunity_id = $2");
    let params = db::params![vendor_id.as_str(), id.as_str()];
    cx.tx.query_opt_as(&sql, params)?.ok_or(AppError::NotFound)
}

/// The opportunity with this id in the CRM.
pub(super) fn by_external_id(
    cx: &mut Cx<'_, '_>,
    external_id: &str,
) -> Result<Option<Opportunity>, AppError> {
    if external_id.is_empty() {
        return Ok(None);
    }
    let vendor_id = cx.vendor();
    let sql = format!(
        "{SELECT} WHERE o.vendor_id = $1 AND o.external_id IN ($2, $3) \
         ORDER BY o.created_at LIMIT 1"
    );
    let other = domain::crm_id::other_form(external_id);
    let other = other.as_deref().unwrap_or(external_id);
    Ok(cx.tx.query_opt_as(&sql, db::params![vendor_id.as_str(), external_id, other])?)
}

/// Writes a new opportunity.
pub(super) fn insert(cx: &mut Cx<'_, '_>, new: &NewOpportunity) -> Result<OpportunityId, AppError> {
    let vendor_id = cx.vendor();
    let id = OpportunityId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO direct_opportunities (vendor_id, opportunity_id, account_id, name, \
         owner_user_id, owner_name, product, stage, amount_minor, currency, opened_on, close_on, \
         external_id, permitted_by, through, closed_on, created_at, created_by_name, \
         search_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
         $16, $17, $18, $19)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            new.account_id.as_str(),
            &new.name,
            &new.owner_user_id,
            &new.owner_name,
            &new.product,
            new.stage.word(),
            new.amount.minor,
            new.amount.currency.as_str(),
            new.opened_on.to_string(),
            text(new.close_on),
            &new.external_id,
            &new.permitted_by,
            new.through.word(),
            text(new.closed_on),
            cx.now.as_microsecond(),
            &cx.actor.name.clone(),
            folded(&new.name)
        ],
    )?;
    audit::made(cx, &kept::OPPORTUNITIES, &[id.as_str()])?;
    Ok(id)
}

/// Brings an opportunity to what the CRM says.
pub(super) fn update(
    cx: &mut Cx<'_, '_>,
    known: &Opportunity,
    new: &NewOpportunity,
) -> Result<(), AppError> {
    audit::touch(cx, &kept::OPPORTUNITIES, &[known.opportunity_id.as_str()])?;
    let goes_on = new.stage == Stage::Open
        && new.owner_user_id == known.owner_user_id
        && new.account_id == known.account_id;
    if known.stage == Stage::Open && !goes_on {
        gave_up(cx, Stake::Opportunity, known.account_id.as_str(), &known.owner_user_id)?;
    }
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE direct_opportunities SET name = $1, owner_user_id = $2, owner_name = $3, \
         product = $4, stage = $5, amount_minor = $6, currency = $7, close_on = $8, \
         closed_on = $9, permitted_by = $10, account_id = $11, opened_on = $12, \
         search_key = $13, version = version + 1 WHERE vendor_id = $14 AND opportunity_id = $15",
        db::params![
            &new.name,
            &new.owner_user_id,
            &new.owner_name,
            &new.product,
            new.stage.word(),
            new.amount.minor,
            new.amount.currency.as_str(),
            text(new.close_on),
            text(new.closed_on),
            &new.permitted_by,
            new.account_id.as_str(),
            new.opened_on.to_string(),
            folded(&new.name),
            vendor_id.as_str(),
            known.opportunity_id.as_str()
        ],
    )?;
    Ok(())
}

/// Closes an opportunity.
pub(super) fn close(
    cx: &mut Cx<'_, '_>,
    known: &Opportunity,
    (stage, closed_on): (Stage, Date),
    note: &str,
) -> Result<(), AppError> {
    audit::touch(cx, &kept::OPPORTUNITIES, &[known.opportunity_id.as_str()])?;
    gave_up(cx, Stake::Opportunity, known.account_id.as_str(), &known.owner_user_id)?;
    let (vendor_id, id) = (cx.vendor(), &known.opportunity_id);
    cx.tx.execute(
        "UPDATE direct_opportunities SET stage = $1, closed_on = $2, closing_note = $3, \
         version = version + 1 WHERE vendor_id = $4 AND opportunity_id = $5",
        db::params![stage.word(), closed_on.to_string(), note, vendor_id.as_str(), id.as_str()],
    )?;
    Ok(())
}

db::row! {
    /// A direct activity.
    #[derive(Debug, Clone)]
    pub(super) struct Activity {
        pub(super) activity_id: String,
        pub(super) kind: String,
        pub(super) occurred_on: Date,
        pub(super) note: String,
        pub(super) by_name: String,
        pub(super) recorded_at: Timestamp,
    }
}

/// A direct activity to be written; everything has been checked.
#[derive(Debug, Clone)]
pub(super) struct NewActivity {
    pub(super) account_id: AccountId,
    pub(super) opportunity_id: Option<OpportunityId>,
    pub(super) kind: ActivityKind,
    pub(super) occurred_on: Date,
    pub(super) note: String,
    pub(super) permitted_by: String,
}

/// Writes a new activity.
pub(super) fn add_activity(
    cx: &mut Cx<'_, '_>,
    new: &NewActivity,
) -> Result<DirectActivityId, AppError> {
    let vendor_id = cx.vendor();
    let id = DirectActivityId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO direct_activities (vendor_id, activity_id, account_id, opportunity_id, kind, \
         occurred_on, note, recorded_by, recorded_by_name, recorded_at, permitted_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            new.account_id.as_str(),
            new.opportunity_id.as_ref().map_or("", |id| id.as_str()),
            new.kind.word(),
            new.occurred_on.to_string(),
            &new.note,
            cx.actor.reference(),
            &cx.actor.name.clone(),
            cx.now.as_microsecond(),
            &new.permitted_by
        ],
    )?;
    audit::made(cx, &kept::ACTIVITIES, &[id.as_str()])?;
    Ok(id)
}

/// The activities of an opportunity and those of its account without one, newest first.
pub(super) fn activities(
    cx: &mut Cx<'_, '_>,
    opportunity: &Opportunity,
) -> Result<Vec<Activity>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT activity_id, kind, occurred_on, note, recorded_by_name, recorded_at \
         FROM direct_activities WHERE vendor_id = $1 AND account_id = $2 \
         AND (opportunity_id = $3 OR opportunity_id = '') \
         ORDER BY occurred_on DESC, activity_id DESC LIMIT 200",
        db::params![
            vendor_id.as_str(),
            opportunity.account_id.as_str(),
            opportunity.opportunity_id.as_str()
        ],
    )?)
}
