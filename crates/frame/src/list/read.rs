//! Reading one page of a list.

use db::{
    Value, Where,
    keyset::{self, Kind},
};
use web::{FieldErrors, ListUrl};

use super::{Condition, List, Listed, filter::Bad};
use crate::{ctx::Cx, error::AppError, request::Req};

/// An order of a list.
pub struct Sort<R> {
    pub(super) name: &'static str,
    /// True when the greatest comes first unless asked otherwise.
    pub(super) down: bool,
    column: &'static str,
    kind: Kind,
    value: Box<dyn Fn(&R) -> Value<'static>>,
    /// What holds of every row in this order; empty for all of them.
    only: &'static str,
}

impl<R> std::fmt::Debug for Sort<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sort").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<R: 'static> Sort<R> {
    /// By a column of text, which is never NULL; `value` is what the column holds.
    pub fn text(name: &'static str, column: &'static str, value: fn(&R) -> String) -> Self {
        let value = Box::new(move |row: &R| value(row).into());
        Self { name, down: false, column, kind: Kind::Text, value, only: "" }
    }

    /// By a column of whole numbers or instants, which is never NULL.
    pub fn number(name: &'static str, column: &'static str, value: fn(&R) -> i64) -> Self {
        let value = Box::new(move |row: &R| value(row).into());
        Self { name, down: false, column, kind: Kind::Int, value, only: "" }
    }

    /// Only the rows of which this holds: an order that makes no sense for the others.
    #[must_use]
    pub fn only(mut self, condition: &'static str) -> Self {
        self.only = condition;
        self
    }

    /// The words of `sort` that choose it.
    pub(super) fn words(&self) -> [String; 2] {
        [self.name.to_owned(), format!("-{}", self.name)]
    }
}

/// One page of a list.
#[derive(Debug)]
pub(super) struct Found<R> {
    pub(super) rows: Vec<R>,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
}

/// What is asked of a list: conditions, order, and where the page begins.
pub(super) struct Asked<'l, R> {
    list: &'l List<R>,
    conditions: Where,
    sort: &'l Sort<R>,
    down: bool,
    scope: String,
    /// True when the rows before the cursor are wanted.
    back: bool,
    position: Option<[Value<'static>; 2]>,
}

/// The rows behind a cursor.
const AFTER: i64 = 0;
/// The rows before it.
const BEFORE: i64 = 1;

impl<R: 'static> List<R> {
    /// What a request asks of the list. Every bad parameter is named.
    pub(super) fn asked<'l>(
        &'l self,
        req: &mut Req<'_, '_>,
        url: &ListUrl,
        errors: &mut FieldErrors,
    ) -> Result<Asked<'l, R>, AppError> {
        let within = self.within.map(|within| within(req)).transpose();
        let within = noted(errors, within)?.flatten();
        self.asked_within(&mut req.cx, url, within, errors)
    }

    fn asked_within<'l>(
        &'l self,
        cx: &mut Cx<'_, '_>,
        url: &ListUrl,
        within: Option<Condition>,
        errors: &mut FieldErrors,
    ) -> Result<Asked<'l, R>, AppError> {
        let visible = cx.actor.visibility();
        // The vendor is `$1`: a condition with a query of its own names it so.
        let mut conditions =
            Where::new(&format!("{} = ?", self.vendor), [visible.vendor().into_owned()]);
        if !self.only.is_empty() {
            conditions.and(self.only, []);
        }
        let mut scope = self.title.to_owned();
        if let Some(partner_id) = visible.partner_id() {
            let own = self.owner.as_ref().ok_or(AppError::NotFound)?;
            conditions.and(own, [partner_id.as_str().to_owned().into()]);
        }
        if let Some((test, values)) = within {
            scope.extend(["\n", &format!("{values:?}")]);
            conditions.and(&test, values);
        }
        let mut order = None;
        for filter in &self.filters {
            if !filter.is_for(&cx.actor) {
                continue;
            }
            let Some(Some(text)) = errors.take(filter.name, filter.value(url)) else { continue };
            match filter.condition(&text, cx) {
                Ok((test, values)) => conditions.and(&test, values),
                Err(Bad::Value(words)) => errors.add(filter.name, words),
                Err(Bad::Failed(error)) => return Err(error),
            }
            scope.extend(["\n", filter.name, "=", &text]);
            order = order.or(filter.order);
        }
        let (sort, down) = self.order(url, order, errors)?;
        if !sort.only.is_empty() {
            conditions.and(sort.only, []);
        }
        scope.extend(["\n", if down { "-" } else { "" }, sort.name]);
        let mut asked =
            Asked { list: self, conditions, sort, down, scope, back: false, position: None };
        if let Some(cursor) = url.get("cursor") {
            asked.begin_at(cursor, errors);
        }
        Ok(asked)
    }

    fn order(
        &self,
        url: &ListUrl,
        narrowed: Option<&str>,
        errors: &mut FieldErrors,
    ) -> Result<(&Sort<R>, bool), AppError> {
        let usual = narrowed.and_then(|name| self.sorts.iter().find(|sort| sort.name == name));
        let usual = usual
            .or_else(|| self.sorts.first())
            .ok_or_else(|| AppError::internal(format!("the list “{}” has no order", self.title)))?;
        let Some(asked) = url.get("sort") else {
            return Ok((usual, usual.down));
        };
        let (name, down) = match asked.strip_prefix('-') {
            Some(name) => (name, true),
            None => (asked, false),
        };
        match self.sorts.iter().find(|sort| sort.name == name) {
            Some(sort) => Ok((sort, down)),
            None => {
                let known: Vec<String> = self.sorts.iter().flat_map(Sort::words).collect();
                errors.add("sort", format!("Sort by one of: {}", known.join(", ")));
                Ok((usual, usual.down))
            }
        }
    }
}

