//! The lists of registrations: all of them, and those that wait for the vendor's decision.

use std::collections::{BTreeMap, BTreeSet};

use db::{Searched, Value};
use domain::{
    deal_registration::status::StatusKind,
    ids::{AccountId, PartnerId},
};
use jiff::Timestamp;
use web::{Choice, Clock, Icon, Tone, chip, html};

use super::{
    api::bodies::{QueuedBody, RegistrationBody},
    pages::words::{Moment, Standing, money, status_mark},
    store::{self, ListRow, reference},
};
use channel::partners;
use frame::{
    access::Permission::{RegistrationsDecide, RegistrationsSubmit},
    actor::Actor,
    ctx::Cx,
    error::AppError,
    list::{self, Asker, At, Bulk, Column, Condition, Filter, List, Listed, Sort},
    request::Req,
};
use people::identity;

/// More partners than this are not offered as a filter: the page would grow with each.
const MOST_PARTNERS: usize = 200;

/// The registrations that one may see; a partner sees its own.
pub(super) struct Registrations;

impl Listed for Registrations {
    type Row = ListRow;
    type Body = RegistrationBody;
    const AT: At = At {
        page: "/registrations",
        file: "/registrations.csv",
        api: "/api/v1/deal-registrations",
    };

    fn list() -> List<ListRow> {
        let list = List::of("Deal registrations", (store::SELECT_ROWS, "vendor_id"), store::rows)
            .owner("partner_id")
            .id("registration_id", |r| r.registration_id.to_string())
            .numbered("number", |r| r.number)
            .fill(shown)
            .leads_to(ListRow::href)
            .quiet(|r| r.status.is_final());
        let list = filed(columns(orders(filters(list))));
        list.views(&[
            ("All", ""),
            ("Waiting for a decision", "sort=due"),
            ("Returned", "status=returned"),
            ("Protected", "held=1"),
            ("Expiring soonest", "sort=expires"),
            ("Lapsing soonest", "sort=lapses"),
            ("Largest protected", "sort=-amount"),
        ])
        .empty(
            Icon::Deal,
            "No registrations yet",
            "A registration protects an account: no other partner can register it, and direct \
             sales stays out while the partner follows up.",
        )
        .action("Register a deal", "/registrations/new", RegistrationsSubmit)
        .action("Register by link", "/registrations/link", RegistrationsSubmit)
        .action("Decision queue", "/registrations/queue", RegistrationsDecide)
    }

    fn bodies(cx: &mut Cx<'_, '_>, rows: Vec<ListRow>) -> Result<Vec<RegistrationBody>, AppError> {
        let for_vendor = of_vendor(&cx.actor);
        Ok(rows.into_iter().map(|row| RegistrationBody::of(row, for_vendor)).collect())
    }
}

fn of_vendor(reader: &Actor) -> bool {
    reader.partner_id().is_none()
}

fn of_partner(reader: &Actor) -> bool {
    reader.partner_id().is_some()
}

