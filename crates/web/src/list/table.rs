//! Tables that sort by links, tick rows for bulk actions, and turn into cards on a phone.

use maud::{Markup, Render, html};

use crate::icon::Icon;
use crate::query::{ListUrl, SortOrder};

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Date,
    Actions,
}

impl Kind {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Number => Some("num"),
            Self::Date => Some("date"),
            Self::Actions => Some("actions"),
        }
    }
}

/// The head of a column.
#[must_use]
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    kind: Kind,
    sort: Option<String>,
}

impl Column {
    fn new(kind: Kind, label: impl Into<String>) -> Self {
        Self { label: label.into(), kind, sort: None }
    }

    /// Words, from the left.
    pub fn text(label: impl Into<String>) -> Self {
        Self::new(Kind::Text, label)
    }

    /// Numbers and money: to the right, in figures of equal width.
    pub fn number(label: impl Into<String>) -> Self {
        Self::new(Kind::Number, label)
    }

    /// Days and instants, kept on one line.
    pub fn date(label: impl Into<String>) -> Self {
        Self::new(Kind::Date, label)
    }

    /// Buttons; the label is read out only.
    pub fn actions(label: impl Into<String>) -> Self {
        Self::new(Kind::Actions, label)
    }

    /// Makes the head a link that sorts by `key`, and turns the order round when pressed again.
    pub fn sort(mut self, key: impl Into<String>) -> Self {
        self.sort = Some(key.into());
        self
    }

    fn order(&self, url: &ListUrl) -> Option<SortOrder> {
        let (column, order) = url.sort()?;
        (self.sort.as_deref() == Some(column)).then_some(order)
    }

    fn head(&self, url: Option<&ListUrl>) -> Markup {
        let order = url.and_then(|url| self.order(url));
        let sort = order.map(|order| match order {
            SortOrder::Ascending => "ascending",
            SortOrder::Descending => "descending",
        });
        html! {
            th scope="col" class=[self.kind.class()] aria-sort=[sort] {
                @match (&self.sort, url) {
                    (Some(key), Some(url)) => {
                        @let next = if order == Some(SortOrder::Ascending) { format!("-{key}") } else { key.clone() };
                        a.sort href=(url.with("sort", &next)) {
                            (self.label)
                            @match order {
                                Some(SortOrder::Ascending) => { (Icon::ArrowUp) }
                                Some(SortOrder::Descending) => { (Icon::ArrowDown) }
                                None => {}
                            }
                        }
                    }
                    _ => {
                        @if self.kind == Kind::Actions { span.vh { (self.label) } }
                        @else { (self.label) }
                    }
                }
            }
        }
    }
}

/// A row. Its first cell carries the link to what the row is about.
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct Row {
    href: Option<String>,
    id: Option<String>,
    quiet: bool,
    cells: Vec<Markup>,
}

impl Row {
    /// A row without cells yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the row leads.
    pub fn href(mut self, url: impl Into<String>) -> Self {
        self.href = Some(url.into());
        self
    }

    /// What its checkbox sends; unique in the table.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets it back behind the others: over, withdrawn, past.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// The next cell.
    pub fn cell(mut self, content: impl Render) -> Self {
        self.cells.push(content.render());
        self
    }
}

/// A table. Rows come in the order given; at most a page of them should.
#[must_use]
#[derive(Clone, Debug)]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    url: Option<ListUrl>,
    form: Option<String>,
    rows: Vec<Row>,
    empty: Markup,
    compact: bool,
    plain: bool,
}

