//! What narrows a list, acts on ticked rows and turns its pages.

use maud::{Markup, Render, html};

use crate::button::Button;
use crate::form::{CSRF_FIELD, Choice, hidden};
use crate::icon::Icon;
use crate::query::ListUrl;

/// One thing to filter by.
#[derive(Clone, Debug)]
enum Filter {
    Search { name: String, label: String },
    Select { name: String, label: String, choices: Vec<Choice> },
    Date { name: String, label: String },
    Toggle { name: String, label: String },
}

impl Filter {
    fn name(&self) -> &str {
        match self {
            Self::Search { name, .. }
            | Self::Select { name, .. }
            | Self::Date { name, .. }
            | Self::Toggle { name, .. } => name,
        }
    }
}

/// The bar above a list: a form whose fields end up in the address.
#[must_use]
#[derive(Clone, Debug)]
pub struct FilterBar {
    url: ListUrl,
    filters: Vec<Filter>,
    columns: Vec<(String, String, bool)>,
    export: Option<String>,
}

impl FilterBar {
    /// A bar for the list at `url`.
    pub fn new(url: &ListUrl) -> Self {
        Self { url: url.clone(), filters: Vec::new(), columns: Vec::new(), export: None }
    }

    /// A field for words.
    pub fn search(mut self, name: impl Into<String>, label: impl Into<String>) -> Self {
        self.filters.push(Filter::Search { name: name.into(), label: label.into() });
        self
    }

    /// A list to pick one from; the first entry, which is added, means any.
    pub fn select(
        mut self,
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        let choices = choices.into_iter().collect();
        self.filters.push(Filter::Select { name: name.into(), label: label.into(), choices });
        self
    }

    /// A day.
    pub fn date(mut self, name: impl Into<String>, label: impl Into<String>) -> Self {
        self.filters.push(Filter::Date { name: name.into(), label: label.into() });
        self
    }

    /// A checkbox that sends `name=1`.
    pub fn toggle(mut self, name: impl Into<String>, label: impl Into<String>) -> Self {
        self.filters.push(Filter::Toggle { name: name.into(), label: label.into() });
        self
    }

    /// Lets the reader choose columns: key, label, whether it is shown. Sent as `columns=key` each.
    pub fn columns(mut self, columns: &[(&str, &str, bool)]) -> Self {
        self.columns = columns
            .iter()
            .map(|(key, label, shown)| (String::from(*key), String::from(*label), *shown))
            .collect();
        self
    }

    /// Offers the list as a CSV file from this path, narrowed the same way.
    pub fn export(mut self, path: impl Into<String>) -> Self {
        self.export = Some(path.into());
        self
    }

    fn field(&self, filter: &Filter) -> Markup {
        let id = format!("filter-{}", filter.name());
        let value = self.url.get(filter.name());
        match filter {
            Filter::Search { name, label } => html! {
                div.filter.filter-search {
                    label.vh for=(id) { (label) }
                    (Icon::Search)
                    input.input id=(id) type="search" name=(name) value=[value]
                        placeholder=(label) data-filter-focus;
                }
            },
            Filter::Select { name, label, choices } => html! {
                div.filter {
                    label for=(id) { (label) }
                    div.select {
                        select.input id=(id) name=(name) data-submits {
                            option value="" { "Any" }
                            @for choice in choices {
                                option value=(choice.value) disabled[choice.disabled]
                                    selected[value == Some(choice.value.as_str())] { (choice.label) }
                            }
                        }
                        (Icon::ChevronDown)
                    }
                }
            },
            Filter::Date { name, label } => html! {
                div.filter {
                    label for=(id) { (label) }
                    input.input id=(id) type="date" name=(name) value=[value];
                }
            },
            Filter::Toggle { name, label } => html! {
                div.filter.filter-toggle {
                    input type="checkbox" id=(id) name=(name) value="1" checked[value.is_some()]
                        data-submits;
                    label for=(id) { (label) }
                }
            },
        }
    }

    fn column_menu(&self) -> Markup {
        html! {
            details.drop {
                summary.btn.btn-quiet { (Icon::Columns) span { "Columns" } }
                fieldset.drop-panel {
                    legend { "Show columns" }
                    @for (key, label, shown) in &self.columns {
                        div.tick {
                            input type="checkbox" id={ "column-" (key) } name="columns" value=(key)
                                checked[*shown];
                            label for={ "column-" (key) } { (label) }
                        }
                    }
                    (Button::secondary("Apply").small())
                }
            }
        }
    }
}

