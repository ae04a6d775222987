//! Columns of a list's page.

use jiff::{Timestamp, tz::TimeZone};
use web::Markup;

use super::words;
use crate::actor::Actor;

/// With whose eyes a row is shown.
#[derive(Debug, Clone)]
pub struct Look {
    /// The instant of the request.
    pub now: Timestamp,
    /// The reader's zone.
    pub zone: TimeZone,
    /// The token that forms in cells carry.
    pub csrf: String,
}

/// How a column is set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Set {
    Text,
    Number,
    Date,
    Actions,
}

/// Draws the cell of a row.
type Cell<R> = Box<dyn Fn(&R, &Look) -> Markup>;

/// A column of the page: its head and the cell of a row.
pub struct Column<R> {
    pub(super) label: &'static str,
    pub(super) set: Set,
    pub(super) sort: Option<&'static str>,
    pub(super) cell: Cell<R>,
    /// Who sees it; everybody when `None`.
    whose: Option<fn(&Actor) -> bool>,
}

impl<R> std::fmt::Debug for Column<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Column").field("label", &self.label).finish_non_exhaustive()
    }
}

impl<R: 'static> Column<R> {
    fn new(label: &'static str, set: Set, cell: impl Fn(&R, &Look) -> Markup + 'static) -> Self {
        Self { label, set, sort: None, cell: Box::new(cell), whose: None }
    }

    /// Only these readers see it.
    #[must_use]
    pub fn only_for(mut self, whose: fn(&Actor) -> bool) -> Self {
        self.whose = Some(whose);
        self
    }

    pub(super) fn is_for(&self, reader: &Actor) -> bool {
        self.whose.is_none_or(|whose| whose(reader))
    }

    /// Words.
    pub fn text(label: &'static str, text: fn(&R) -> String) -> Self {
        Self::new(label, Set::Text, move |row, _| words(&text(row)))
    }

    /// A status, a chip, a clock: whatever the slice draws.
    pub fn drawn(label: &'static str, cell: fn(&R, &Look) -> Markup) -> Self {
        Self::new(label, Set::Text, cell)
    }

    /// A number or an amount.
    pub fn number(label: &'static str, cell: fn(&R) -> Markup) -> Self {
        Self::new(label, Set::Number, move |row, _| cell(row))
    }

    /// What can be done with a row; the label is for those who hear the page.
    pub fn actions(label: &'static str, cell: fn(&R, &Look) -> Markup) -> Self {
        Self::new(label, Set::Actions, cell)
    }

    /// A day.
    pub fn day(label: &'static str, day: fn(&R) -> Option<jiff::civil::Date>) -> Self {
        Self::new(label, Set::Date, move |row, _| day(row).map_or_else(Markup::default, web::day))
    }

    /// The day of an instant in the reader's zone.
    pub fn day_of(label: &'static str, at: fn(&R) -> Option<Timestamp>) -> Self {
        Self::new(label, Set::Date, move |row, look| {
            let day = at(row).map(|at| at.to_zoned(look.zone.clone()).date());
            day.map_or_else(Markup::default, web::day)
        })
    }

    /// An instant in the reader's zone.
    pub fn instant(label: &'static str, at: fn(&R) -> Option<Timestamp>) -> Self {
        Self::new(label, Set::Date, move |row, look| {
            at(row).map_or_else(Markup::default, |at| web::instant(at, &look.zone))
        })
    }

    /// The head as the table shows it.
    pub(super) fn head(&self) -> web::Column {
        let head = match self.set {
            Set::Text => web::Column::text(self.label),
            Set::Number => web::Column::number(self.label),
            Set::Date => web::Column::date(self.label),
            Set::Actions => web::Column::actions(self.label),
        };
        match self.sort {
            Some(sort) => head.sort(sort),
            None => head,
        }
    }
}
