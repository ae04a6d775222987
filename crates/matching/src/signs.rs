//! What fields and names say each by itself, and whether they contradict each other (AC-03).

use serde::{Deserialize, Serialize};

/// How a field compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// One side does not say.
    #[default]
    Absent,
    /// They agree.
    Agrees,
    /// They agree in part: the same area of postal codes.
    Near,
    /// They differ.
    Differs,
}

/// How two names stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameSign {
    /// One side has no name.
    #[default]
    Absent,
    /// Every word that says which company it is has its like on the other side.
    Same,
    /// A number, place or direction stands on one side only: "Fund IV" beside "Fund V", "Globex"
    /// beside "Globex (UK)".
    Twin,
    /// Another word stands on one side only.
    Other,
}

/// The signs that a candidate is the same company, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Signs {
    /// Of the names.
    pub name: NameSign,
    /// Of the domains.
    pub domain: Evidence,
}

impl Signs {
    /// Whether the signs contradict each other, so that no probability makes it certain: names of
    /// which one has a word more, whatever the domain, or the same name with another domain (AC-03).
    pub fn contradict(self) -> bool {
        match self.name {
            NameSign::Absent | NameSign::Same => self.domain == Evidence::Differs,
            NameSign::Twin | NameSign::Other => true,
        }
    }
}