fn filters(list: List<ListRow>) -> List<ListRow> {
    const WAITING: &[StatusKind] = &[StatusKind::Submitted, StatusKind::UnderReview];
    const LIVE: &[StatusKind] = &[StatusKind::Approved, StatusKind::Renewed];
    list.filter(search())
        .filter(Filter::words::<StatusKind>(
            ("status", "Status"),
            "status",
            &[("open", "Waiting for a decision", WAITING), ("live", "Approved or renewed", LIVE)],
        ))
        .filter(by_partner().formerly("partner"))
        .filter(Filter::hidden("held", "1 for those that hold their account", |text| match text {
            "1" => Ok((HELD.to_owned(), Vec::new())),
            _ => Err("Send 1, or leave it out".to_owned()),
        }))
        .filter(
            Filter::toggle_by("mine", "My partners", of_my_partners)
                .about("Only those of your partners; for a partner, only those you submitted")
                .only_for(of_vendor),
        )
        .filter(
            Filter::toggle("mine", "Submitted by me", |asker| {
                let person = asker.user_id.as_ref().map_or("-", |id| id.as_str());
                ("submitted_by = ?".to_owned(), vec![person.to_owned().into()])
            })
            .only_for(of_partner),
        )
        .filter(
            Filter::hidden("account_id", "Only registrations of this account", |id| {
                let id = AccountId::parse(id).map_err(|error| error.to_string())?;
                Ok(("account_id = ?".to_owned(), vec![id.to_string().into()]))
            })
            .only_for(of_vendor),
        )
        .filter(
            // Before it is approved, a partner does not know which account was recognised (AC-05).
            Filter::hidden("account_id", "Only registrations of this account", |id| {
                let id = AccountId::parse(id).map_err(|error| error.to_string())?;
                let test = "account_id = ? AND approved_at IS NOT NULL";
                Ok((test.to_owned(), vec![id.to_string().into()]))
            })
            .only_for(of_partner),
        )
        .filter(
            Filter::hidden(
                "changed_since",
                "Only what changed at or after this instant (RFC 3339), in order of change",
                |text| {
                    let since: Timestamp = text.parse().map_err(|_| {
                        "Write an instant, for example 2026-01-31T09:00:00Z".to_owned()
                    })?;
                    Ok(("changed_at >= ?".to_owned(), vec![since.as_microsecond().into()]))
                },
            )
            .ordered_by("changed"),
        )
}

fn orders(list: List<ListRow>) -> List<ListRow> {
    list.sort_down(Sort::number("number", "number", |r| r.number))
        .sort(
            Sort::number("due", "decision_due_at", |r: &ListRow| micros(r.decision_due_at))
                .only("decision_due_at IS NOT NULL"),
        )
        .sort(
            Sort::text("expires", "protected_until", |r: &ListRow| text(r.protected_until))
                .only(HELD),
        )
        .sort(
            Sort::text("lapses", "lapses_on", |r: &ListRow| text(r.lapses_on))
                .only("holds_account = 1 AND lapses_on <> ''"),
        )
        .sort_down(
            Sort::number("amount", "COALESCE(amount_minor, -1)", |r: &ListRow| {
                r.amount.map_or(-1, |amount| amount.minor)
            })
            .only(HELD),
        )
        .sort(Sort::number("changed", "changed_at", |r| r.changed_at.as_microsecond()))
        .orders_formerly("order")
}

const HELD: &str = "holds_account = 1";

fn micros(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::as_microsecond)
}

fn columns(list: List<ListRow>) -> List<ListRow> {
    list.column_by("number", Column::drawn("Account", |r, _| account(r)))
        .column(Column::text("Partner", |r: &ListRow| r.partner_name.clone()).only_for(of_vendor))
        .column(Column::drawn("Status", |r, _| Standing::from(r).marks(r.today)))
        .column(Column::drawn("Clock", |r, look| {
            let moment = Moment { today: r.today, now: look.now, zone: look.zone.clone() };
            let clock = Standing::from(r).clock(&moment);
            html! { @if let Some(clock) = clock { (clock.short()) } @else { span.quiet { "–" } } }
        }))
        .column(Column::text("Stage", |r| r.stage.label().to_owned()))
        .column(Column::number("Amount a year", |r| money(r.amount)))
        .column(Column::day("Order expected", |r| r.close_on))
}

