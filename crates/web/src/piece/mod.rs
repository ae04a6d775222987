//! The pieces pages are put together from.

mod chart;
mod clock;
mod compare;
mod detail;
mod dialog;
mod notice;
mod small;
mod stat;
mod steps;
mod timeline;
mod work;

pub use chart::{BarChart, ColumnChart, sparkline};
pub use clock::Clock;
pub use compare::{Comparison, Diff};
pub use detail::{Detail, Facts, card, section, section_with};
pub use dialog::{Dialog, confirm_page};
pub use notice::{Callout, Empty};
pub use small::{
    avatar, code, copyable, external, inline_code, json_view, keys, person_line, secret_once,
    visually_hidden,
};
pub use stat::{Stat, stats};
pub use steps::{StepState, Stepper, Tabs, progress};
pub use timeline::{Entry, Timeline};
pub use work::{WorkItem, WorkList};
