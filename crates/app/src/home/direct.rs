//! Home of direct sales: the availability check, refused attempts, requested consents.

use web::{
    Button, Clock, Field, GetForm, Icon, Markup, Tone, WorkItem, WorkList, card, chip, html,
    live_target, rule_chip,
};

use frame::{ctx::Cx, error::AppError};
use sell::{
    deal_registration::{
        pages::words::Moment,
        waiting::{self, ConsentRow},
    },
    direct_sales::{self, RefusedRow},
};

/// The part of the home that direct sales works with.
pub(super) fn sections(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Markup, AppError> {
    let asked = waiting::consents_asked(cx)?;
    let refused = direct_sales::refused_waiting(cx, moment.today)?;
    Ok(html! {
        (question())
        @if !refused.is_empty() {
            (WorkList::new("Refused attempts to follow up").items(refused.iter().map(|row| attempt(row, moment)))
                .more("All refused attempts", "/direct-attempts"))
        }
        (WorkList::new("Consents you requested").items(asked.iter().map(|row| item(row, moment)))
            .empty(html! { p.quiet { "No requests on accounts that are still protected. On a protected account you can ask the partner for consent." } })
            .more("Direct opportunities", "/direct-opportunities"))
    })
}

fn question() -> Markup {
    card(
        "Check availability",
        html! {
            (GetForm::new("/availability").body(html! {
                div.ask {
                    (Field::text("q", "Company domain or name").required().placeholder("globex.com")
                        .autocomplete("off").max_length(300).live("/availability/check", "free"))
                    (Button::primary("Check").icon(Icon::Shield))
                }
                (live_target("free"))
            }))
        },
    )
}

/// An attempt that was refused and from which no way on was taken (DR-05).
fn attempt(row: &RefusedRow, moment: &Moment) -> WorkItem {
    let path = format!("/direct-attempts/{}", row.attempt_id);
    let (what, otherwise, verb) = if row.held {
        (
            format!("{}: held back from the CRM", row.account_name),
            "It stays in the CRM only until you record or discard it.",
            "Decide",
        )
    } else {
        (
            format!("{}: your attempt was refused", row.account_name),
            "Nothing was recorded. Ask for consent, propose co-sell, or wait.",
            "View options",
        )
    };
    let item = WorkItem::new(what, path.clone())
        .detail(html! { (row.what) })
        .otherwise(otherwise)
        .chip(rule_chip("DR-05"))
        .action(Button::secondary(verb).small().href(path));
    match row.protected_until {
        Some(until) if until >= moment.today => {
            item.until(Clock::until("Protected until", until, moment.today))
        }
        _ => item,
    }
}

fn item(row: &ConsentRow, moment: &Moment) -> WorkItem {
    let account = format!("/accounts/{}", row.account_id);
    let record = format!("/direct-opportunities/new?account_id={}", row.account_id);
    let until = row.until_on.or(row.protected_until);
    let item = match row.given {
        None => WorkItem::new(
            format!("{}: the partner has not answered", row.account_name),
            account,
        )
        .otherwise(
            "The lockout holds until the partner consents, the lockout lapses or protection ends.",
        )
        .chip(chip(Tone::Accent, "awaited")),
        Some(true) => {
            WorkItem::new(format!("{}: the partner consented", row.account_name), account)
                .otherwise("After that day the lockout applies again.")
                .chip(chip(Tone::Good, "given"))
                .action(Button::secondary("Record opportunity").small().href(record))
        }
        Some(false) => {
            WorkItem::new(format!("{}: the partner refused consent", row.account_name), account)
                .otherwise("Propose co-sell, or wait until protection ends.")
                .chip(chip(Tone::Bad, "refused"))
        }
    };
    let item = item.detail(html! { "“" (row.purpose) "”" });
    match until {
        Some(on) if row.given == Some(true) => item.until(Clock::until("Until", on, moment.today)),
        Some(on) => item.until(Clock::until("Protected until", on, moment.today)),
        None => item,
    }
}