impl Table {
    /// A table; the caption names it to those who cannot see what surrounds it.
    pub fn new(caption: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            columns: Vec::new(),
            url: None,
            form: None,
            rows: Vec::new(),
            empty: html! {},
            compact: false,
            plain: false,
        }
    }

    /// The next column.
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Makes the heads of sortable columns links.
    pub fn sorted(mut self, url: &ListUrl) -> Self {
        self.url = Some(url.clone());
        self
    }

    /// Puts a checkbox before each row that has an id; it belongs to the [`super::bulk_bar`] of this
    /// id and sends `id=…`.
    pub fn selectable(mut self, form_id: impl Into<String>) -> Self {
        self.form = Some(form_id.into());
        self
    }

    /// The next row.
    pub fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    /// The next rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// What is shown in place of a table without rows.
    pub fn empty(mut self, content: impl Render) -> Self {
        self.empty = content.render();
        self
    }

    /// Lower rows.
    pub fn compact(mut self) -> Self {
        self.compact = true;
        self
    }

    /// Without a frame, for use inside a card.
    pub fn plain(mut self) -> Self {
        self.plain = true;
        self
    }

    fn body_row(&self, row: &Row) -> Markup {
        let link_id = row.id.as_ref().map(|id| format!("row-{id}"));
        html! {
            tr .row-quiet[row.quiet] data-row[row.href.is_some()] {
                @if let Some(form) = &self.form {
                    td.tickbox {
                        @if let Some(id) = &row.id {
                            input type="checkbox" name="id" value=(id) form=(form)
                                aria-labelledby=[link_id.as_deref()];
                        }
                    }
                }
                @for (at, cell) in row.cells.iter().enumerate() {
                    @let column = self.columns.get(at);
                    td class=[column.and_then(|column| column.kind.class())]
                        data-label=[column.map(|column| column.label.as_str())] {
                        @match &row.href {
                            Some(href) if at == 0 => {
                                a.row-link href=(href) id=[link_id.as_deref()] { (cell) }
                            }
                            _ if at == 0 && link_id.is_some() => {
                                span id=[link_id.as_deref()] { (cell) }
                            }
                            _ => { (cell) }
                        }
                    }
                }
            }
        }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        if self.rows.is_empty() && !self.empty.0.is_empty() {
            return self.empty.clone();
        }
        html! {
            div.table-wrap .table-plain[self.plain] role="region" aria-label=(self.caption) tabindex="0" {
                table.table .table-compact[self.compact] data-rows {
                    caption.vh { (self.caption) }
                    thead {
                        tr {
                            @if self.form.is_some() {
                                td.tickbox {
                                    input.with-script type="checkbox" data-tick-all
                                        aria-label="Select all rows";
                                }
                            }
                            @for column in &self.columns { (column.head(self.url.as_ref())) }
                        }
                    }
                    tbody { @for row in &self.rows { (self.body_row(row)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_sorts_and_then_turns_the_order_round() {
        let column = Column::number("Amount").sort("amount");
        let head = |query: &str| column.head(Some(&ListUrl::new("/d", query))).into_string();
        assert!(head("q=x").contains("href=\"/d?q=x&amp;sort=amount\""), "{}", head("q=x"));
        let sorted = head("sort=amount");
        assert!(sorted.contains("sort=-amount") && sorted.contains("aria-sort=\"ascending\""));
        assert!(head("sort=-amount").contains("aria-sort=\"descending\""));
    }

    #[test]
    fn a_page_with_50_rows_stays_within_its_budget() {
        use std::io::Write as _;
        let rows = (0..50).map(|at| {
            let account = format!("Company {} of somewhere {}", at * 7919 % 1009, at * 31 % 97);
            Row::new()
                .href(format!("/deals/reg_0193f2a0-7c4e-7{at:03}-8a11-{:012x}", at * 104_729))
                .id(format!("reg_0193f2a0-7c4e-7{at:03}-8a11-{:012x}", at * 104_729))
                .cell(account)
                .cell(crate::status(crate::Tone::Good, "Approved"))
                .cell(crate::amount(at * 1_299_721, 2, "EUR"))
                .cell(crate::day(jiff::civil::date(2026, 4, 1)))
        });
        let table = Table::new("Deals")
            .column(Column::text("Account").sort("account"))
            .column(Column::text("Status"))
            .column(Column::number("Amount").sort("amount"))
            .column(Column::date("Protected until"))
            .sorted(&ListUrl::default())
            .selectable("bulk")
            .rows(rows);
        let chrome = crate::Chrome::default();
        let page = chrome.page(&crate::Page::new("Deals").body(table)).into_string();
        let level = flate2::Compression::default();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
        encoder.write_all(page.as_bytes()).unwrap();
        let size = encoder.finish().unwrap().len();
        assert!(size <= 20 * 1024, "{size} bytes compressed");
    }

    #[test]
    fn rows_carry_their_link_and_checkbox() {
        let table = Table::new("Deals")
            .column(Column::text("Account"))
            .column(Column::number("Amount"))
            .selectable("bulk")
            .row(Row::new().href("/d/1").id("1").cell("<Globex>").cell(5))
            .empty("none");
        let text = table.render().into_string();
        assert!(
            text.contains("<a class=\"row-link\" href=\"/d/1\" id=\"row-1\">&lt;Globex&gt;</a>")
        );
        assert!(text.contains("name=\"id\" value=\"1\" form=\"bulk\" aria-labelledby=\"row-1\""));
        assert!(text.contains("<td class=\"num\" data-label=\"Amount\">5</td>"), "{text}");
    }
}
