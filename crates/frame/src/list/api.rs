//! A list as the API answers it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use web::{FieldErrors, ListUrl};

use super::{List, Listed, read::noted};
use crate::{actor::Actor, error::AppError, paging, parameters, reply::Reply, request::Req};

/// One page of a list. The API's description calls the page of a `PartnerBody` a `PartnerPage`.
#[derive(Debug, Serialize)]
pub struct PageOf<T> {
    /// The rows, in the requested order.
    pub data: Vec<T>,
    /// Send it as `cursor` to get the next page; null on the last page.
    pub next_cursor: Option<String>,
}

impl<T: JsonSchema> JsonSchema for PageOf<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Page", T::schema_name().trim_end_matches("Body")).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rows = generator.subschema_for::<T>();
        json_schema!({
            "type": "object",
            "description": "One page of a list.",
            "required": ["data"],
            "properties": {
                "data": {
                    "type": "array", "items": rows,
                    "description": "The rows, in the requested order.",
                },
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "Send it as `cursor` to get the next page; null on the last page.",
                },
            },
        })
    }
}

/// Answers one page.
pub(crate) fn answer<L: Listed>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (list, url) = (L::list(), req.query());
    let mut errors = FieldErrors::new();
    refuse_others(&url, &list.names(&req.cx.actor).collect::<Vec<_>>(), &mut errors);
    let asked = list.asked(req, &url, &mut errors)?;
    let limit = noted(&mut errors, paging::limit(req))?;
    let Some(limit) = limit.filter(|_| errors.is_empty()) else {
        return Err(AppError::Invalid(errors));
    };
    let found = asked.read(&mut req.cx, limit)?;
    let data = L::bodies(&mut req.cx, found.rows)?;
    Reply::json(&PageOf { data, next_cursor: found.next })
}

/// Rows that are read at a time for an export.
const CHUNK: i64 = 1000;
/// The most lines of an export.
const MOST_LINES: usize = 1_000_000;

/// Every row, one JSON object per line, narrowed and ordered as the list.
pub(crate) fn lines<L: Listed>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (list, url) = (L::list(), req.query());
    let mut errors = FieldErrors::new();
    let known: Vec<&str> =
        list.names(&req.cx.actor).filter(|name| !PAGING.contains(name)).collect();
    refuse_others(&url, &known, &mut errors);
    let mut asked = list.asked(req, &url, &mut errors)?;
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let (mut body, mut written) = (Vec::new(), 0);
    loop {
        let found = asked.read(&mut req.cx, CHUNK)?;
        written += found.rows.len();
        if written > MOST_LINES {
            let words = "The export has more than 1,000,000 lines. Narrow it by a filter";
            return Err(AppError::field("", words));
        }
        for row in L::bodies(&mut req.cx, found.rows)? {
            serde_json::to_writer(&mut body, &row).map_err(AppError::internal)?;
            body.push(b'\n');
        }
        let Some(next) = found.next else { break };
        asked.begin_at(&next, &mut errors);
        if !errors.is_empty() {
            return Err(AppError::internal("an export cannot go on behind its own cursor"));
        }
    }
    let name = L::AT.api.rsplit('/').next().unwrap_or("list");
    Ok(Reply::download("application/x-ndjson", &format!("{name}.ndjson"), body))
}

/// Names each parameter that is none of `known`, and those that can be sent once only.
fn refuse_others(url: &ListUrl, known: &[&str], errors: &mut FieldErrors) {
    parameters::refuse_others(url, known, errors);
    for name in ["sort"].into_iter().chain(PAGING) {
        if url.all(name).len() > 1 {
            errors.add(name, super::filter::ONCE);
        }
    }
}

/// The parameters by which a list is read page by page.
const PAGING: [&str; 2] = ["cursor", "limit"];

/// The parameters of the list: name, and what each does.
pub(crate) fn parameters<L: Listed>() -> Vec<(String, String)> {
    let mut all = narrowing::<L>();
    all.extend([
        ("cursor".to_owned(), "The next_cursor of the previous page".to_owned()),
        ("limit".to_owned(), "Page size, 1 to 200; 50 by default".to_owned()),
    ]);
    all
}

/// The parameters that narrow and order the list.
pub(crate) fn narrowing<L: Listed>() -> Vec<(String, String)> {
    let list = L::list();
    let mut all: Vec<(String, String)> = Vec::new();
    for filter in &list.filters {
        // The two sides may have a filter of the same name each.
        if !all.iter().any(|(name, _)| name == filter.name) {
            all.push((filter.name.to_owned(), filter.description()));
        }
    }
    let orders: Vec<String> = list.sorts.iter().flat_map(super::Sort::words).collect();
    all.push(("sort".to_owned(), format!("One of: {}", orders.join(", "))));
    all
}

impl<R: 'static> List<R> {
    /// The names of the parameters that this reader has.
    fn names(&self, reader: &Actor) -> impl Iterator<Item = &'static str> {
        let filters = self.filters.iter().filter(|filter| filter.is_for(reader));
        filters.map(|filter| filter.name).chain(["sort"]).chain(PAGING)
    }
}
