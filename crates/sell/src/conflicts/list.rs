//! The lists of cases and of precedents.

use domain::{
    conflicts::kind::CaseKind,
    ids::{AccountId, UserId},
};
use web::{Clock, Icon, Markup, Tone, html, rule_chip, status};

use super::{
    api::{
        self,
        bodies::{CaseBody, PrecedentBody},
    },
    precedents::{self, Precedent},
    store::{
        Case, CaseState,
        cases::{self, OF_PARTNER},
    },
};
use frame::{
    access::Permission::{ConflictsDecide, ConflictsTakePart},
    ctx::Cx,
    error::AppError,
    list::{At, Column, Condition, Filter, List, Listed, Sort, containing, first},
};

/// The conflict cases of a vendor; a partner sees those in which it is a party.
pub(super) struct Cases;

impl Listed for Cases {
    type Row = Case;
    type Body = CaseBody;
    const AT: At = At { page: "/conflicts", file: "/conflicts.csv", api: "/api/v1/conflicts" };

    fn list() -> List<Case> {
        filtered(List::of("Conflicts", (cases::SELECT, "c.vendor_id"), cases::read))
            .shared_by(OF_PARTNER)
            .id("c.case_id", |c| c.case_id.to_string())
            .leads_to(Case::href)
            .sort_down(Sort::number("number", "c.number", |c| c.number))
            .sort(Sort::number("due", "c.due_at", |c| c.due_at.as_microsecond()))
            .column_by("number", Column::text("Case", Case::reference))
            .column(Column::text("Account", |c| c.account_name.clone()))
            .column(Column::text("About", |c| c.kind.label().to_owned()))
            .column(Column::drawn("State", |c, _| chip(c)))
            .column(Column::number("Level", |c| html! { (c.level) }))
            .column(Column::instant("Opened", |c| Some(c.opened_at)))
            .column(Column::drawn("Deadline", |c, look| {
                html! {
                    @if let Some(due) = c.level_due_at {
                        (Clock::by("Deadline", due, look.now, &look.zone).short())
                    }
                }
            }))
            .csv("id", |c| c.case_id.to_string())
            .csv("reference", Case::reference)
            .csv("kind", |c| c.kind.word().to_owned())
            .csv("account_id", |c| c.account_id.clone())
            .csv("account", |c| c.account_name.clone())
            .csv("state", |c| c.state().word().to_owned())
            .csv("phase", |c| c.phase.word().to_owned())
            .csv("level", |c| c.level.to_string())
            .csv("opened_at", |c| c.opened_at.to_string())
            .csv("due_at", |c| c.due_at.to_string())
            .csv("closed_at", |c| c.closed_at.map_or_else(String::new, |at| at.to_string()))
            .empty(
                Icon::Conflict,
                "No conflict cases",
                "A case opens when direct sales and a partner, or two partners, work the same \
                 account, or when a decision is disputed. Someone without a stake decides it by a \
                 deadline.",
            )
            .action("Open a case", "/conflicts/new", ConflictsTakePart)
            .action("Precedents", "/conflicts/precedents", ConflictsDecide)
            .action("Metrics", "/conflicts/measures", ConflictsDecide)
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<Case>) -> Result<Vec<CaseBody>, AppError> {
        Ok(rows.iter().map(api::case_body).collect())
    }
}

/// The first cases of the list as this reader sees it, at most `limit`: whose account's name contains a
/// text, or with this number. The newest first.
pub fn search(cx: &mut Cx<'_, '_>, text: &str, limit: i64) -> Result<Vec<CaseHit>, AppError> {
    let found = first::<Cases>(cx, &[("q", text)], limit)?;
    Ok(found
        .into_iter()
        .map(|case| CaseHit {
            reference: case.reference(),
            href: case.href(),
            state: case.state().label(),
            account_name: case.account_name,
        })
        .collect())
}

/// A case that a search found.
#[derive(Debug)]
pub struct CaseHit {
    /// Its number as people say it: `C-000012`.
    pub reference: String,
    /// The account's name.
    pub account_name: String,
    /// Its state in words.
    pub state: &'static str,
    /// Its page.
    pub href: String,
}

