//! A list is declared once. The page, the CSV file and the answer of the API come from the
//! declaration, with the same filters, orders and cursors.
//!
//! A slice implements [`Listed`] and adds [`Routes::list`](crate::routes::Routes::list). What is
//! special of one list hooks in at one place: a filter brings its own condition, a column its own
//! cell, the request itself a condition by [`List::within`], and [`List::dress`] changes the whole
//! page.

mod api;
mod column;
mod filter;
mod page;
mod read;
mod routes;

pub use api::PageOf;
pub use column::{Column, Look};
pub use filter::{Asker, Condition, Filter, Group, containing, few, one_of_few};
pub use read::{Sort, first};

use db::{FromRow, Value};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Icon, Markup, Page};

use super::{ctx::Cx, error::AppError, request::Req};
use crate::access::Permission;

/// A resource that can be listed.
pub trait Listed: 'static {
    /// A row, with all that columns and the API show of it.
    type Row: 'static;
    /// A row as the API answers it.
    type Body: Serialize + JsonSchema;
    /// The addresses of the list.
    const AT: At;

    /// The declaration.
    fn list() -> List<Self::Row>;

    /// The rows as this reader may see them through the API, in the same order.
    fn bodies(cx: &mut Cx<'_, '_>, rows: Vec<Self::Row>) -> Result<Vec<Self::Body>, AppError>;
}

/// The addresses of a list. A `{name}` part of the page's path stands in the file's path as well.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The page: `/partners`.
    pub page: &'static str,
    /// The CSV file: `/partners.csv`.
    pub file: &'static str,
    /// The API: `/api/v1/partners`.
    pub api: &'static str,
}

