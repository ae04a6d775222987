//! The list of submissions that were refused at once: who tried what, and the whole reason, for the
//! vendor. The partner reads less (DR-13, DR-18).

use db::Value;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Icon, Markup, html, rule_chip};

use super::{api::bodies::CheckBody, attempts::RefusedSubmission, list::by_partner};
use channel::partners;
use frame::{
    access::Permission::RegistrationsDecide,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Filter, List, Listed, Sort},
};

/// Submissions that a rule refused at once.
pub(super) struct Refused;

/// A submission that a rule refused at once. The partner keeps nothing of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RefusedBody {
    id: String,
    partner_id: String,
    refused_at: String,
    /// Who submitted, by name.
    refused_by: String,
    /// `portal`, `api`, `link` or `import`.
    source: String,
    /// The company as the partner named it.
    account_name: String,
    account_domain: String,
    /// The account that was recognised; `null` for none.
    account_id: Option<String>,
    /// The rule that the partner was told.
    rule: String,
    /// Every check, in the vendor's words.
    checks: Vec<CheckBody>,
}

const SELECT: &str = "SELECT refusal_id, partner_id, refused_at, refused_by_name, source, \
     account_name, account_domain, account_id, rule, checks FROM deal_registration_refusals";

impl Listed for Refused {
    type Row = RefusedSubmission;
    type Body = RefusedBody;
    const AT: At = At {
        page: "/registrations/refused",
        file: "/registrations/refused.csv",
        api: "/api/v1/refused-submissions",
    };

    fn list() -> List<RefusedSubmission> {
        List::of("Refused submissions", (SELECT, "vendor_id"), read)
            .id("refusal_id", |r| r.refusal_id.clone())
            .filter(Filter::search("Company", "search_key"))
            .filter(by_partner().formerly("partner").about("Only those of this partner"))
            .sort_down(Sort::number("refused", "refused_at", |r| r.refused_at.as_microsecond()))
            .column_by("refused", Column::instant("When", |r| Some(r.refused_at)))
            .column(Column::drawn("Partner", |r, _| {
                html! {
                    (r.partner_name) div.quiet { (r.refused_by_name) " · " (r.source) }
                }
            }))
            .column(Column::drawn("Company as named", |r, _| company(r)))
            .column(Column::drawn("Why", |r, _| {
                html! {
                    @for check in r.checks.iter().filter(|check| check.outcome != "passed") {
                        div { (check.words) " " (rule_chip(&check.rule)) }
                    }
                }
            }))
            .csv("refused_at", |r| r.refused_at.to_string())
            .csv("partner", |r| r.partner_name.clone())
            .csv("refused_by", |r| r.refused_by_name.clone())
            .csv("source", |r| r.source.clone())
            .csv("company", |r| r.account_name.clone())
            .csv("domain", |r| r.account_domain.clone())
            .csv("account_id", |r| r.account_id.clone())
            .csv("rule", |r| r.rule.clone())
            .csv("why", why)
            .empty(
                Icon::Check,
                "No refused submissions",
                "Submissions that a rule refuses immediately appear here for three months.",
            )
            .action("Decision queue", "/registrations/queue", RegistrationsDecide)
            .dress(|_, page| {
                Ok(page.crumb("Registrations", "/registrations").intro(
                    "Partners see only the rule and nothing else about the account. You see every \
                     reason.",
                ))
            })
    }

    fn bodies(
        _: &mut Cx<'_, '_>,
        rows: Vec<RefusedSubmission>,
    ) -> Result<Vec<RefusedBody>, AppError> {
        Ok(rows.into_iter().map(RefusedBody::from).collect())
    }
}

fn read(
    cx: &mut Cx<'_, '_>,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<RefusedSubmission>, AppError> {
    let mut rows: Vec<RefusedSubmission> = cx.tx.query_as(sql, values)?;
    let ids = rows.iter().map(|row| row.partner_id.to_string()).collect();
    let names = partners::names(cx, &ids)?;
    for row in &mut rows {
        row.partner_name = names.get(row.partner_id.as_str()).cloned().unwrap_or_default();
    }
    Ok(rows)
}

/// The company as the partner named it, with the account that was recognised.
fn company(row: &RefusedSubmission) -> Markup {
    html! {
        @if row.account_id.is_empty() { (row.account_name) }
        @else { a href=(format!("/accounts/{}", row.account_id)) { (row.account_name) } }
        @if !row.account_domain.is_empty() { div.quiet { (row.account_domain) } }
    }
}

/// The reasons in one line.
fn why(row: &RefusedSubmission) -> String {
    let failed = row.checks.iter().filter(|check| check.outcome != "passed");
    failed.map(|check| check.words.as_str()).collect::<Vec<_>>().join(" ")
}

impl From<RefusedSubmission> for RefusedBody {
    fn from(refused: RefusedSubmission) -> Self {
        Self {
            id: refused.refusal_id,
            partner_id: refused.partner_id.to_string(),
            refused_at: refused.refused_at.to_string(),
            refused_by: refused.refused_by_name,
            source: refused.source,
            account_name: refused.account_name,
            account_domain: refused.account_domain,
            account_id: Some(refused.account_id).filter(|id| !id.is_empty()),
            rule: refused.rule,
            checks: refused.checks.iter().filter_map(|check| CheckBody::of(check, true)).collect(),
        }
    }
}