impl Render for FilterBar {
    fn render(&self) -> Markup {
        let mut own: Vec<&str> = self.filters.iter().map(Filter::name).collect();
        own.extend(["after", "before", "cursor"]);
        if !self.columns.is_empty() {
            own.push("columns");
        }
        let narrowed = self.filters.iter().any(|filter| self.url.get(filter.name()).is_some());
        let export = self.export.as_ref().map(|path| {
            // A file is the whole list, whichever page of it is open.
            let whole = ["after", "before", "cursor"].into_iter();
            let query = whole.fold(self.url.clone(), ListUrl::dropping).text();
            let query = query.split_once('?').map(|(_, query)| query).unwrap_or_default();
            if query.is_empty() { path.clone() } else { format!("{path}?{query}") }
        });
        html! {
            form.filters method="get" action=(self.url.path()) role="search" aria-label="Filter this list" {
                @for (name, value) in self.url.pairs_but(&own) { (hidden(name, value)) }
                @for filter in &self.filters { (self.field(filter)) }
                (Button::secondary("Filter"))
                @if narrowed { (Button::quiet("Clear").href(self.url.path())) }
                div.filters-end {
                    @if !self.columns.is_empty() { (self.column_menu()) }
                    @if let Some(export) = export {
                        (Button::quiet("CSV").icon(Icon::Export).download(export))
                    }
                }
            }
        }
    }
}

/// What can be done with the ticked rows of the [`super::Table`] that is selectable for `form_id`. It
/// appears at the bottom of the window as soon as a row is ticked.
pub fn bulk_bar(form_id: &str, csrf: &str, action: &str, buttons: impl Render) -> Markup {
    html! {
        form.bulk id=(form_id) method="post" action=(action) aria-label="Actions for selected rows" {
            (hidden(CSRF_FIELD, csrf))
            span.bulk-count { output.with-script data-tick-count { "0" } " selected" }
            (buttons)
        }
    }
}

/// Links to the page before and the page after, by cursor. `summary` says where one is: `1–50`.
pub fn pager(url: &ListUrl, previous: Option<&str>, next: Option<&str>, summary: &str) -> Markup {
    let previous = previous.map(|cursor| url.with("before", cursor));
    turns(previous, next.map(|cursor| url.with("after", cursor)), summary)
}

/// Links to the page before and the page after, where a cursor says which way it leads.
pub fn cursor_pager(
    url: &ListUrl,
    previous: Option<&str>,
    next: Option<&str>,
    summary: &str,
) -> Markup {
    let to = |cursor: &str| url.with("cursor", cursor);
    turns(previous.map(to), next.map(to), summary)
}

fn turns(previous: Option<String>, next: Option<String>, summary: &str) -> Markup {
    html! {
        nav.pager aria-label="Pages" {
            span.pager-summary { (summary) }
            @if previous.is_some() || next.is_some() {
                @match previous {
                    Some(href) => { (Button::secondary("Previous").small().href(href)) }
                    None => { span.btn.btn-small.btn-off { "Previous" } }
                }
                @match next {
                    Some(href) => { (Button::secondary("Next").small().href(href)) }
                    None => { span.btn.btn-small.btn-off { "Next" } }
                }
            }
        }
    }
}

/// Ways of looking at a list that were kept: label, address, whether it is the current one.
pub fn saved_views(label: &str, views: &[(&str, &str, bool)]) -> Markup {
    html! {
        nav.views aria-label=(label) {
            @for (name, href, current) in views {
                a href=(href) aria-current=[current.then_some("true")] { (name) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_keeps_the_order_and_starts_at_the_first_page() {
        let url = ListUrl::new("/deals", "q=glob&sort=-amount&after=zzz");
        let bar = FilterBar::new(&url)
            .search("q", "Search")
            .select("status", "Status", [Choice::new("open", "Open")])
            .export("/deals.csv")
            .render()
            .into_string();
        assert!(bar.contains("name=\"sort\" value=\"-amount\""), "{bar}");
        assert!(!bar.contains("name=\"after\""));
        assert!(bar.contains("value=\"glob\""));
        assert!(bar.contains("href=\"/deals.csv?q=glob&amp;sort=-amount\""), "{bar}");
    }
}