/// What cases are narrowed by. A partner knows neither an account's id nor who decides.
fn filtered(list: List<Case>) -> List<Case> {
    list.filter(
        Filter::search_by("Account or case", named)
            .about("Part of the account name, or a case number"),
    )
    .filter(Filter::word::<CaseState>("state", "State", "c.state"))
    .filter(Filter::word::<CaseKind>("kind", "About", "c.kind"))
    .filter(
        Filter::toggle("mine", "For me to decide", |asker| {
            decided_by(asker.user_id.as_ref().map_or("-", UserId::as_str))
        })
        .only_for(|reader| reader.may(ConflictsDecide)),
    )
    .filter(
        Filter::hidden("account_id", "Only cases about this account; vendor only", |id| {
            let id = AccountId::parse(id).map_err(|error| error.to_string())?;
            Ok(("c.account_id = ?".to_owned(), vec![id.to_string().into()]))
        })
        .formerly("account")
        .only_for(|reader| reader.partner_id().is_none()),
    )
    .filter(
        Filter::hidden(
            "decider_user_id",
            "Only open cases this person decides; vendor only",
            |id| {
                let id = UserId::parse(id).map_err(|error| error.to_string())?;
                Ok(decided_by(id.as_str()))
            },
        )
        .only_for(|reader| reader.partner_id().is_none()),
    )
}

/// Where a case stands, in a word.
pub(super) fn chip(case: &Case) -> Markup {
    match case.phase.word() {
        "deciding" if case.breached_at.is_some() => status(Tone::Bad, "Overdue"),
        "deciding" => status(Tone::Warn, "Open"),
        "appealed" => status(Tone::Warn, "Appealed"),
        "decided" => status(Tone::Good, "Decided"),
        "final" => status(Tone::Neutral, "Final"),
        _ => status(Tone::Neutral, "Closed"),
    }
}

fn named(text: &str) -> Condition {
    let (mut test, mut values) = containing("a.search_key", text);
    if let Ok(number) = text.trim().trim_start_matches(['C', 'c', '-']).parse::<i64>() {
        test = format!("({test} OR c.number = ?)");
        values.push(number.into());
    }
    (test, values)
}

fn decided_by(user_id: &str) -> Condition {
    let open = "(c.decider_user_id = ? AND c.state = 'open')";
    (open.to_owned(), vec![user_id.to_owned().into()])
}

domain::words! {
    /// What a decision says, without the parties.
    enum OutcomeWord {
        /// One party gets the account.
        #[default]
        Award = "award", "Awarded to one party",
        /// The parties sell together.
        CoSell = "co_sell", "Sold together",
        /// Neither claim is valid.
        RejectBoth = "reject_both", "Both rejected",
        /// Protection ends.
        Release = "release", "Account released",
    }
}

/// Decisions that nobody can appeal any more; for the vendor, since they tell of every partner.
/// Rule CF-06.
pub(super) struct Precedents;

impl Listed for Precedents {
    type Row = Precedent;
    type Body = PrecedentBody;
    const AT: At = At {
        page: "/conflicts/precedents",
        file: "/conflicts/precedents.csv",
        api: "/api/v1/conflict-precedents",
    };

    fn list() -> List<Precedent> {
        List::<Precedent>::plain("Precedents", (precedents::select(), "d.vendor_id"))
            .only(precedents::STAND)
            .id("c.case_id", |p| p.case_id.to_string())
            .leads_to(|p| format!("/conflicts/{}", p.case_id))
            .filter(
                Filter::search("Reason or message", "d.search_key")
                    .about("Part of the reason or message"),
            )
            .filter(Filter::word::<CaseKind>("kind", "About", "c.kind"))
            .filter(Filter::word::<OutcomeWord>("outcome", "Outcome", "d.outcome_word"))
            .filter(Filter::hidden("rule", "A rule, for example DR-05", |rule| {
                Ok(("d.rule = ?".to_owned(), vec![rule.to_owned().into()]))
            }))
            .sort_down(Sort::number("number", "c.number", |p| p.number))
            .column_by("number", Column::text("Case", Precedent::reference))
            .column(Column::text("About", |p| p.kind.label().to_owned()))
            .column(Column::text("Outcome", |p| p.decision.outcome.label().to_owned()))
            .column(Column::drawn("Rule", |p, _| html! { (rule_chip(&p.decision.rule)) }))
            .column(Column::text("Reason", |p| p.decision.reason.clone()))
            .column(Column::instant("Decided", |p| Some(p.decision.decided_at)))
            .csv("case_id", |p| p.case_id.to_string())
            .csv("reference", Precedent::reference)
            .csv("kind", |p| p.kind.word().to_owned())
            .csv("outcome", |p| p.decision.outcome.word().to_owned())
            .csv("rule", |p| p.decision.rule.clone())
            .csv("reason", |p| p.decision.reason.clone())
            .csv("decided_at", |p| p.decision.decided_at.to_string())
            .empty(
                Icon::Conflict,
                "No precedents",
                "A decision becomes a precedent once it can no longer be appealed.",
            )
            .dress(|_, page| Ok(page.crumb("Conflicts", "/conflicts")))
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<Precedent>) -> Result<Vec<PrecedentBody>, AppError> {
        Ok(rows.into_iter().map(|one| api::precedent_body(one, None)).collect())
    }
}
