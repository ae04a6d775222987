//! Every component on one page, filled with what a partner program would show. It is where a page
//! begins: look for the piece, copy its line.

mod controls;
mod lists;
mod marks;
mod pieces;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use maud::{Markup, PreEscaped, Render, html};

use crate::button::Button;
use crate::icon::Icon;
use crate::piece::Clock;
use crate::shell::{Chrome, Flash, Page};
use crate::tone::{Tone, status};

/// The day that the samples take as today.
const TODAY: Date = date(2026, 3, 20);

/// The instant that the samples take as now: the morning of that day.
fn now() -> Timestamp {
    Timestamp::from_second(1_773_997_440).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The zone the samples are shown in.
fn zone() -> TimeZone {
    TimeZone::UTC
}

/// What sample forms carry in place of a session's token: nothing that is worth anything.
const TOKEN: &str = "sample";

/// The parts of the guide: id, title, what it is for, content.
type Part = (&'static str, &'static str, &'static str, Markup);

/// The guide as a whole document in the frame of `chrome`.
pub fn styleguide(chrome: &Chrome) -> Markup {
    let parts = parts();
    let body = html! {
        nav.views aria-label="Sections" {
            @for (id, title, ..) in &parts { a href={ "#" (id) } { (title) } }
        }
        @for (id, title, purpose, content) in &parts { (part(id, title, purpose, content)) }
    };
    let page = Page::new("Style guide")
        .crumb("Run", "#main")
        .status(html! { (status(Tone::Good, "In use")) })
        .clock(Clock::until("Protected until", date(2026, 4, 1), TODAY).started(date(2026, 1, 1)))
        .intro(
            "One look for every page: calm, dense, quick to read. Each component below is a \
             function.",
        )
        .actions(html! {
            (Button::primary("Register a deal").icon(Icon::Plus).href("#forms"))
            (Button::secondary("Renew").because_not("available from 2 Mar"))
        })
        .flash(Flash::done("Globex Manufacturing GmbH is protected for you until 1 Apr 2026."))
        .body(body);
    chrome.page(&page)
}

fn parts() -> Vec<Part> {
    let mut parts = whole_parts();
    parts.extend(small_parts());
    parts
}

/// What fills a page.
fn whole_parts() -> Vec<Part> {
    vec![
        (
            "work",
            "Work list",
            "Home starts with what needs you, by when, and what happens if you do nothing.",
            pieces::work(),
        ),
        ("numbers", "Numbers", "Each links to the rows behind it.", pieces::numbers()),
        ("lists", "Lists", "Filter, sort, select, page; all of it is in the URL.", lists::list()),
        (
            "details",
            "Details",
            "The timeline on the left, the facts on the right.",
            pieces::detail(),
        ),
        ("forms", "Forms", "Label, hint, field, error; all errors at once.", controls::forms()),
        (
            "choices",
            "Choices",
            "A few choices are radio buttons, many are a select.",
            controls::choices(),
        ),
    ]
}

/// What stands in a page.
fn small_parts() -> Vec<Part> {
    vec![
        ("buttons", "Buttons", "One filled button per page.", controls::buttons()),
        (
            "marks",
            "Marks and clocks",
            "Text first; colour never carries meaning alone.",
            marks::marks(),
        ),
        (
            "notices",
            "Notices",
            "What to know before you continue, and what an empty page shows.",
            marks::notices(),
        ),
        (
            "compare",
            "Comparisons",
            "Candidates side by side, and before and after.",
            lists::comparisons(),
        ),
        ("steps", "Steps and progress", "Where you are in a long process.", pieces::steps()),
        (
            "charts",
            "Charts",
            "Small, rendered on the server, with the numbers behind them.",
            pieces::charts(),
        ),
        ("text", "Code and data", "What people copy elsewhere.", marks::data()),
        ("icons", "Icons", "Next to a word, never instead of one.", marks::icons()),
    ]
}

/// One part. Its forms ask this page for itself, so that pressing a sample button does no harm.
fn part(id: &str, title: &str, purpose: &str, content: &Markup) -> Markup {
    let content = PreEscaped(content.0.replace("method=\"post\"", "method=\"get\""));
    html! {
        section.guide-part id=(id) aria-labelledby={ (id) "-title" } {
            div.guide-head { h2 id={ (id) "-title" } { (title) } p { (purpose) } }
            (content)
        }
    }
}

/// A sample under its name.
fn sample(name: &str, content: impl Render) -> Markup {
    html! { div.guide-sample { h3 { (name) } (content) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn guide() -> String {
        styleguide(&Chrome { now: Some(now()), ..Chrome::default() }).into_string()
    }

    /// The values of every attribute of this name.
    fn attribute<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
        let start = format!(" {name}=\"");
        text.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn nothing_is_inline() {
        let text = guide();
        for inline in [" style=\"", "<style", "<script>", " onclick=", " onchange=", "javascript:"]
        {
            assert!(!text.contains(inline), "{inline}");
        }
    }

    #[test]
    fn no_element_has_two_classes_attributes() {
        for tag in guide().split('<').filter_map(|rest| rest.split('>').next()) {
            assert!(tag.matches(" class=\"").count() <= 1, "{tag}");
        }
    }

    #[test]
    fn ids_are_unique_and_every_reference_has_its_id() {
        let text = guide();
        let all = attribute(&text, "id");
        let ids: BTreeSet<&str> = all.iter().copied().collect();
        for id in &ids {
            assert_eq!(all.iter().filter(|other| *other == id).count(), 1, "id {id}");
        }
        for name in [
            "for",
            "aria-labelledby",
            "aria-describedby",
            "aria-controls",
            "popovertarget",
            "list",
            "form",
            "data-dialog",
            "data-live-target",
        ] {
            for value in attribute(&text, name) {
                for id in value.split_whitespace() {
                    assert!(ids.contains(id), "{name} names {id}");
                }
            }
        }
    }

    #[test]
    fn every_class_has_a_style() {
        let style = crate::asset::style_text();
        let text = guide();
        let classes = attribute(&text, "class").into_iter().flat_map(str::split_whitespace);
        let bare: BTreeSet<&str> =
            classes.filter(|class| !style.contains(&format!(".{class}"))).collect();
        assert!(bare.is_empty(), "without a rule: {bare:?}");
    }
}
