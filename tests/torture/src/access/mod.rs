//! The access matrix as it was promised, `docs/ACCESS.md`, against the product that runs: every
//! route by people of each role, their keys, and the keys of people who lost something (ID-02,
//! ID-04). The document is read, not the route table: a row that is opened in the code is found.

mod controls;
mod people;
mod promised;

use db::Dialect;
use http::Method;
use rig::Outcome;
use serde_json::json;
use testkit::{Answer, Node};

use self::{
    people::{Cast, Principal, cast},
    promised::Row,
};
use crate::{Report, Setting, inside::in_world};

/// Routes that end the session with which they are called.
const ENDS_SESSIONS: [&str; 3] =
    ["/sign-out", "/settings/sessions/end-others", "/settings/password"];

/// What was called, and where the answer is not what the document promises.
#[derive(Debug, Default)]
struct Seen {
    calls: u64,
    wrong: Vec<(Row, String)>,
}

/// Runs the harness.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    let rows = promised::rows()?;
    let dialects: &[Dialect] = setting.of(
        &[Dialect::Sqlite],
        &[Dialect::Sqlite, Dialect::Postgres],
        &[Dialect::Sqlite, Dialect::Postgres],
    );
    for dialect in dialects {
        let seen = in_world(*dialect, async |world| {
            let cast = cast(world).await?;
            Ok(call_all(&rows, &cast, None).await)
        })?;
        report.note(
            format!("{dialect:?}: rows, and calls"),
            format!("{}, {}", rows.len(), seen.calls),
        );
        for (row, words) in seen.wrong.iter().take(10) {
            report.figure(format!("{} {}", row.method, row.path), words, "as promised", false);
        }
        let wrong = u64::try_from(seen.wrong.len()).unwrap_or(u64::MAX);
        report.none(format!("{dialect:?}: answers that are not as promised"), wrong);
    }
    controls::run(&mut report, &rows)?;
    Ok(report)
}

/// Calls each row as everybody, on this node or on that of the world.
async fn call_all(rows: &[Row], cast: &Cast, node: Option<&Node>) -> Seen {
    let mut seen = Seen::default();
    for row in rows.iter().filter(|row| !ENDS_SESSIONS.contains(&row.path.as_str())) {
        for principal in cast.people.iter().filter(|one| calls(one, row)) {
            seen.calls += 1;
            let answer = call(principal, (row, &row.example(&cast.things)), node).await;
            if let Err(words) = row.to(principal).check(&answer, row.path.contains('{')) {
                seen.wrong.push((row.clone(), format!("{}: {words}", principal.name)));
            }
        }
    }
    seen
}

/// Keys are for the API, and what it changes takes a key.
fn calls(principal: &Principal, row: &Row) -> bool {
    let of_api = row.path.starts_with("/api/");
    if principal.is_key { of_api } else { !of_api || row.method == Method::GET }
}

/// Calls a row with nothing in the form.
async fn call(principal: &Principal, (row, path): (&Row, &str), node: Option<&Node>) -> Answer {
    let caller = match node {
        Some(node) => node.seen_by(&principal.caller),
        None => principal.caller.clone(),
    };
    if row.method == Method::GET {
        caller.get(path).await
    } else if principal.is_key {
        caller.api(row.method.as_str(), path, &json!({})).await
    } else {
        caller.post(path, &[]).await
    }
}
