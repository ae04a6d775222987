//! Two things beside each other: candidates, and before and after.

use maud::{Markup, Render, html};

use crate::icon::Icon;

/// Things side by side, one per column. The first is what the others are compared with: their
/// values are marked as the same or as different, in words too.
#[must_use]
#[derive(Clone, Debug)]
pub struct Comparison {
    caption: String,
    sides: Vec<Markup>,
    rows: Vec<(String, Vec<String>)>,
}

impl Comparison {
    /// A comparison without sides yet.
    pub fn new(caption: impl Into<String>) -> Self {
        Self { caption: caption.into(), sides: Vec::new(), rows: Vec::new() }
    }

    /// The head of the next column.
    pub fn side(mut self, title: impl Render) -> Self {
        self.sides.push(title.render());
        self
    }

    /// One property, with its value on each side. Blank values are shown as "not known" and neither
    /// agree nor differ.
    pub fn row<V: Into<String>>(
        mut self,
        label: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.rows.push((label.into(), values.into_iter().map(Into::into).collect()));
        self
    }
}

/// Whether a value is the one it is compared with; `None` when either is not known.
fn agrees(value: &str, reference: Option<&String>) -> Option<bool> {
    let reference = reference.map(|text| text.trim()).filter(|text| !text.is_empty())?;
    let value = Some(value.trim()).filter(|text| !text.is_empty())?;
    Some(value == reference)
}

/// The cell of one side.
fn compared(value: &str, reference: Option<&String>) -> Markup {
    match agrees(value, reference) {
        Some(true) => html! { td.same { (value) (Icon::Check) span.vh { "same" } } },
        Some(false) => html! { td.differs { (value) " " span.differs-word { "differs" } } },
        None if value.trim().is_empty() => html! { td { span.unknown { "not known" } } },
        None => html! { td { (value) } },
    }
}

impl Render for Comparison {
    fn render(&self) -> Markup {
        html! {
            div.table-wrap.compare-wrap role="region" aria-label=(self.caption) tabindex="0" {
                table.compare {
                    caption.vh { (self.caption) }
                    thead {
                        tr {
                            td {}
                            @for side in &self.sides { th scope="col" { (side) } }
                        }
                    }
                    tbody {
                        @for (label, values) in &self.rows {
                            tr {
                                th scope="row" { (label) }
                                @for (at, value) in values.iter().enumerate() {
                                    @let reference = if at == 0 { None } else { values.first() };
                                    (compared(value, reference))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Changes as old and new values.
#[must_use]
#[derive(Clone, Debug)]
pub struct Diff {
    caption: String,
    changes: Vec<(String, Option<String>, Option<String>)>,
}

impl Diff {
    /// No changes yet.
    pub fn new(caption: impl Into<String>) -> Self {
        Self { caption: caption.into(), changes: Vec::new() }
    }

    /// One change: `None` before means it was added, `None` after that it was taken away.
    pub fn change(mut self, what: impl Into<String>, old: Option<&str>, new: Option<&str>) -> Self {
        self.changes.push((what.into(), old.map(String::from), new.map(String::from)));
        self
    }
}

impl Render for Diff {
    fn render(&self) -> Markup {
        html! {
            dl.diff aria-label=(self.caption) {
                @for (what, old, new) in &self.changes {
                    div.diff-row {
                        dt { (what) }
                        dd {
                            @match (old, new) {
                                (Some(old), Some(new)) => {
                                    del { (old) } " " (Icon::ArrowRight) span.vh { " became " } " " ins { (new) }
                                }
                                (Some(old), None) => { span.diff-word { "removed" } " " del { (old) } }
                                (None, Some(new)) => { span.diff-word { "added" } " " ins { (new) } }
                                (None, None) => {}
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_agree_or_differ_only_where_both_are_known() {
        let known = String::from("Bonn");
        assert_eq!(agrees(" Bonn ", Some(&known)), Some(true));
        assert_eq!(agrees("Köln", Some(&known)), Some(false));
        assert_eq!(agrees("", Some(&known)), None);
        assert_eq!(agrees("Bonn", Some(&String::new())), None);
        let table = Comparison::new("c").side("l").side("r").row("City", ["Bonn", "Köln"]).render();
        assert_eq!(table.into_string().matches("differs-word").count(), 1);
    }
}
