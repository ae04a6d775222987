//! Why a candidate is, or is not, the same company: in words and as data.

use std::collections::BTreeMap;

use serde::Serialize;

/// What a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// The names are equal after normalisation.
    SameName,
    /// Usual words are shared.
    SameWords,
    /// A word that few names have is shared.
    RareWord,
    /// A word differs by a slip of spelling.
    Spelling,
    /// A word stands abbreviated on one side.
    Abbreviation,
    /// Words are written together on one side and apart on the other.
    WordsJoined,
    /// The words come in another order.
    WordOrder,
    /// Initials stand for words.
    Initials,
    /// A word of the record is missing in the query.
    WordMissing,
    /// The query has a word that the record lacks.
    WordExtra,
    /// Numbers of a series differ, as in "Fund IV" and "Fund V".
    NumbersDiffer,
    /// Both have the same legal form.
    LegalFormSame,
    /// The legal forms differ.
    LegalFormDiffers,
    /// It was another name of the record, or of the query, that agreed.
    OtherName,
    /// Both have the same registrable domain.
    SameDomain,
    /// Both have domains, and none is shared.
    DomainsDiffer,
    /// The same country.
    SameCountry,
    /// Different countries.
    CountriesDiffer,
    /// The same postal code.
    SamePostalCode,
    /// Different postal codes.
    PostalCodesDiffer,
    /// The same city.
    SameCity,
    /// Different cities.
    CitiesDiffer,
    /// The same parent company.
    SameParent,
    /// Different parent companies.
    ParentsDiffer,
    /// Letters of another alphabet stand for Latin ones that look alike.
    LookalikeLetters,
    /// Another record fits nearly as well.
    CloseRival,
}

/// Whether a reason speaks for or against the same company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It raises the probability.
    For,
    /// It lowers the probability.
    Against,
    /// It is worth knowing and moves little.
    Neutral,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The subject.
    pub kind: ReasonKind,
    /// For or against.
    pub direction: Direction,
    /// A short English sentence part, for example "rare word 'zambeef' shared".
    pub words: String,
    /// The same as named values, for pages in other languages and for programs.
    pub data: BTreeMap<String, String>,
}

impl Reason {
    /// A reason without data.
    pub(crate) fn new(kind: ReasonKind, direction: Direction, words: String) -> Self {
        Self { kind, direction, words, data: BTreeMap::new() }
    }

    /// The same with one more named value.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }
}
