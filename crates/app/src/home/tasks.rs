//! Work items for those who run the program: versions to approve or announce, possible duplicate
//! accounts, failed jobs.

use web::{Button, Markup, Tone, WorkItem, WorkList, chip, html, number_text, rule_chip};

use channel::{
    accounts,
    program::{self, VersionWaiting},
};
use frame::{access::Permission, ctx::Cx, error::AppError};
use run::operate;

/// The list, with what this person may do; nothing when nothing waits. Rule UX-02.
pub(super) fn section(cx: &mut Cx<'_, '_>) -> Result<Markup, AppError> {
    let mut items = Vec::new();
    if cx.actor.may(Permission::OperationsManage) {
        items.extend(dead_letters(operate::dead_letters(cx)?));
    }
    if cx.actor.may(Permission::ProgramApprove) || cx.actor.may(Permission::ProgramEdit) {
        let approves = cx.actor.may(Permission::ProgramApprove);
        items.extend(
            program::versions_waiting(cx)?
                .iter()
                .filter(|row| row.approved || (approves && !row.own))
                .map(version),
        );
    }
    if cx.actor.may(Permission::AccountsWrite) {
        items.extend(questions(accounts::waiting_count(cx)?));
    }
    if items.is_empty() {
        return Ok(html! {});
    }
    Ok(html! { (WorkList::new("Program tasks").items(items)) })
}

fn version(row: &VersionWaiting) -> WorkItem {
    let href = format!("/program/{}/versions/{}", row.program_id, row.number);
    let (verb, label, otherwise) = if row.approved {
        ("Announce", "approved", "It does not take effect until it is announced.")
    } else {
        ("Approve", "in review", "Until you approve it, the current version stays in force.")
    };
    let about = if row.note.is_empty() { row.program_name.clone() } else { row.note.clone() };
    WorkItem::new(format!("{verb} version {} of the program", row.number), href.clone())
        .detail(html! { (about) })
        .otherwise(otherwise)
        .chip(html! { (chip(Tone::Accent, label)) " " (rule_chip("PG-02")) })
        .action(Button::secondary("Open").small().href(href))
}

fn questions(count: i64) -> Option<WorkItem> {
    let what = match count {
        ..=0 => return None,
        1 => "Same company? 1 question is open".to_owned(),
        more => format!("Same company? {} questions are open", number_text(more)),
    };
    Some(
        WorkItem::new(what, "/accounts/questions")
            .otherwise(
                "Until you answer, both accounts exist and each can be registered separately.",
            )
            .chip(rule_chip("AC-03"))
            .action(Button::secondary("Answer").small().href("/accounts/questions")),
    )
}

fn dead_letters(count: u64) -> Option<WorkItem> {
    let what = match count {
        0 => return None,
        1 => "1 job failed".to_owned(),
        more => format!("{} jobs failed", number_text(i64::try_from(more).unwrap_or(i64::MAX))),
    };
    Some(
        WorkItem::new(what, "/operations")
            .otherwise("They stay undone until you retry or discard them.")
            .chip(chip(Tone::Bad, "dead letters"))
            .action(Button::secondary("View jobs").small().href("/operations")),
    )
}
