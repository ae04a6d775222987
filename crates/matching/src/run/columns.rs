//! Which column holds what.

use std::path::Path;

use super::error::RunError;

/// Names of columns, where the usual names do not serve.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Name of the company.
    pub name: Option<String>,
    /// Identifier, repeated in the result.
    pub key: Option<String>,
    /// Further names, parted by `|` or `;`.
    pub other_names: Option<String>,
    /// Domain, page or mail addresses, parted by `|`, `;` or blanks.
    pub domain: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Parent company.
    pub parent: Option<String>,
}

/// What a column can hold, in the order of [`Places`].
pub(super) const KINDS: usize = 8;

/// Usual names of each kind of column, most telling first; compared without case, blanks and
/// underscores.
const USUAL: [&[&str]; KINDS] = [
    &[
        "name",
        "companyname",
        "company",
        "accountname",
        "account",
        "legalname",
        "organization",
        "organisation",
        "query",
        "customer",
    ],
    &["id", "key", "qid", "lei", "accountid", "companyid", "customerid"],
    &["othernames", "aliases", "alias", "tradingname", "aka"],
    &["domain", "domains", "website", "url", "web", "email"],
    &["country", "countrycode", "officelocation"],
    &["postalcode", "postcode", "zip", "zipcode", "plz"],
    &["city", "town", "place"],
    &["parent", "parentaccount", "subsidiaryof"],
];

/// Place of each kind of column: name, key, other names, domain, country, postal code, city,
/// parent.
pub(super) type Places = [Option<usize>; KINDS];

impl Columns {
    fn given(&self) -> [Option<&String>; KINDS] {
        [
            self.name.as_ref(),
            self.key.as_ref(),
            self.other_names.as_ref(),
            self.domain.as_ref(),
            self.country.as_ref(),
            self.postal_code.as_ref(),
            self.city.as_ref(),
            self.parent.as_ref(),
        ]
    }

    /// Finds the columns in a header. The name must be there; the others may be missing unless they
    /// were asked for.
    pub(super) fn find(&self, header: &[String], file: &Path) -> Result<Places, RunError> {
        let mut places: Places = [None; KINDS];
        let kinds = places.iter_mut().zip(self.given()).zip(USUAL).enumerate();
        for (kind, ((place, given), usual)) in kinds {
            *place = match given {
                Some(wanted) => Some(match exact(header, wanted) {
                    Some(place) => place,
                    None => only(header, wanted, file)?
                        .ok_or_else(|| no_column(file, &format!("'{wanted}'"), header))?,
                }),
                None => usual_column(header, usual, file)?,
            };
            if kind == 0 && place.is_none() {
                return Err(no_column(
                    file,
                    "with the company's name ('name', 'company', 'account', 'query' …)",
                    header,
                ));
            }
        }
        Ok(places)
    }
}

fn usual_column(header: &[String], usual: &[&str], file: &Path) -> Result<Option<usize>, RunError> {
    for wanted in usual {
        if let Some(place) = only(header, wanted, file)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The only column that is spelled exactly so.
fn exact(header: &[String], wanted: &str) -> Option<usize> {
    let mut found = header.iter().enumerate().filter(|(_, name)| *name == wanted);
    found.next().filter(|_| found.next().is_none()).map(|(place, _)| place)
}

/// The only column of this name.
fn only(header: &[String], wanted: &str, file: &Path) -> Result<Option<usize>, RunError> {
    let wanted = plain(wanted);
    let mut found = header.iter().enumerate().filter(|(_, name)| plain(name) == wanted);
    let Some((first, name)) = found.next() else {
        return Ok(None);
    };
    match found.next() {
        Some((second, _)) => Err(RunError::ColumnTwice {
            file: file.to_owned(),
            name: name.clone(),
            first: first + 1,
            second: second + 1,
        }),
        None => Ok(Some(first)),
    }
}

fn no_column(file: &Path, wanted: &str, header: &[String]) -> RunError {
    RunError::NoColumn {
        file: file.to_owned(),
        wanted: wanted.to_owned(),
        present: header.to_vec(),
    }
}
