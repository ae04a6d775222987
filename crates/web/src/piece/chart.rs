//! Small charts, drawn on the server, each with its numbers beside or behind it.

use maud::{Markup, Render, html};

use crate::amount::{number_text, percent_text};

/// A course of values, oldest first, as a line in a row of text; `words` say the same.
pub fn sparkline(words: &str, values: &[i64]) -> Markup {
    let points = line_points(values, 96, 20);
    html! {
        svg.spark viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=(words) {
            polyline points=(points) {}
        }
    }
}

/// Points of a line through `values`, spread over `width` and scaled to `height`, two units from the
/// edge.
fn line_points(values: &[i64], width: i128, height: i128) -> String {
    let low = values.iter().min().copied().map_or(0, i128::from);
    let high = values.iter().max().copied().map_or(0, i128::from);
    let range = (high - low).max(1);
    let steps = i128::try_from(values.len()).unwrap_or(1).saturating_sub(1).max(1);
    let points: Vec<String> = values
        .iter()
        .zip(0_i128..)
        .map(|(value, at)| {
            let x = 2 + at * width / steps;
            let y = 2 + height - (i128::from(*value) - low) * height / range;
            format!("{x},{y}")
        })
        .collect();
    points.join(" ")
}

/// Values of named things beside each other, as a table whose last column is a bar. The numbers are
/// the table, so nothing is lost without sight or colour.
#[must_use]
#[derive(Clone, Debug)]
pub struct BarChart {
    title: String,
    unit: String,
    bars: Vec<(String, i64, String, Option<String>)>,
}

impl BarChart {
    /// A chart; `unit` heads the column of numbers.
    pub fn new(title: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { title: title.into(), unit: unit.into(), bars: Vec::new() }
    }

    /// One bar: its name, its length, and the number in words. Values below zero get no bar.
    pub fn bar(mut self, label: impl Into<String>, value: i64, words: impl Into<String>) -> Self {
        self.bars.push((label.into(), value, words.into(), None));
        self
    }

    /// One bar whose name leads to what it is made of.
    pub fn linked_bar(
        mut self,
        label: impl Into<String>,
        value: i64,
        words: impl Into<String>,
        href: impl Into<String>,
    ) -> Self {
        self.bars.push((label.into(), value, words.into(), Some(href.into())));
        self
    }
}

impl Render for BarChart {
    fn render(&self) -> Markup {
        let most = self.bars.iter().map(|(_, value, ..)| (*value).max(0).unsigned_abs()).max();
        let most = most.unwrap_or(0).max(1);
        html! {
            table.bars {
                caption { (self.title) }
                thead.vh { tr { th scope="col" { "Name" } th scope="col" { "Bar" } th scope="col" { (self.unit) } } }
                tbody {
                    @for (label, value, words, href) in &self.bars {
                        tr {
                            th scope="row" {
                                @match href { Some(href) => a href=(href) { (label) }, None => (label) }
                            }
                            td.bar {
                                svg width="100%" height="12" aria-hidden="true" focusable="false" {
                                    rect.bar-track width="100%" height="12" rx="3" {}
                                    rect.bar-fill height="12" rx="3"
                                        width=(percent_text((*value).max(0).unsigned_abs(), most)) {}
                                }
                            }
                            td.num { (words) }
                        }
                    }
                }
            }
        }
    }
}

/// Values over time as columns, with the numbers in a table behind it.
#[must_use]
#[derive(Clone, Debug)]
pub struct ColumnChart {
    title: String,
    unit: String,
    columns: Vec<(String, i64)>,
}

impl ColumnChart {
    /// A chart; `unit` heads the column of numbers in the table behind it.
    pub fn new(title: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { title: title.into(), unit: unit.into(), columns: Vec::new() }
    }

    /// The next column. Values below zero count as zero in the picture and stay in the table.
    pub fn column(mut self, label: impl Into<String>, value: i64) -> Self {
        self.columns.push((label.into(), value));
        self
    }

    fn picture(&self) -> Markup {
        let most = self.columns.iter().map(|(_, value)| i128::from((*value).max(0))).max();
        let most = most.unwrap_or(0).max(1);
        let count = i128::try_from(self.columns.len()).unwrap_or(1).max(1);
        let slot = 1000 / count;
        let gap = (slot / 5).max(1);
        let summary = match (self.columns.first(), self.columns.last()) {
            (Some((first, from)), Some((last, to))) => format!(
                "{}: {} in {first}, {} in {last}",
                self.title,
                number_text(*from),
                number_text(*to)
            ),
            _ => self.title.clone(),
        };
        html! {
            svg.columns-chart viewBox="0 0 1000 200" preserveAspectRatio="none" role="img" aria-label=(summary) {
                line.grid-line x1="0" x2="1000" y1="1" y2="1" {}
                line.grid-line x1="0" x2="1000" y1="100" y2="100" {}
                line.base-line x1="0" x2="1000" y1="199" y2="199" {}
                @for ((_, value), at) in self.columns.iter().zip(0_i128..) {
                    @let height = i128::from((*value).max(0)) * 198 / most;
                    rect.bar-fill x=(at * slot + gap / 2) y=(199 - height) width=(slot - gap) height=(height) {}
                }
            }
        }
    }
}

impl Render for ColumnChart {
    fn render(&self) -> Markup {
        let most = self.columns.iter().map(|(_, value)| *value).max().unwrap_or(0);
        html! {
            figure.chart {
                figcaption { (self.title) span.chart-unit { (self.unit) ", highest " (number_text(most)) } }
                (self.picture())
                div.chart-axis aria-hidden="true" {
                    @if let Some((first, _)) = self.columns.first() { span { (first) } }
                    @if let Some((last, _)) = self.columns.last() { span { (last) } }
                }
                details.why {
                    summary { "Numbers" }
                    table.table.table-compact {
                        thead { tr { th scope="col" { "Time" } th.num scope="col" { (self.unit) } } }
                        tbody {
                            @for (label, value) in &self.columns {
                                tr { th scope="row" { (label) } td.num { (number_text(*value)) } }
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
    fn lines_stay_inside_their_box() {
        assert_eq!(line_points(&[0, 10, 5], 96, 20), "2,22 50,2 98,12");
        assert_eq!(line_points(&[3], 96, 20), "2,22");
        assert_eq!(line_points(&[], 96, 20), "");
        let extreme = line_points(&[i64::MIN, i64::MAX], 96, 20);
        assert_eq!(extreme, "2,22 98,2");
    }

    #[test]
    fn bars_are_a_share_of_the_longest() {
        let text = BarChart::new("By tier", "Deals")
            .bar("Premier", 40, "40")
            .bar("Select", 10, "10")
            .bar("None", -3, "−3")
            .render()
            .into_string();
        assert!(text.contains("width=\"100.0%\"") && text.contains("width=\"25.0%\""), "{text}");
        assert!(text.contains("width=\"0.0%\""));
    }
}
