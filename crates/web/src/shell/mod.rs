//! The frame around every page: rail, top bar, banners, the head of the page.

mod nav;
mod page;
mod top_bar;

pub use nav::{NavGroup, NavItem};
pub use page::{Flash, Page};

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, Render, html};

use crate::asset::{ICON, SCRIPT, STYLE, asset_href};
use crate::form::{CSRF_FIELD, hidden};
use crate::tone::Tone;

/// The name of the cookie in which a browser keeps its theme. Scripts write it too.
pub const THEME_COOKIE: &str = "theme";

/// Light, dark, or as the reader's system is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The theme of a cookie or form field; anything unknown is the system's.
    pub fn from_cookie(value: Option<&str>) -> Self {
        match value {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            Some(_) | None => Self::System,
        }
    }

    /// What the cookie and the form field hold.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The person who is signed in, as the top bar shows them.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// What they are: role and company.
    pub detail: String,
    /// Further entries of their menu: label and address.
    pub links: Vec<(String, String)>,
}

/// What the frame of a page shows, the same for all pages of a request.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// The name of the product.
    pub product: String,
    /// The company whose house this is.
    pub organisation: String,
    /// The groups of the rail.
    pub groups: Vec<NavGroup>,
    /// Who is signed in, if anyone.
    pub person: Option<Person>,
    /// How many notices they have not read.
    pub unread: u64,
    /// Light or dark.
    pub theme: Theme,
    /// The session's form token.
    pub csrf: String,
    /// The server's time, against which scripts keep relative times fresh.
    pub now: Option<Timestamp>,
    /// The path and query of this page; marks the rail's entry and is where the theme form returns to.
    pub path: String,
    /// What stands above everything: a demonstration's clock, a warning to all.
    pub banners: Vec<Markup>,
}

impl Chrome {
    /// A whole document with rail and top bar: it works without script and by keyboard, fits a
    /// phone, and comes in the colours that its reader chose. Rule UX-01.
    pub fn page(&self, page: &Page) -> Markup {
        self.document(
            page,
            &html! {
                a.skip href="#main" { "Skip to content" }
                div.app {
                    (nav::rail(self))
                    div.app-main {
                        (top_bar::top_bar(self, page))
                        (self.banner_region())
                        main.main id="main" tabindex="-1" {
                            (page.flash_line())
                            (page.head())
                            (page.content())
                        }
                    }
                }
                @if self.person.is_some() { (top_bar::palette(self)) (top_bar::shortcuts()) }
            },
        )
    }

    /// A whole document with nothing around its content: signing in, signed links, errors without a
    /// session.
    pub fn bare(&self, page: &Page) -> Markup {
        self.document(
            page,
            &html! {
                a.skip href="#main" { "Skip to content" }
                div.bare-page {
                    (self.banner_region())
                    div.bare {
                        header.bare-head {
                            (crate::icon::mark())
                            span.bare-product { (self.product) }
                            @if !self.organisation.is_empty() {
                                span.bare-organisation { (self.organisation) }
                            }
                        }
                        main.bare-main id="main" tabindex="-1" {
                            (page.flash_line())
                            div.bare-card { (page.head()) (page.content()) }
                        }
                        footer.bare-foot { (top_bar::theme_switch(self)) }
                    }
                }
            },
        )
    }

    fn banner_region(&self) -> Markup {
        html! {
            @if !self.banners.is_empty() {
                div.banners role="region" aria-label="Announcements" {
                    @for banner in &self.banners { (banner) }
                }
            }
        }
    }

    fn document(&self, page: &Page, body: &Markup) -> Markup {
        let theme = (self.theme != Theme::System).then_some(self.theme.as_str());
        html! {
            (DOCTYPE)
            html lang="en" data-theme=[theme] data-now=[self.now.map(Timestamp::as_millisecond)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (page.title()) " · " (self.product) }
                    link rel="icon" type="image/svg+xml" href=(asset_href(ICON));
                    link rel="stylesheet" href=(asset_href(STYLE));
                    script src=(asset_href(SCRIPT)) defer {}
                }
                body { (body) }
            }
        }
    }
}

/// A line above everything, for [`Chrome::banners`].
pub fn banner(tone: Tone, text: impl Render, actions: impl Render) -> Markup {
    html! {
        div class={ "banner " (tone.class()) } {
            div.banner-text { (text) }
            div.btn-row { (actions) }
        }
    }
}

/// The banner of a demonstration whose clock can be moved on: each step is a button that sends its
/// value as `step` to `action`.
pub fn demo_clock(now_text: &str, action: &str, csrf: &str, steps: &[(&str, &str)]) -> Markup {
    html! {
        form.banner.banner-clock method="post" action=(action) aria-label="Demonstration clock" {
            (hidden(CSRF_FIELD, csrf))
            div.banner-text {
                (crate::icon::Icon::Clock)
                span { "Demo · today is " strong { (now_text) } }
            }
            div.btn-row {
                span.banner-hint { "Advance" }
                @for (value, label) in steps {
                    button.btn.btn-small type="submit" name="step" value=(value) { (label) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chrome() -> Chrome {
        Chrome {
            product: String::from("Entente"),
            groups: vec![NavGroup::new("Sell").item(
                crate::icon::Icon::Deal,
                "Registrations",
                "/registrations",
            )],
            person: Some(Person { name: String::from("Ana Ruiz"), ..Person::default() }),
            unread: 3,
            path: String::from("/registrations/reg_1?tab=log"),
            ..Chrome::default()
        }
    }

    #[test]
    fn a_page_has_its_landmarks_and_nothing_inline() {
        let page = Page::new("Globex <GmbH>").crumb("Registrations", "/registrations");
        let text = chrome().page(&page).into_string();
        for part in ["<main", "<nav", "<header", "href=\"#main\"", "Globex &lt;GmbH&gt;"] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
        for inline in [" style=", "<style", "<script>", " onclick", "javascript:"] {
            assert!(!text.contains(inline), "{inline} in {text}");
        }
        assert_eq!(text.matches("<h1").count(), 1);
    }

    #[test]
    fn the_rail_marks_where_one_is() {
        let text = chrome().page(&Page::new("x")).into_string();
        assert!(text.contains("href=\"/registrations\" aria-current=\"true\""), "{text}");
    }

    #[test]
    fn the_theme_is_written_where_it_is_chosen() {
        let dark = Chrome { theme: Theme::from_cookie(Some("dark")), ..chrome() };
        assert!(dark.page(&Page::new("x")).into_string().contains("data-theme=\"dark\""));
        let system = Chrome { theme: Theme::from_cookie(Some("<x>")), ..chrome() };
        assert!(!system.bare(&Page::new("x")).into_string().contains("data-theme="));
    }
}
