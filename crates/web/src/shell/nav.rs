//! The rail on the left.

use maud::{Markup, html};

use super::Chrome;
use crate::button::Button;
use crate::icon::{Icon, mark};
use crate::tone::count_badge;

/// A place the rail leads to.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Its picture.
    pub icon: Icon,
    /// Its name.
    pub label: String,
    /// Its address. Pages below it count as part of it.
    pub href: String,
    /// How many things wait there; zero is not shown.
    pub count: u64,
}

/// Places that belong together.
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct NavGroup {
    /// What they have in common; an empty label stands for none.
    pub label: String,
    /// The places.
    pub items: Vec<NavItem>,
}

impl NavGroup {
    /// A group without places yet.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), items: Vec::new() }
    }

    /// The next place.
    pub fn item(self, icon: Icon, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.item_with_count(icon, label, href, 0)
    }

    /// The next place, with how many things wait there.
    pub fn item_with_count(
        mut self,
        icon: Icon,
        label: impl Into<String>,
        href: impl Into<String>,
        count: u64,
    ) -> Self {
        self.items.push(NavItem { icon, label: label.into(), href: href.into(), count });
        self
    }
}

/// How well an entry fits the current path: the length of the address it covers, `None` when it does
/// not cover it. The longest wins, so that one entry is marked.
fn fit(href: &str, path: &str) -> Option<usize> {
    let covered = path == href
        || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')));
    covered.then_some(href.len())
}

/// The rail, which turns into a drawer where there is little room.
pub(super) fn rail(chrome: &Chrome) -> Markup {
    let path = chrome.path.split(['?', '#']).next().unwrap_or("");
    let places = chrome.groups.iter().flat_map(|group| &group.items);
    let current = places
        .filter_map(|item| fit(&item.href, path).map(|fit| (fit, item.href.as_str())))
        .max()
        .map(|(_, href)| href);
    html! {
        nav.rail id="rail" popover aria-label="Main" {
            div.rail-head {
                a.brand href="/" {
                    (mark())
                    span.brand-words {
                        span.brand-product { (chrome.product) }
                        @if !chrome.organisation.is_empty() {
                            span.brand-organisation { (chrome.organisation) }
                        }
                    }
                }
                button.btn.btn-quiet.btn-icon.rail-close type="button" popovertarget="rail"
                    popovertargetaction="hide" aria-label="Close menu" { (Icon::Cross) }
            }
            div.rail-nav {
                @for (at, group) in chrome.groups.iter().enumerate() {
                    @let title = format!("rail-group-{at}");
                    @if !group.label.is_empty() { p.rail-title id=(title) { (group.label) } }
                    ul aria-labelledby=[(!group.label.is_empty()).then_some(title)] {
                        @for item in &group.items {
                            @let here = current == Some(item.href.as_str());
                            @let kind = if item.href == path { "page" } else { "true" };
                            li {
                                a href=(item.href) aria-current=[here.then_some(kind)] {
                                    (item.icon)
                                    span.rail-label { (item.label) }
                                    (count_badge(item.count))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The button that opens the rail where it is a drawer.
pub(super) fn rail_button() -> Markup {
    html! {
        div.rail-button { (Button::quiet("Menu").icon(Icon::Menu).icon_only().opens_popover("rail")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_address_that_covers_the_path_is_marked() {
        assert_eq!(fit("/deals", "/deals"), Some(6));
        assert_eq!(fit("/deals", "/deals/1"), Some(6));
        assert_eq!(fit("/deals", "/dealsheet"), None);
        assert_eq!(fit("/", "/deals"), None);
        assert_eq!(fit("/", "/"), Some(1));
    }
}
