//! The icon set: one stroke width, one grid of 24 units, drawn as paths in the page itself.

use maud::{Markup, Render, html};

/// Names each icon and its path once.
macro_rules! icons {
    ($($name:ident = $path:literal),+ $(,)?) => {
        /// A picture beside a word. It is decoration: the word says what is meant, so every icon is
        /// hidden from screen readers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names say what they draw")]
        pub enum Icon { $($name),+ }

        impl Icon {
            /// Every icon, in the order of the set.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name of the variant, for the style guide.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }

            /// The strokes, as the `d` of one SVG path on a grid of 24.
            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }
        }
    };
}

icons! {
    Home = "M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
    Inbox = "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1 2.5h4l1-2.5h5",
    Bell = "M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.8a2.1 2.1 0 0 0 4 0",
    Search = "M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M16 16l4.5 4.5",
    Deal = "M6 21V4h12l-2.5 4 2.5 4H6",
    Shield = "M12 3l7.5 3v5.5c0 4.6-3.2 7.8-7.5 9.5-4.3-1.7-7.5-4.9-7.5-9.5V6z",
    Conflict = "M12 4v16M8 20h8M5 7h14M5 7l-2.5 6a2.7 2.7 0 0 0 5 0zM19 7l-2.5 6a2.7 2.7 0 0 0 5 0z",
    Lead = "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 12v.01",
    CoSell = "M3.5 12a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M9.5 12a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0",
    Account = "M5 21V4h9v17M14 9h5v12M3 21h18M8.5 8h2M8.5 12h2M8.5 16h2",
    Book = "M12 6c-2-1.5-4.5-2-8-2v14c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2V4c-3.5 0-6 .5-8 2zM12 6v14",
    Content = "M12 3.5l8.5 4.5-8.5 4.5L3.5 8zM3.5 12l8.5 4.5 8.5-4.5M3.5 16l8.5 4.5 8.5-4.5",
    Campaign = "M4 10v4h3l8 4.5v-13L7 10zM18.5 9a4 4 0 0 1 0 6M7.5 14.5l1.5 5.5h2.5",
    Coin = "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M14.5 9.3c-.6-.8-1.5-1.3-2.5-1.3-1.5 0-2.6.8-2.6 2s1 1.7 2.6 2 2.7.9 2.7 2.1-1.2 2-2.7 2c-1.1 0-2.1-.5-2.7-1.3M12 6.5v11",
    Wallet = "M4 7.5h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4 7.5V6a1.5 1.5 0 0 1 1.5-1.5H17v3M16 13.5h.5",
    Payout = "M3 6.5h18v11H3zM9.5 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M6.3 12v.01M17.7 12v.01",
    Chart = "M4 4v16h16M8.5 16v-4M12.5 16V8M16.5 16v-6",
    Attribution = "M4 6a2 2 0 1 0 4 0a2 2 0 1 0-4 0M4 18a2 2 0 1 0 4 0a2 2 0 1 0-4 0M16 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0M6 8v8M18 10c0 3-3 4-6 4-3.5 0-6 0-6 2",
    Scorecard = "M5 4h14v16H5zM8 9.2l1.2 1.2L11.5 8M14 9.3h2M8 15.2l1.2 1.2 2.3-2.4M14 15.3h2",
    Forecast = "M3 17l6-6 4 4 8-9M15.5 6H21v5.5",
    Program = "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    Partner = "M5.8 8a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0M3 19.5C3.5 16 6 14 9 14s5.5 2 6 5.5M15.5 5.2a3.2 3.2 0 0 1 0 5.6M17.5 14.3c2 .8 3.2 2.6 3.5 5.2",
    Tier = "M4 20v-4h5v-4h5V8h6M4 20h16V8",
    Plan = "M9 4L3.5 6.5V20L9 17.5l6 2.5 5.5-2.5V4L15 6.5zM9 4v13.5M15 6.5V20",
    Governance = "M3.5 9L12 4l8.5 5zM6 12v5M10 12v5M14 12v5M18 12v5M4 20h16",
    Settings = "M4 7h8.5M17 7h3M4 17h3M11.5 17H20M12.7 7a2.1 2.1 0 1 0 4.2 0a2.1 2.1 0 1 0-4.2 0M7.2 17a2.1 2.1 0 1 0 4.2 0a2.1 2.1 0 1 0-4.2 0",
    People = "M8.5 8a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M5 20c.6-4 3.4-6 7-6s6.4 2 7 6",
    Key = "M4 15.5a4 4 0 1 0 8 0a4 4 0 1 0-8 0M11 12.7L19.5 4M16 7.7l2.5 2.5",
    Import = "M4 15v4.5h16V15M12 4v11M8 11l4 4 4-4",
    Export = "M4 15v4.5h16V15M12 15V4M8 8l4-4 4 4",
    Job = "M20 12a8 8 0 0 1-14 5.3M4 12a8 8 0 0 1 14-5.3M18 2.8v4h-4M6 21.2v-4h4",
    Audit = "M4 6h12M4 11h6M4 16h4M12 15a4 4 0 1 0 8 0a4 4 0 1 0-8 0M19 18l2.5 2.5",
    Mail = "M3.5 5.5h17v13h-17zM4 6.5l8 6.5 8-6.5",
    Clock = "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7v5l3.2 2",
    Check = "M5 12.5L9.5 17 19 7",
    Cross = "M6 6l12 12M18 6L6 18",
    Warning = "M12 4l9 16H3zM12 10v4.5M12 17.3v.01",
    Info = "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 11v5.5M12 7.7v.01",
    Plus = "M12 5v14M5 12h14",
    Minus = "M5 12h14",
    Edit = "M4 20l1-4.5L16 4.5 19.5 8l-11 11zM13.5 7l3.5 3.5",
    Trash = "M5 7h14M9 7V4.5h6V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
    Link = "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
    Copy = "M8.5 8.5H20V20H8.5zM15.5 8.5V4H4v11.5h4.5",
    More = "M5 12v.01M12 12v.01M19 12v.01",
    Menu = "M4 7h16M4 12h16M4 17h16",
    ChevronRight = "M9.5 5.5L16 12l-6.5 6.5",
    ChevronDown = "M5.5 9.5L12 16l6.5-6.5",
    ArrowRight = "M4 12h16M14 6l6 6-6 6",
    ArrowUp = "M12 20V4M6 10l6-6 6 6",
    ArrowDown = "M12 4v16M6 14l6 6 6-6",
    Sun = "M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1 1M17.4 17.4l1 1M18.4 5.6l-1 1M6.6 17.4l-1 1",
    Moon = "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
    System = "M3.5 5h17v11h-17zM9 20h6M12 16v4",
    SignOut = "M14 4H5v16h9M10 12h10.5M17 8l4 4-4 4",
    File = "M6 3h8l4 4v14H6zM14 3v4h4",
    Lock = "M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3",
    Unlock = "M5 11h14v9H5zM8 11V8a4 4 0 0 1 7.7-1.5",
    Filter = "M4 6.5h16M7 12h10M10 17.5h4",
    Columns = "M4 5h16v14H4zM9.3 5v14M14.7 5v14",
    Calendar = "M4 5.5h16V20H4zM4 10h16M8.5 3v4M15.5 3v4",
    Phone = "M6 4h3.5L11 9l-2.2 1.5a11 11 0 0 0 4.7 4.7L15 13l5 1.5V18a2 2 0 0 1-2 2C10.3 20 4 13.7 4 6a2 2 0 0 1 2-2z",
    Undo = "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
    External = "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
    Eye = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
    Compare = "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
    Send = "M21 3L10 14M21 3l-7 18-4-7-7-4z",
    Star = "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1.1 5.9L12 16.9l-5.3 2.8 1.1-5.9-4.3-4.1 5.9-.8z",
    Globe = "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M3.5 12h17M12 3.5c2.3 2.4 3.5 5.2 3.5 8.5s-1.2 6.1-3.5 8.5c-2.3-2.4-3.5-5.2-3.5-8.5s1.2-6.1 3.5-8.5z",
    Bolt = "M13 3L5 13.5h6L10 21l8-10.5h-6z",
    Help = "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M9.5 9.6a2.5 2.5 0 1 1 3.8 2.1c-.9.5-1.3 1-1.3 1.9M12 16.7v.01",
}

impl Render for Icon {
    fn render(&self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
                path d=(self.path()) {}
            }
        }
    }
}

/// The product's sign: two rings that share a middle. Decoration, like an icon.
pub(crate) fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            path d="M2.5 12a6 6 0 1 0 12 0a6 6 0 1 0-12 0" {}
            path d="M9.5 12a6 6 0 1 0 12 0a6 6 0 1 0-12 0" {}
        }
    }
}
