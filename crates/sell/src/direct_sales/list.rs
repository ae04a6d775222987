//! The lists of direct sales: opportunities, and attempts that the lockout refused.

use db::Value;
use domain::folding::folded;
use domain::ids::{AccountId, UserId};
use web::{Icon, Page, Tabs};

use super::{
    Stage,
    api::{self, OpportunityBody, attempts::AttemptBody},
    attempts::{self, Attempt},
    pages,
    store::{self, Opportunity},
};
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Condition, Filter, List, Listed, Sort, containing},
};

/// The direct opportunities of a vendor.
pub(super) struct Opportunities;

impl Listed for Opportunities {
    type Row = Opportunity;
    type Body = OpportunityBody;
    const AT: At = At {
        page: "/direct-opportunities",
        file: "/direct-opportunities.csv",
        api: "/api/v1/direct-opportunities",
    };

    fn list() -> List<Opportunity> {
        List::<Opportunity>::plain("Direct opportunities", (store::SELECT, "o.vendor_id"))
            .id("o.opportunity_id", |o| o.opportunity_id.to_string())
            .leads_to(|o| format!("/direct-opportunities/{}", o.opportunity_id))
            .filter(Filter::search_by("Account or opportunity", named))
            .filter(Filter::word::<Stage>("stage", "Stage", "o.stage"))
            .filter(Filter::toggle("mine", "Only mine", |asker| {
                let me = asker.user_id.as_ref().map_or("-", UserId::as_str).to_owned();
                ("o.owner_user_id = ?".to_owned(), vec![me.into()])
            }))
            .filter(
                Filter::hidden("account_id", "Only opportunities of this account", |id| {
                    one_of("o.account_id", AccountId::parse(id).map(String::from))
                })
                .formerly("account"),
            )
            .filter(
                Filter::hidden("owner_user_id", "Only opportunities of this person", |id| {
                    one_of("o.owner_user_id", UserId::parse(id).map(String::from))
                })
                .formerly("owner"),
            )
            .sort_down(Sort::text("opened", "o.opened_on", |o| o.opened_on.to_string()))
            .sort(Sort::text("name", "o.search_key", |o| folded(&o.name)))
            .column_by("name", Column::text("Opportunity", |o| o.name.clone()))
            .column(Column::text("Account", |o| o.account_name.clone()))
            .column(Column::text("Owner", |o| o.owner_name.clone()))
            .column(Column::drawn("Stage", |o, _| pages::stage_chip(o.stage)))
            .column(Column::number("Amount", |o| pages::money(o.amount)))
            .column_by("opened", Column::day("Opened", |o| Some(o.opened_on)))
            .csv("id", |o| o.opportunity_id.to_string())
            .csv("account_id", |o| o.account_id.to_string())
            .csv("account", |o| o.account_name.clone())
            .csv("name", |o| o.name.clone())
            .csv("owner", |o| o.owner_name.clone())
            .csv("product", |o| o.product.clone())
            .csv("stage", |o| o.stage.word().to_owned())
            .csv("amount", |o| o.amount.decimal())
            .csv("currency", |o| o.amount.currency.to_string())
            .csv("opened_on", |o| o.opened_on.to_string())
            .csv("close_on", |o| store::text(o.close_on))
            .csv("closed_on", |o| store::text(o.closed_on))
            .csv("external_id", |o| o.external_id.clone())
            .empty(
                Icon::Bolt,
                "No direct opportunities",
                "Direct sales records its own opportunities here. On a protected account this \
                 needs the partner's consent or a lapsed lockout.",
            )
            .action("Record opportunity", "/direct-opportunities/new", Permission::DirectRecord)
            .action("Record activity", "/direct-activities/new", Permission::DirectRecord)
            .dress(|_, page| Ok(tabbed(page, false)))
    }

    fn bodies(
        _: &mut Cx<'_, '_>,
        rows: Vec<Opportunity>,
    ) -> Result<Vec<OpportunityBody>, AppError> {
        Ok(rows.into_iter().map(api::short).collect())
    }
}

/// The attempts of direct sales that the lockout refused.
pub(super) struct Attempts;

impl Listed for Attempts {
    type Row = Attempt;
    type Body = AttemptBody;
    const AT: At = At {
        page: "/direct-attempts",
        file: "/direct-attempts.csv",
        api: "/api/v1/direct-attempts",
    };

    fn list() -> List<Attempt> {
        List::<Attempt>::plain("Refused attempts", (attempts::SELECT, "r.vendor_id"))
            .id("r.refusal_id", |a| a.attempt_id.to_string())
            .leads_to(|a| format!("/direct-attempts/{}", a.attempt_id))
            .filter(
                Filter::toggle("held", "Held back only", |_| {
                    ("r.held <> '' AND r.settled_at IS NULL".to_owned(), Vec::new())
                })
                .about("`true`: only attempts from the CRM or an import that are still held back"),
            )
            .filter(
                Filter::hidden("account_id", "Only attempts on this account", |id| {
                    one_of("r.account_id", AccountId::parse(id).map(String::from))
                })
                .formerly("account"),
            )
            .sort_down(Sort::number("attempted", "r.attempted_at", |a| a.at.as_microsecond()))
            .column(Column::text("Account", |a| a.account_name.clone()))
            .column(Column::text("What", |a| a.what.clone()))
            .column(Column::text("Who", |a| a.by_name.clone()))
            .column(Column::text("Through", |a| a.through.label().to_owned()))
            .column_by("attempted", Column::instant("When", |a| Some(a.at)))
            .column(Column::day("Protected until", |a| a.protected_until))
            .column(Column::drawn("Status", |a, _| pages::attempts::standing(a)))
            .csv("id", |a| a.attempt_id.to_string())
            .csv("account_id", |a| a.account_id.to_string())
            .csv("account", |a| a.account_name.clone())
            .csv("what", |a| a.what.clone())
            .csv("by", |a| a.by_name.clone())
            .csv("through", |a| a.through.word().to_owned())
            .csv("at", |a| a.at.to_string())
            .csv("rule", |a| a.rule.clone())
            .csv("protected_until", |a| store::text(a.protected_until))
            .csv("settled_as", |a| a.settled_as.clone())
            .empty(
                Icon::Shield,
                "No refused attempts",
                "Attempts of direct sales to record something on a protected account are listed \
                 here, with who, when and the outcome.",
            )
            .dress(|_, page| Ok(tabbed(page, true)))
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<Attempt>) -> Result<Vec<AttemptBody>, AppError> {
        Ok(rows.into_iter().map(api::attempts::short).collect())
    }
}

/// By part of the account's name or of the opportunity's.
fn named(text: &str) -> Condition {
    let (account, mut values) = containing("a.search_key", text);
    let (own, own_values) = containing("o.search_key", text);
    values.extend(own_values);
    (format!("({account} OR {own})"), values)
}

fn one_of<E: std::fmt::Display>(
    column: &str,
    id: Result<String, E>,
) -> Result<(String, Vec<Value<'static>>), String> {
    let id = id.map_err(|error| error.to_string())?;
    Ok((format!("{column} = ?"), vec![id.into()]))
}

/// The page with both lists as tabs.
fn tabbed(page: Page, attempts: bool) -> Page {
    page.tabs(
        Tabs::new("Direct sales").tab("Opportunities", "/direct-opportunities", !attempts).tab(
            "Refused attempts",
            "/direct-attempts",
            attempts,
        ),
    )
}
