//! Where and to whom partners sell: territories, segments, direct coverage, house accounts,
//! product lines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::{self, Band};
use crate::accounts::Country;

/// A part of the world in which partners sell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Countries that belong to it as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "value::countries")]
    pub countries: Vec<Country>,
    /// Parts of countries that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 500))]
    pub regions: Vec<Region>,
}

/// A part of a country, known by the beginning of its postal codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The country.
    #[schemars(schema_with = "value::country")]
    pub country: Country,
    /// Name of the part, such as "Bavaria".
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Beginnings of the postal codes that lie in it.
    #[schemars(length(min = 1, max = 500), inner(length(min = 1, max = 12)))]
    pub postal_prefixes: Vec<String>,
}

impl Territory {
    /// Whether an address lies in the territory. Without a postal code only whole countries count.
    pub fn contains(&self, country: Country, postal_code: Option<&str>) -> bool {
        self.countries.contains(&country)
            || postal_code.is_some_and(|code| {
                self.regions.iter().any(|region| {
                    region.country == country
                        && region.postal_prefixes.iter().any(|prefix| code.starts_with(prefix))
                })
            })
    }
}

/// A kind of customer: by number of employees, or a list of named accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Employees of the customer. The bands of all segments have to meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employees: Option<Band>,
    /// Domains of the customers, for a segment that is a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "value::domains")]
    pub named_domains: Vec<String>,
}

/// Who leads in one territory and segment when the vendor also sells directly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DirectCoverage {
    /// Code of the territory; left out for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 40))]
    pub territory: Option<String>,
    /// Code of the segment; left out for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 40))]
    pub segment: Option<String>,
    /// Who leads there.
    pub lead: CoverageLead,
}

/// Who leads in a territory and segment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CoverageLead {
    /// Partners sell; direct sales helps when asked.
    Partner,
    /// Both sell; the first registration or opportunity decides.
    Shared,
    /// Direct sales sells; partners join by invitation.
    Direct,
}

/// An account that the vendor serves itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HouseAccount {
    /// Name of the company.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Internet domains of the company.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "value::domains")]
    pub domains: Vec<String>,
}

/// A product line that deals are registered for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductLine {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// What the vendor keeps of the list price before any discount, in basis points; left out
    /// when it is not for partners to see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_000))]
    pub gross_margin_bp: Option<u32>,
    /// Whether deals can be registered for it now.
    pub registrable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_12_a_territory_holds_whole_countries_and_postal_regions() {
        let germany = Country::parse("DE").unwrap();
        let austria = Country::parse("AT").unwrap();
        let south = Territory {
            code: "south".to_owned(),
            name: "South".to_owned(),
            countries: vec![austria],
            regions: vec![Region {
                country: germany,
                name: "Bavaria".to_owned(),
                postal_prefixes: vec!["8".to_owned(), "90".to_owned()],
            }],
        };
        assert!(south.contains(austria, None));
        assert!(south.contains(germany, Some("80331")));
        assert!(south.contains(germany, Some("90402")));
        assert!(!south.contains(germany, Some("91052")));
        assert!(!south.contains(germany, None));
    }
}