fn account(row: &ListRow) -> web::Markup {
    let name = if row.account_name.is_empty() { "No company yet" } else { &row.account_name };
    html! { (name) " " span.quiet.whole { (reference(row.number)) } }
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn filed(list: List<ListRow>) -> List<ListRow> {
    list.csv("number", |r| reference(r.number))
        .csv("partner", |r| r.partner_name.clone())
        .csv("account", |r| r.account_name.clone())
        .csv("status", |r| r.status.word().to_owned())
        .csv("stage", |r| r.stage.word().to_owned())
        .csv("amount", |r| r.amount.map_or_else(String::new, |amount| amount.decimal()))
        .csv("currency", |r| text(r.amount.map(|amount| amount.currency)))
        .csv("order_expected_on", |r| text(r.close_on))
        .csv("submitted_at", |r| text(r.submitted_at))
        .csv("decision_due_at", |r| text(r.decision_due_at))
        .csv("protected_until", |r| text(r.protected_until))
        .csv("lapses_on", |r| text(r.lapses_on))
        .csv("in_dispute", |r| if r.in_dispute { "yes" } else { "no" }.to_owned())
        .csv("holds_account", |r| if r.holds_account { "yes" } else { "no" }.to_owned())
}

fn search() -> Filter {
    Filter::search_through("Company or number", named)
        .about("Part of the company's name, or the number of a registration")
}

pub(super) fn by_partner() -> Filter {
    Filter::choice(("partner_id", "Partner"), partner_choices, of_partner_id)
        .about("Only registrations of this partner")
}

fn named(text: &str, cx: &mut Cx<'_, '_>) -> Result<Condition, AppError> {
    let number = text.trim().trim_start_matches(['R', 'r', '-']).parse::<i64>();
    // A partner has few registrations, so its list is gone through.
    if of_vendor(&cx.actor)
        && let Some(mut ids) = list::few(cx, &[COMPANIES], text)?
    {
        if let Ok(number) = number {
            ids.extend(store::id_of_number(cx, number)?);
        }
        return Ok(list::one_of_few("registration_id", ids));
    }
    let (mut test, mut values) = list::containing("search_key", text);
    if let Ok(number) = number {
        test = format!("({test} OR number = ?)");
        values.push(number.into());
    }
    Ok((test, values))
}

const COMPANIES: Searched =
    Searched { table: "deal_registrations", text: "search_key", id: "registration_id" };

fn partner_choices(req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    if of_partner(&req.cx.actor) {
        return Ok(Vec::new());
    }
    let all = partners::all(&mut req.cx)?;
    if all.len() > MOST_PARTNERS {
        return Ok(Vec::new());
    }
    Ok(all.into_iter().map(|(id, name)| Choice::new(id.as_str(), name)).collect())
}

fn of_partner_id(id: &str) -> Result<Condition, String> {
    let id = PartnerId::parse(id).map_err(|error| error.to_string())?;
    Ok(("partner_id = ?".to_owned(), vec![id.to_string().into()]))
}

fn of_my_partners(cx: &mut Cx<'_, '_>) -> Result<Condition, AppError> {
    let mine = match Asker::of(cx).user_id {
        Some(user_id) => partners::managed_by(cx, &user_id)?,
        None => Vec::new(),
    };
    if mine.is_empty() {
        return Ok(("1 = 0".to_owned(), Vec::new()));
    }
    let marks = vec!["?"; mine.len()].join(", ");
    let values = mine.iter().map(|id| id.to_string().into()).collect();
    Ok((format!("partner_id IN ({marks})"), values))
}

/// Partners' names, and today in the program's zone, in which clocks are counted.
fn shown(cx: &mut Cx<'_, '_>, rows: &mut [ListRow]) -> Result<(), AppError> {
    if rows.is_empty() {
        return Ok(());
    }
    store::name_partners(cx, rows)?;
    let today = Moment::of(cx)?.today;
    for row in rows {
        row.today = today;
    }
    Ok(())
}

/// The first registrations that the actor may see, narrowed and ordered by the parameters of
/// `GET /api/v1/deal-registrations`.
pub fn first(
    cx: &mut Cx<'_, '_>,
    parameters: &[(&str, &str)],
    limit: i64,
) -> Result<Vec<ListRow>, AppError> {
    list::first::<Registrations>(cx, parameters, limit)
}

/// A registration that waits for the vendor, and who decides first.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) row: ListRow,
    /// The name of its partner manager; empty when operations decides.
    pub(super) decider: String,
}

/// What waits for the vendor's decision, the most urgent first. Rule DR-09.
pub(super) struct Queue;

