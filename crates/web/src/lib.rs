//! What every page and answer is made of: components, layout, forms, problems, assets.
//!
//! This crate knows neither the field nor a database. Words come from the caller, except those of
//! dates ("12 days left") and of the frame ("Sign out"). Every component is a function that returns
//! [`Markup`] or a builder that implements [`Render`]; what callers pass as text is escaped by maud.
//!
//! Pages work without script. Scripts are one file that finds its work by `data-` attributes, so no
//! component carries script of its own, and the content security policy forbids it anyway.

mod amount;
mod asset;
mod button;
mod form;
mod form_data;
mod http;
mod icon;
mod list;
mod piece;
mod problem;
mod query;
mod search;
mod shell;
mod styleguide;
mod tone;
mod when;

pub use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

pub use crate::amount::{amount, amount_text, number_text};
pub use crate::asset::{Asset, asset, assets};
pub use crate::button::{Button, button_row};
pub use crate::form::{
    CSRF_FIELD, Checkbox, CheckboxGroup, Choice, Field, GetForm, IDEMPOTENCY_FIELD, PostForm,
    RadioCards, Secret, columns, field_group, hidden, live_target, post_button, post_button_with,
};
pub use crate::form_data::{FieldErrors, Form, FormError, FormKind, FormLimits, Upload, form_kind};
pub use crate::http::{
    CONTENT_SECURITY_POLICY, Cookie, Disposition, ETag, IdempotencyKey, IdempotencyKeyError,
    IfMatch, Wants, constant_time_eq, content_disposition, cookie_value, csrf_matches, csrf_token,
    csv_cell, csv_cell_read, csv_line, host_cookie_name, is_media_type, none_match, origin_allowed,
    other_charset, security_headers, wants,
};
pub use crate::icon::Icon;
pub use crate::list::{Column, FilterBar, Row, Table, bulk_bar, cursor_pager, pager, saved_views};
pub use crate::piece::{
    BarChart, Callout, Clock, ColumnChart, Comparison, Detail, Dialog, Diff, Empty, Entry, Facts,
    Stat, StepState, Stepper, Tabs, Timeline, WorkItem, WorkList, avatar, card, code, confirm_page,
    copyable, external, inline_code, json_view, keys, person_line, progress, secret_once, section,
    section_with, sparkline, stats, visually_hidden,
};
pub use crate::problem::{PROBLEM_JSON, Problem};
pub use crate::query::{ListUrl, SortOrder, query_faults, url_encode};
pub use crate::search::{SearchAnswer, SearchGroup, SearchHit};
pub use crate::shell::{
    Chrome, Flash, NavGroup, NavItem, Page, Person, THEME_COOKIE, Theme, banner, demo_clock,
};
pub use crate::styleguide::styleguide;
pub use crate::tone::{Tone, chip, count_badge, rule_chip, status};
pub use crate::when::{
    ago, ago_text, day, day_text, days_left_text, instant, instant_text, short_day_text,
    time_left_text,
};