/// Reads the rows of a statement.
pub type ReadRows<R> = fn(&mut Cx<'_, '_>, &str, &[Value<'_>]) -> Result<Vec<R>, AppError>;

/// Says which rows a request is about, beyond those that the reader may see.
pub type Within = fn(&mut Req<'_, '_>) -> Result<Condition, AppError>;

/// Changes the page of a list before it is shown.
pub type Dress = fn(&mut Req<'_, '_>, Page) -> Result<Page, AppError>;

/// Fills in what is shown of rows.
pub type Fill<R> = fn(&mut Cx<'_, '_>, &mut [R]) -> Result<(), AppError>;

/// A view that is one click away: its label, and the parameters of its address.
pub type View = (&'static str, &'static str);

/// Buttons that do one thing with several rows.
#[derive(Debug, Clone, Copy)]
pub struct Bulk {
    /// Where the form is sent, with the ids as `id` and the button's word as `do`.
    pub action: &'static str,
    /// The word and the label of each button.
    pub buttons: &'static [(&'static str, &'static str)],
}

/// A column of the file: its name and the value of a row.
type FileColumn<R> = (&'static str, fn(&R) -> String);

/// A button above a list.
#[derive(Debug, Clone, Copy)]
struct Action {
    label: &'static str,
    href: &'static str,
    needs: Option<Permission>,
}

/// What stands in place of a list without rows.
#[derive(Debug, Clone, Copy)]
struct Nothing {
    icon: Icon,
    title: &'static str,
    words: &'static str,
}

/// The declaration of a list: where its rows come from, how they are narrowed and ordered, what is
/// shown of them.
pub struct List<R> {
    /// The plural, as the page's title: `Partners`.
    title: &'static str,
    select: String,
    /// The column of the vendor.
    vendor: &'static str,
    rows: ReadRows<R>,
    /// What holds of every row; empty when the statement reads those of the list only.
    only: &'static str,
    /// Which rows the request is about; `None` for all that the reader may see.
    within: Option<Within>,
    /// The condition of a partner's own rows; `None` when only the vendor reads the list.
    owner: Option<String>,
    filters: Vec<Filter>,
    sorts: Vec<Sort<R>>,
    /// The row's id, for links and checkboxes.
    id: fn(&R) -> String,
    /// What ends every order: the id, unless rows are numbered.
    last: Sort<R>,
    /// The parameter that named an order before, in addresses that were given out.
    orders_before: &'static str,
    views: &'static [View],
    bulk: Option<Bulk>,
    fill: Option<Fill<R>>,
    href: Option<fn(&R) -> String>,
    quiet: Option<fn(&R) -> bool>,
    columns: Vec<Column<R>>,
    file: Vec<FileColumn<R>>,
    nothing: Nothing,
    actions: Vec<Action>,
    dress: Option<Dress>,
}

impl<R> std::fmt::Debug for List<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").field("title", &self.title).finish_non_exhaustive()
    }
}

impl<R: 'static> List<R> {
    /// A list of the rows of `select`, a statement that ends with its `FROM` and joins. `vendor` is
    /// the column of the vendor. `rows` reads them with what belongs to them.
    ///
    /// Only the vendor's people may read it, unless [`List::owner`] says whose a row is.
    pub fn of(
        title: &'static str,
        (select, vendor): (impl Into<String>, &'static str),
        rows: ReadRows<R>,
    ) -> Self {
        Self {
            title,
            select: select.into(),
            vendor,
            rows,
            only: "",
            within: None,
            owner: None,
            filters: Vec::new(),
            sorts: Vec::new(),
            id: |_| String::new(),
            last: Sort::text("", "", |_| String::new()),
            orders_before: "",
            views: &[],
            bulk: None,
            fill: None,
            href: None,
            quiet: None,
            columns: Vec::new(),
            file: Vec::new(),
            nothing: Nothing { icon: Icon::Info, title: "Nothing here yet", words: "" },
            actions: Vec::new(),
            dress: None,
        }
    }

    /// A list of rows that need nothing besides: `select` reads all of them.
    pub fn plain<By: 'static>(title: &'static str, from: (impl Into<String>, &'static str)) -> Self
    where
        R: FromRow<By>,
    {
        Self::of(title, from, |cx, sql, values| Ok(cx.tx.query_as::<R, By>(sql, values)?))
    }

    /// A condition that holds of every row.
    #[must_use]
    pub fn only(mut self, condition: &'static str) -> Self {
        self.only = condition;
        self
    }

    /// The rows that the request is about: those of the partner in its path, those of the side that
    /// asks. What the function refuses is refused to page, file and API alike.
    #[must_use]
    pub fn within(mut self, rows: Within) -> Self {
        self.within = Some(rows);
        self
    }

    /// The column of the partner whose row it is: a partner's people see their own rows.
    #[must_use]
    pub fn owner(mut self, column: &'static str) -> Self {
        self.owner = Some(format!("{column} = ?"));
        self
    }

    /// The condition under which a row belongs to a partner, with a `?` for its id: for rows that
    /// several partners see.
    #[must_use]
    pub fn shared_by(mut self, condition: &str) -> Self {
        self.owner = Some(condition.to_owned());
        self
    }

    /// The column that tells rows apart, which ends every order, and its value.
    #[must_use]
    pub fn id(mut self, column: &'static str, value: fn(&R) -> String) -> Self {
        self.id = value;
        self.last = Sort::text("", column, value);
        self
    }

    /// The column of the number that tells rows apart and ends every order in place of the id.
    #[must_use]
    pub fn numbered(mut self, column: &'static str, value: fn(&R) -> i64) -> Self {
        self.last = Sort::number("", column, value);
        self
    }

    /// Fills in what page and file show of a row beside what the API answers.
    #[must_use]
    pub fn fill(mut self, fill: Fill<R>) -> Self {
        self.fill = Some(fill);
        self
    }

    /// Views that are one click away: a label, and the parameters of the address.
    #[must_use]
    pub fn views(mut self, views: &'static [View]) -> Self {
        self.views = views;
        self
    }

    /// What can be done with several rows together.
    #[must_use]
    pub fn bulk(mut self, bulk: Bulk) -> Self {
        self.bulk = Some(bulk);
        self
    }

    /// The parameter that named an order in addresses that were given out before.
    #[must_use]
    pub fn orders_formerly(mut self, parameter: &'static str) -> Self {
        self.orders_before = parameter;
        self
    }

    /// The page of a row.
    #[must_use]
    pub fn leads_to(mut self, href: fn(&R) -> String) -> Self {
        self.href = Some(href);
        self
    }

    /// Whether a row is over, so that it is shown in a quiet colour.
    #[must_use]
    pub fn quiet(mut self, is_over: fn(&R) -> bool) -> Self {
        self.quiet = Some(is_over);
        self
    }

    /// A further thing to narrow the list by.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// A further order; the first is the usual one.
    #[must_use]
    pub fn sort(mut self, sort: Sort<R>) -> Self {
        self.sorts.push(sort);
        self
    }

    /// A further order in which the greatest comes first unless asked otherwise.
    #[must_use]
    pub fn sort_down(mut self, mut sort: Sort<R>) -> Self {
        sort.down = true;
        self.sorts.push(sort);
        self
    }

    /// The next column of the page.
    #[must_use]
    pub fn column(mut self, column: Column<R>) -> Self {
        self.columns.push(column);
        self
    }

    /// The next column of the page; pressing its head sorts by the order of this name.
    #[must_use]
    pub fn column_by(mut self, sort: &'static str, mut column: Column<R>) -> Self {
        column.sort = Some(sort);
        self.columns.push(column);
        self
    }

    /// The next column of the CSV file.
    #[must_use]
    pub fn csv(mut self, name: &'static str, value: fn(&R) -> String) -> Self {
        self.file.push((name, value));
        self
    }

    /// What stands there while the list has no rows at all.
    #[must_use]
    pub fn empty(mut self, icon: Icon, title: &'static str, words: &'static str) -> Self {
        self.nothing = Nothing { icon, title, words };
        self
    }

    /// A button for those who may, or for all readers when it needs `None`; one that leads to a page
    /// `…/new` is the primary one. `{name}` parts of the address are those of the page's path.
    #[must_use]
    pub fn action(
        mut self,
        label: &'static str,
        href: &'static str,
        needs: impl Into<Option<Permission>>,
    ) -> Self {
        self.actions.push(Action { label, href, needs: needs.into() });
        self
    }

    /// Changes the page before it is shown, for what only this list has.
    #[must_use]
    pub fn dress(mut self, dress: Dress) -> Self {
        self.dress = Some(dress);
        self
    }
}

/// Text as a cell.
fn words(text: &str) -> Markup {
    web::html! { (text) }
}