impl Listed for Queue {
    type Row = Waiting;
    type Body = QueuedBody;
    const AT: At = At {
        page: "/registrations/queue",
        file: "/registrations/queue.csv",
        api: "/api/v1/decision-queue",
    };

    fn list() -> List<Waiting> {
        List::of("Decision queue", (store::SELECT_ROWS, "vendor_id"), waiting)
            .only("decision_due_at IS NOT NULL")
            .id("registration_id", |w| w.row.registration_id.to_string())
            .numbered("number", |w| w.row.number)
            .leads_to(|w| format!("{}/decision", w.row.href()))
            .filter(search())
            .filter(by_partner())
            .filter(Filter::toggle_by("mine", "My partners", of_my_partners))
            .sort(Sort::number("due", "decision_due_at", |w| micros(w.row.decision_due_at)))
            .column(Column::drawn("Account", |w, _| account(&w.row)))
            .column(Column::text("Partner", |w| w.row.partner_name.clone()))
            .column_by("due", Column::drawn("Decision due", |w, look| html! {
                @if let Some(due_at) = w.row.decision_due_at {
                    (Clock::by("by", due_at, look.now, &look.zone).short())
                }
            }))
            .column(Column::drawn("Who decides", |w, _| html! {
                (if w.decider.is_empty() { "Partner operations" } else { &w.decider })
                @if w.row.escalation_level > 0 {
                    " " (chip(Tone::Bad, format!("Escalated, level {}", w.row.escalation_level)))
                }
            }))
            .column(Column::drawn("Status", |w, _| status_mark(w.row.status)))
            .column(Column::number("Amount a year", |w| money(w.row.amount)))
            .csv("number", |w| reference(w.row.number))
            .csv("partner", |w| w.row.partner_name.clone())
            .csv("account", |w| w.row.account_name.clone())
            .csv("status", |w| w.row.status.word().to_owned())
            .csv("decision_due_at", |w| text(w.row.decision_due_at))
            .csv("decider", |w| w.decider.clone())
            .csv("escalation_level", |w| w.row.escalation_level.to_string())
            .bulk(Bulk {
                action: "/registrations/bulk",
                buttons: &[("take_up", "Start review"), ("approve", "Approve")],
            })
            .empty(
                Icon::Check,
                "No decisions due",
                "Submissions appear here with the time by which the partner was promised an answer.",
            )
            .action("All registrations", "/registrations", None)
            .action("Refused submissions", "/registrations/refused", RegistrationsDecide)
            .dress(|_, page| {
                Ok(page.crumb("Registrations", "/registrations").intro(
                    "Each partner was promised an answer by the time shown. Late decisions are \
                     escalated and count against us.",
                ))
            })
    }

    fn bodies(cx: &mut Cx<'_, '_>, rows: Vec<Waiting>) -> Result<Vec<QueuedBody>, AppError> {
        let for_vendor = of_vendor(&cx.actor);
        Ok(rows.into_iter().map(|w| QueuedBody::of(w.row, w.decider, for_vendor)).collect())
    }
}

fn waiting(cx: &mut Cx<'_, '_>, sql: &str, values: &[Value<'_>]) -> Result<Vec<Waiting>, AppError> {
    let mut rows = store::rows(cx, sql, values)?;
    store::name_partners(cx, &mut rows)?;
    let mut managers = BTreeMap::new();
    for id in rows.iter().map(|row| row.partner_id.clone()).collect::<BTreeSet<_>>() {
        if let Some(manager) = partners::manager_of(cx, &id)? {
            managers.insert(id, manager.to_string());
        }
    }
    let names = identity::names_of(cx, &managers.values().cloned().collect())?;
    let with = |row: ListRow| {
        let manager = managers.get(&row.partner_id);
        let decider = manager.and_then(|id| names.get(id)).cloned().unwrap_or_default();
        Waiting { row, decider }
    };
    Ok(rows.into_iter().map(with).collect())
}
