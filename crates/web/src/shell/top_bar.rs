//! The bar at the top: where one is, search, notices, the person.

use maud::{Markup, html};

use super::nav::rail_button;
use super::{Chrome, Page, Person, Theme};
use crate::amount::number_text;
use crate::form::{CSRF_FIELD, hidden};
use crate::icon::Icon;
use crate::piece::{avatar, keys};

/// The bar.
pub(super) fn top_bar(chrome: &Chrome, page: &Page) -> Markup {
    html! {
        header.topbar {
            (rail_button())
            (page.breadcrumb())
            div.topbar-end {
                @if let Some(person) = &chrome.person {
                    a.search-button href="/search" data-palette {
                        (Icon::Search)
                        span { "Search" }
                        span.with-script { (keys("Ctrl K")) }
                    }
                    (bell(chrome.unread))
                    (person_menu(chrome, person))
                } @else { (theme_switch(chrome)) }
            }
        }
    }
}

/// The way to the inbox, with how many notices are unread.
fn bell(unread: u64) -> Markup {
    let label = match unread {
        0 => String::from("Inbox"),
        1 => String::from("Inbox: 1 unread"),
        more => format!("Inbox: {} unread", number_text(i64::try_from(more).unwrap_or(i64::MAX))),
    };
    html! {
        a.btn.btn-quiet.btn-icon.bell href="/inbox" aria-label=(label) title=(label) {
            (Icon::Bell)
            @if unread > 0 {
                span.bell-count aria-hidden="true" { @if unread > 99 { "99+" } @else { (unread) } }
            }
        }
    }
}

/// Who one is, and what one can do about it.
fn person_menu(chrome: &Chrome, person: &Person) -> Markup {
    html! {
        button.person-button type="button" popovertarget="person-menu" {
            span.vh { "Account of " (person.name) }
            (avatar(&person.name))
        }
        div.menu id="person-menu" popover {
            p.menu-name { (person.name) }
            p.menu-detail { (person.detail) }
            ul.menu-list {
                @for (label, href) in &person.links { li { a href=(href) { (label) } } }
                li { a href="/settings" { (Icon::Settings) "Settings" } }
            }
            (theme_switch(chrome))
            form method="post" action="/sign-out" {
                (hidden(CSRF_FIELD, &chrome.csrf))
                button.menu-item type="submit" { (Icon::SignOut) "Sign out" }
            }
        }
    }
}

/// Three buttons: system, light, dark. A form; scripts spare the round trip.
pub(super) fn theme_switch(chrome: &Chrome) -> Markup {
    let button = |theme: Theme, icon: Icon, label: &str| {
        html! {
            button type="submit" name="theme" value=(theme.as_str())
                aria-pressed=(chrome.theme == theme) title={ (label) " theme" } {
                (icon) span { (label) }
            }
        }
    };
    html! {
        form.theme method="post" action="/theme" data-theme-form aria-label="Theme" {
            (hidden(CSRF_FIELD, &chrome.csrf))
            (hidden("return_to", &chrome.path))
            (button(Theme::System, Icon::System, "System"))
            (button(Theme::Light, Icon::Sun, "Light"))
            (button(Theme::Dark, Icon::Moon, "Dark"))
        }
    }
}

/// Search over everything and the places of the rail, on Ctrl-K. Only scripts open it; the search
/// page does the same without.
pub(super) fn palette(chrome: &Chrome) -> Markup {
    html! {
        dialog.palette id="palette" aria-label="Search and navigate" {
            form.palette-form method="get" action="/search" role="search" {
                (Icon::Search)
                input.palette-input type="search" name="q" id="palette-input" autocomplete="off"
                    spellcheck="false" maxlength="200" placeholder="Search or jump to…"
                    role="combobox" aria-expanded="true" aria-controls="palette-list"
                    aria-autocomplete="list" aria-label="Search or jump to";
            }
            div.palette-list id="palette-list" role="listbox" aria-label="Results" {}
            p.palette-foot role="status" data-palette-status {}
            @if !chrome.groups.is_empty() {
                template data-palette-places {
                    @for group in &chrome.groups {
                        @for item in &group.items { a href=(item.href) data-group=(group.label) { (item.label) } }
                    }
                }
            }
        }
    }
}

/// What the keyboard does; opened with `?`.
pub(super) fn shortcuts() -> Markup {
    let rows = [
        ("Ctrl K", "Search and navigate"),
        ("/", "Filter this list"),
        ("j", "Next row"),
        ("k", "Previous row"),
        ("Enter", "Open the row"),
        ("x", "Select the row"),
        ("Esc", "Close"),
        ("?", "Show shortcuts"),
    ];
    html! {
        dialog.dialog.shortcuts id="shortcuts" aria-labelledby="shortcuts-title" {
            h2 id="shortcuts-title" { "Keyboard shortcuts" }
            dl { @for (combination, words) in rows { div { dt { (keys(combination)) } dd { (words) } } } }
            form method="dialog" { button.btn type="submit" { "Close" } }
        }
    }
}