/// The first rows of a list, at most `limit`, narrowed by these filters: name and value.
pub fn first<L: Listed>(
    cx: &mut Cx<'_, '_>,
    filters: &[(&str, &str)],
    limit: i64,
) -> Result<Vec<L::Row>, AppError> {
    let pairs = filters.iter().map(|(name, value)| format!("{name}={}", web::url_encode(value)));
    let url = ListUrl::new(L::AT.page, &pairs.collect::<Vec<_>>().join("&"));
    let (list, mut errors) = (L::list(), FieldErrors::new());
    if list.within.is_some() {
        let words = format!("the rows of “{}” depend on the request", list.title);
        return Err(AppError::internal(words));
    }
    let asked = list.asked_within(cx, &url, None, &mut errors)?;
    errors.check().map_err(AppError::Invalid)?;
    Ok(asked.read_filled(cx, limit)?.rows)
}

/// Notes the wrong fields of a result among the others; `None` when there are some.
pub(super) fn noted<T>(
    errors: &mut FieldErrors,
    result: Result<T, AppError>,
) -> Result<Option<T>, AppError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(AppError::Invalid(bad)) => {
            bad.iter().for_each(|(name, message)| errors.add(name, message));
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

impl<R: 'static> Asked<'_, R> {
    /// Goes on at a cursor.
    pub(super) fn begin_at(&mut self, cursor: &str, errors: &mut FieldErrors) {
        let kinds = [Kind::Int, self.sort.kind, self.list.last.kind];
        let values = keyset::decode(&self.scope, cursor, &kinds);
        let Some(values) = errors.take("cursor", values) else { return };
        if let Ok([Value::Int(way), sort, id]) = <[Value<'static>; 3]>::try_from(values) {
            self.back = way == BEFORE;
            self.position = Some([sort, id]);
        }
    }

    /// Reads at most `limit` rows, with what page and file show of them besides.
    pub(super) fn read_filled(
        &self,
        cx: &mut Cx<'_, '_>,
        limit: i64,
    ) -> Result<Found<R>, AppError> {
        let mut found = self.read(cx, limit)?;
        if let Some(fill) = self.list.fill {
            fill(cx, &mut found.rows)?;
        }
        Ok(found)
    }

    /// Reads at most `limit` rows.
    pub(super) fn read(&self, cx: &mut Cx<'_, '_>, limit: i64) -> Result<Found<R>, AppError> {
        let (sort, last) = (self.sort.column, self.list.last.column);
        let mut conditions = self.conditions.clone();
        let backwards = self.down != self.back;
        if let Some(position) = &self.position {
            let sign = if backwards { '<' } else { '>' };
            if sort == last {
                conditions.and(&format!("{last} {sign} ?"), position.last().cloned());
            } else {
                conditions.and(&format!("({sort}, {last}) {sign} (?, ?)"), position.clone());
            }
        }
        let most = conditions.bind((limit + 1).into());
        let way = if backwards { " DESC" } else { "" };
        let order =
            if sort == last { format!("{last}{way}") } else { format!("{sort}{way}, {last}{way}") };
        let sql = format!(
            "{} WHERE {} ORDER BY {order} LIMIT {most}",
            self.list.select,
            conditions.text()
        );
        let mut rows = (self.list.rows)(cx, &sql, conditions.values())?;
        let more = crate::paging::cut(&mut rows, limit);
        if self.back {
            rows.reverse();
        }
        let next = rows.last().filter(|_| more || self.back).map(|row| self.cursor(row, AFTER));
        let has_previous = if self.back { more } else { self.position.is_some() };
        let previous = rows.first().filter(|_| has_previous).map(|row| self.cursor(row, BEFORE));
        Ok(Found { rows, next, previous })
    }

    fn cursor(&self, row: &R, way: i64) -> String {
        let values = [way.into(), (self.sort.value)(row), (self.list.last.value)(row)];
        keyset::encode(&self.scope, &values)
    }
}
