//! A list as a page and as a CSV file.

use web::{
    Button, Empty, FieldErrors, FilterBar, Icon, ListUrl, Markup, Page, Render, Row, Table,
    bulk_bar, csv_line, cursor_pager, html, saved_views,
};

use super::{Action, List, Listed, Look};
use crate::{error::AppError, reply::Reply, request::Req};

/// Rows on a page.
const PAGE: i64 = 50;
/// The form to which the checkboxes of rows belong.
const BULK: &str = "bulk";
/// The most rows of a file.
const FILE: i64 = 100_000;

/// The page.
pub(crate) fn show<L: Listed>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (list, url) = (L::list(), req.query());
    if let Some(to) = list.renamed(&url) {
        return Ok(Reply::see_other(&to));
    }
    let mut errors = FieldErrors::new();
    let asked = list.asked(req, &url, &mut errors)?;
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let found = asked.read_filled(&mut req.cx, PAGE)?;
    let look = Look { now: req.cx.now, zone: req.zone()?, csrf: req.csrf() };
    let mut table = Table::new(list.title).sorted(&url);
    let columns: Vec<_> = list.columns.iter().filter(|one| one.is_for(&req.cx.actor)).collect();
    for column in &columns {
        table = table.column(column.head());
    }
    for row in &found.rows {
        let shown = list.row(row);
        table =
            table.row(columns.iter().fold(shown, |row_, one| row_.cell((one.cell)(row, &look))));
    }
    if list.bulk.is_some() {
        table = table.selectable(BULK);
    }
    let table = table.empty(list.empty_words(req, &url));
    let mut bar = FilterBar::new(&url);
    for filter in &list.filters {
        bar = filter.add_to(bar, req)?;
    }
    let bar = bar.export(filled(req, L::AT.file));
    let shown = format!("{} shown", found.rows.len());
    let pages = cursor_pager(&url, found.previous.as_deref(), found.next.as_deref(), &shown);
    let (views, bulk) = (list.view_links(&url), list.bulk_buttons(&look.csrf));
    let body = html! { (views) (bar) (bulk) (table) (pages) };
    let mut page = Page::new(list.title).body(body);
    if let Some(actions) = list.buttons(req) {
        page = page.actions(actions);
    }
    if let Some(dress) = list.dress {
        page = dress(req, page)?;
    }
    req.page(page)
}

/// The CSV file, narrowed and ordered as the page.
pub(crate) fn file<L: Listed>(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (list, url) = (L::list(), req.query());
    if let Some(to) = list.renamed(&url) {
        return Ok(Reply::see_other(&to));
    }
    let mut errors = FieldErrors::new();
    let asked = list.asked(req, &url, &mut errors)?;
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let found = asked.read_filled(&mut req.cx, FILE)?;
    if found.next.is_some() {
        let words = "The list has more than 100,000 rows. Filter it, or page through it with the \
                     API";
        return Err(AppError::field("", words));
    }
    let mut text = csv_line(list.file.iter().map(|(name, _)| *name));
    for row in &found.rows {
        let cells: Vec<String> = list.file.iter().map(|(_, value)| value(row)).collect();
        text.push_str(&csv_line(cells.iter().map(String::as_str)));
    }
    let name = L::AT.file.rsplit('/').next().unwrap_or("list.csv");
    Ok(Reply::csv(name, &text))
}

/// An address with the `{name}` parts of the request's path.
fn filled(req: &Req<'_, '_>, address: &str) -> String {
    let parts = req.input.params.iter();
    parts.fold(address.to_owned(), |address, (name, value)| {
        address.replace(&format!("{{{name}}}"), &web::url_encode(value))
    })
}

impl<R: 'static> List<R> {
    /// The address with today's names, when it has names of before.
    fn renamed(&self, url: &ListUrl) -> Option<String> {
        let mut now = url.clone();
        for filter in &self.filters {
            if let Some(before) = filter.formerly {
                now = now.renamed(before, filter.name);
            }
        }
        if let Some(word) = url.all(self.orders_before).first() {
            now = now.dropping(self.orders_before);
            if let Some(sort) = self.sorts.iter().find(|sort| sort.name == *word) {
                let down = if sort.down { "-" } else { "" };
                now = now.dropping("sort").having("sort", &format!("{down}{word}"));
            }
        }
        // Cursors of before belonged to another way of paging: the list begins anew.
        let to = now.dropping("after").text();
        (to != url.text()).then_some(to)
    }

    fn row(&self, row: &R) -> Row {
        let mut shown = Row::new().id((self.id)(row));
        if let Some(href) = self.href {
            shown = shown.href(href(row));
        }
        if self.quiet.is_some_and(|is_over| is_over(row)) {
            shown = shown.quiet();
        }
        shown
    }

    fn view_links(&self, url: &ListUrl) -> Markup {
        if self.views.is_empty() {
            return Markup::default();
        }
        let current = url.text();
        let to = |query: &str| ListUrl::new(url.path(), query).text();
        let links: Vec<(&str, String)> =
            self.views.iter().map(|(label, query)| (*label, to(query))).collect();
        let shown = links.iter().map(|(label, to)| (*label, to.as_str(), *to == current));
        saved_views("Views", &shown.collect::<Vec<_>>())
    }

    fn bulk_buttons(&self, csrf: &str) -> Markup {
        let Some(bulk) = self.bulk else { return Markup::default() };
        let buttons = html! {
            @for (word, label) in bulk.buttons { (Button::secondary(*label).submits("do", *word)) }
        };
        html! { (bulk_bar(BULK, csrf, bulk.action, buttons)) }
    }

    fn buttons(&self, req: &Req<'_, '_>) -> Option<impl Render> {
        let may = |action: &&Action| action.needs.is_none_or(|needed| req.cx.actor.may(needed));
        let may: Vec<&Action> = self.actions.iter().filter(may).collect();
        let button = |action: &Action| {
            let button = if action.href.ends_with("/new") {
                Button::primary(action.label).icon(Icon::Plus)
            } else {
                Button::secondary(action.label)
            };
            button.href(filled(req, action.href))
        };
        (!may.is_empty()).then(|| html! { @for action in may { (button(action)) } })
    }

    fn empty_words(&self, req: &Req<'_, '_>, url: &ListUrl) -> Empty {
        if self.filters.iter().any(|filter| filter.is_set(url)) {
            let words = "No rows match all of these filters. Remove a filter to see more.";
            return Empty::new(Icon::Filter, "No matches", words)
                .action(Button::secondary("Show all").href(url.path()));
        }
        let empty = Empty::new(self.nothing.icon, self.nothing.title, self.nothing.words);
        match self.buttons(req) {
            Some(buttons) => empty.action(buttons),
            None => empty,
        }
    }
}
