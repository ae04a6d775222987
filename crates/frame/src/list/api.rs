//! A list as the API answers it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use web::FieldErrors;

use super::{List, Listed, read::noted};
use crate::{actor::Actor, error::AppError, paging, reply::Reply, request::Req};

/// One page of a list. The API's description calls the page of a `PartnerBody` a `PartnerPage`.
#[derive(Debug, Serialize)]
pub struct PageOf<T> {
    /// The rows, in the order asked for.
    pub data: Vec<T>,
    /// Send it as `cursor` for the next page; null on the last.
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
                    "description": "The rows, in the order asked for.",
                },
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "Send it as `cursor` for the next page; null on the last.",
                },
            },
        })
    }
}

/// Answers one page.
pub(crate) fn answer<L: Listed>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (list, url) = (L::list(), req.query());
    let mut errors = FieldErrors::new();
    let names: Vec<&str> = list.names(&req.cx.actor).collect();
    for name in url.names() {
        if !names.contains(&name) {
            let known = names.join(", ");
            errors.add(name, format!("This list has no such parameter. It has: {known}"));
        }
    }
    let asked = list.asked(req, &url, &mut errors)?;
    let limit = noted(&mut errors, paging::limit(req))?;
    let Some(limit) = limit.filter(|_| errors.is_empty()) else {
        return Err(AppError::Invalid(errors));
    };
    let found = asked.read(&mut req.cx, limit)?;
    let data = L::bodies(&mut req.cx, found.rows)?;
    Reply::json(&PageOf { data, next_cursor: found.next })
}

/// The parameters of the list: name, and what each does.
pub(crate) fn parameters<L: Listed>() -> Vec<(String, String)> {
    let list = L::list();
    let filters = list.filters.iter();
    let mut all: Vec<(String, String)> =
        filters.map(|filter| (filter.name.to_owned(), filter.description())).collect();
    let orders: Vec<String> = list.sorts.iter().flat_map(super::Sort::words).collect();
    all.extend([
        ("sort".to_owned(), format!("One of: {}", orders.join(", "))),
        ("cursor".to_owned(), "The next_cursor of the page before".to_owned()),
        ("limit".to_owned(), "How many at most: 1 to 200, 50 when left out".to_owned()),
    ]);
    all
}

impl<R: 'static> List<R> {
    /// The names of the parameters that this reader has.
    fn names(&self, reader: &Actor) -> impl Iterator<Item = &'static str> {
        let filters = self.filters.iter().filter(|filter| filter.is_for(reader));
        filters.map(|filter| filter.name).chain(["sort", "cursor", "limit"])
    }
}
