//! Checks that are taken away: each has to be found.

use std::collections::BTreeSet;

use db::Dialect;
use frame::{access::Access, routes::Route};
use rig::Outcome;

use super::{
    Seen, call_all,
    people::{Cast, cast},
    promised::{self, Row},
};
use crate::{Report, inside::in_world};

/// What opens a row.
type Opens = fn(&mut Route);

/// A trigger that undoes what a check looks at, by the principal of whom it has to be found.
const FORGOTTEN: [(&str, &str, &str); 5] = [
    (
        "a role that was taken stays",
        "a key of a person whose role was taken",
        "CREATE TRIGGER fault AFTER UPDATE OF roles ON identity_memberships \
         WHEN NEW.roles = 'finance' BEGIN UPDATE identity_memberships SET roles = OLD.roles \
         WHERE rowid = NEW.rowid; END",
    ),
    (
        "a suspended person goes on",
        "a key of a person who is suspended",
        "CREATE TRIGGER fault AFTER UPDATE OF suspended_at ON identity_memberships \
         WHEN NEW.suspended_at IS NOT NULL BEGIN UPDATE identity_memberships \
         SET suspended_at = NULL WHERE rowid = NEW.rowid; END",
    ),
    (
        "a child outlives the key it was made with",
        "a child of a revoked key",
        "CREATE TRIGGER fault AFTER UPDATE OF revoked_at ON identity_api_keys \
         WHEN NEW.revoked_at IS NOT NULL AND NEW.parent_key_id <> '' \
         BEGIN UPDATE identity_api_keys SET revoked_at = NULL WHERE rowid = NEW.rowid; END",
    ),
    (
        "a removed person's session lives on",
        "a person who is removed",
        "CREATE TRIGGER fault AFTER UPDATE OF ended_at ON identity_memberships \
         WHEN NEW.ended_at IS NOT NULL BEGIN UPDATE identity_memberships SET ended_at = NULL \
         WHERE rowid = NEW.rowid; END; \
         CREATE TRIGGER fault_of_sessions AFTER UPDATE OF ended_at ON identity_sessions \
         WHEN NEW.ended_at IS NOT NULL BEGIN UPDATE identity_sessions SET ended_at = NULL \
         WHERE rowid = NEW.rowid; END",
    ),
    (
        "a key may do more than it says",
        "a child key",
        "CREATE TRIGGER fault AFTER INSERT ON identity_api_keys WHEN NEW.parent_key_id <> '' \
         BEGIN UPDATE identity_api_keys SET scopes = 'accounts:read program:read partners:read' \
         WHERE rowid = NEW.rowid; END",
    ),
];

/// What a way of opening rows has to show.
type Shows = fn(&[Row], &Cast) -> BTreeSet<(String, String)>;

/// Ways to open every row at once, and the rows of which it has to be found.
const WAYS: [(&str, Opens, Shows); 3] = [
    (
        "rows that anybody may call",
        |row| row.access = Access::Public,
        |rows, _| promised::guarded(rows),
    ),
    (
        "rows that ask for no permission",
        |row| row.access = Access::SignedIn,
        promised::of_permission,
    ),
    ("rows that lost their side", either, |rows, _| promised::of_one_side(rows)),
];

/// Pages on which the handler asks again whether the caller manages people of the side it shows:
/// opening the row alone opens nothing.
const ASKED_AGAIN: &str = "/people";

/// Opens each row in three ways, and takes five checks on people and keys away.
pub(super) fn run(report: &mut Report, rows: &[Row]) -> Outcome<()> {
    for (what, opens, shows) in WAYS {
        opened(report, rows, (what, opens, shows))?;
    }
    for (what, whose, sql) in FORGOTTEN {
        let seen = in_world(Dialect::Sqlite, async |world| {
            world.act(move |cx| Ok(cx.tx.batch(sql)?)).await;
            Ok(call_all(rows, &cast(world).await?, None).await)
        })?;
        report.control(what, told(&seen, whose), is_of(&seen, whose));
    }
    Ok(())
}

fn opened(
    report: &mut Report,
    rows: &[Row],
    (what, opens, shows): (&str, Opens, Shows),
) -> Outcome<()> {
    let (found, all) = in_world(Dialect::Sqlite, async |world| {
        let node = world.node_with(|route| {
            if route.access != Access::Public && !matches!(route.access, Access::Link(_)) {
                opens(route);
            }
        });
        let cast = cast(world).await?;
        Ok((call_all(rows, &cast, Some(&node)).await, shows(rows, &cast)))
    })?;
    let found: BTreeSet<_> = found.wrong.iter().map(|(row, _)| row.name()).collect();
    let missed: Vec<String> = all
        .difference(&found)
        .filter(|(_, path)| !super::ENDS_SESSIONS.contains(&path.as_str()))
        .filter(|(_, path)| !path.starts_with(ASKED_AGAIN))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let words = format!("{} of {} {}", all.len() - missed.len(), all.len(), missed.join(", "));
    report.control(what, words.trim_end(), missed.is_empty() && all.len() > 100);
    Ok(())
}

fn either(route: &mut Route) {
    if let Access::Vendor(permission) | Access::Partner(permission) = route.access {
        route.access = Access::Either(permission);
    }
}

fn is_of(seen: &Seen, whose: &str) -> bool {
    seen.wrong.iter().any(|(_, words)| words.starts_with(&format!("{whose}:")))
}

fn told(seen: &Seen, whose: &str) -> String {
    let first = seen.wrong.iter().find(|(_, words)| words.starts_with(&format!("{whose}:")));
    match first {
        Some((row, words)) => {
            // Without the page that was answered.
            let words = words.split("was due").next().unwrap_or(words).trim_end();
            format!("{} {} {words}, {} in all", row.method, row.path, seen.wrong.len())
        }
        None => format!("nothing of “{whose}”, {} answers in all", seen.wrong.len()),
    }
}
