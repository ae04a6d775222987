//! The rows of `docs/ACCESS.md`, and what each promises to somebody who calls.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use rig::Outcome;
use testkit::Verdict;

use super::people::{Cast, Principal, Side};

const DOCUMENT: &str = include_str!("../../../../docs/ACCESS.md");

/// Whom a row lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LetsIn {
    /// Anyone, or anyone with a link: what the link may do is the handler's to say.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// A permission for each side; `None` where the side is told that there is nothing.
    Sides { vendor: Option<String>, partner: Option<String> },
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The method.
    pub(super) method: Method,
    /// The path with its `{name}` parts.
    pub(super) path: String,
    lets_in: LetsIn,
}

/// Every row of the document.
pub(super) fn rows() -> Outcome<Vec<Row>> {
    DOCUMENT.lines().filter(|line| line.starts_with("| ") && line.contains('`')).map(row).collect()
}

fn row(line: &str) -> Outcome<Row> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [_, _, method, path, words, _] = cells.as_slice() else {
        return Err(format!("docs/ACCESS.md: {line}"));
    };
    let method = method.parse().map_err(|_| format!("docs/ACCESS.md: the method of {line}"))?;
    let lets_in = lets_in(words).ok_or_else(|| format!("docs/ACCESS.md: the access of {line}"))?;
    Ok(Row { method, path: path.trim_matches('`').to_owned(), lets_in })
}

fn lets_in(words: &str) -> Option<LetsIn> {
    if words == "anyone" || words.starts_with("signed link") {
        return Some(LetsIn::Anyone);
    }
    if words == "signed in" {
        return Some(LetsIn::SignedIn);
    }
    let (mut vendor, mut partner) = (None, None);
    for part in words.split(", ") {
        let (side, permission) = part.split_once(" with ")?;
        let permission = Some(permission.to_owned());
        match side {
            "vendor" => vendor = permission,
            "partner" => partner = permission,
            "either side" => (vendor, partner) = (permission.clone(), permission),
            _ => return None,
        }
    }
    Some(LetsIn::Sides { vendor, partner })
}

impl Row {
    /// The path: reading, of things that are there where they are known, as a thing that is hidden
    /// answers like one that does not exist; writing, of things that do not exist.
    pub(super) fn example(&self, things: &BTreeMap<&'static str, String>) -> String {
        let known = |part: &str| things.get(part).filter(|_| self.method == Method::GET);
        let parts = self.path.split('/').map(|part| match (known(part), part) {
            (Some(thing), _) => thing,
            (None, "{number}" | "{version}" | "{job_number}") => "987654",
            (None, part) if part.starts_with('{') => "xyz_01kq9999zzzzzzzzzzzzzzzzzz",
            (None, part) => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// What it promises.
    pub(super) fn to(&self, principal: &Principal) -> Verdict {
        let side = match (&self.lets_in, principal.side) {
            (_, Side::Refused) => return Verdict::SignIn,
            (LetsIn::Anyone, _) => return Verdict::LetIn,
            (_, Side::Nobody) => return Verdict::SignIn,
            (LetsIn::SignedIn, _) => return Verdict::LetIn,
            (LetsIn::Sides { vendor, .. }, Side::Vendor) => vendor,
            (LetsIn::Sides { partner, .. }, Side::Partner) => partner,
        };
        match side {
            None => Verdict::Hidden,
            Some(word) if principal.may.contains(word.as_str()) => Verdict::LetIn,
            Some(word) => Verdict::Missing(word.clone()),
        }
    }
}

/// The rows of these that anything is promised of but "anyone".
pub(super) fn guarded(rows: &[Row]) -> BTreeSet<(String, String)> {
    rows.iter().filter(|row| row.lets_in != LetsIn::Anyone).map(Row::name).collect()
}

/// The rows that one side has to itself.
pub(super) fn of_one_side(rows: &[Row]) -> BTreeSet<(String, String)> {
    let one = |row: &&Row| match &row.lets_in {
        LetsIn::Sides { vendor, partner } => vendor.is_none() || partner.is_none(),
        LetsIn::Anyone | LetsIn::SignedIn => false,
    };
    rows.iter().filter(one).map(Row::name).collect()
}

/// The rows for which any of these people lacks the permission: where everybody of a side has it,
/// nobody gains by a row that does not ask for it.
pub(super) fn of_permission(rows: &[Row], cast: &Cast) -> BTreeSet<(String, String)> {
    let lacks = |row: &Row, one: &Principal| matches!(row.to(one), Verdict::Missing(_));
    let of = rows.iter().filter(|row| {
        let callers = cast.people.iter().filter(|one| super::calls(one, row));
        callers.into_iter().any(|one| lacks(row, one))
    });
    of.map(Row::name).collect()
}

impl Row {
    /// Method and path.
    pub(super) fn name(&self) -> (String, String) {
        (self.method.to_string(), self.path.clone())
    }
}
