//! Which data of time zones is used: the system's when it is newer than what is built in, so that a
//! country that changes its clocks needs no new release of this program.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use domain::calendar::zones;
use jiff::tz::TimeZoneDatabase;

/// Where systems keep it.
const FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"];

/// What was chosen.
static CHOSEN: OnceLock<Chosen> = OnceLock::new();

/// The data that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// The folder and the version of the system's data; `None` where it has none that tells its
    /// version.
    pub(crate) system: Option<(PathBuf, String)>,
    /// Whether the system's data is used.
    pub(crate) is_system: bool,
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let built_in = zones::built_in_version();
        match &self.system {
            Some((folder, version)) if self.is_system => write!(
                f,
                "version {version} of the system ({}); version {built_in} is built in",
                folder.display()
            ),
            Some((_, version)) => {
                write!(f, "version {built_in}, built in; the system's is not newer ({version})")
            }
            None => write!(f, "version {built_in}, built in; the system has none"),
        }
    }
}

/// Chooses the data once, before anything looks a zone up.
pub(crate) fn choose() -> &'static Chosen {
    CHOSEN.get_or_init(|| chosen(&FOLDERS.map(PathBuf::from)))
}

fn chosen(folders: &[PathBuf]) -> Chosen {
    let system = folders.iter().find_map(|folder| Some((folder.clone(), version(folder)?)));
    let newer = system.as_ref().filter(|(_, version)| zones::is_newer(version));
    let is_system = newer
        .and_then(|(folder, _)| TimeZoneDatabase::from_dir(folder).ok())
        .is_some_and(zones::install);
    Chosen { system, is_system }
}

/// The version that a folder of zones tells, in the files that systems install with them.
fn version(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("+VERSION")).ok();
    let of_source = || {
        let source = fs::read_to_string(folder.join("tzdata.zi")).ok()?;
        source.lines().next()?.strip_prefix("# version ").map(str::to_owned)
    };
    let version = text.or_else(of_source)?.trim().to_owned();
    (!version.is_empty()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of zones of that version: Berlin lies on the equator's clock in it.
    fn folder(version: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tzdata.zi"), format!("# version {version}\nmore\n")).unwrap();
        folder
    }

    #[test]
    fn dr_09_older_data_of_the_system_is_not_taken() {
        let old = folder("2019c");
        let found = chosen(&[PathBuf::from("/nowhere"), old.path().to_owned()]);
        assert_eq!(found.system, Some((old.path().to_owned(), "2019c".to_owned())));
        assert!(!found.is_system);
        assert!(found.to_string().contains("is not newer (2019c)"), "{found}");
        let none = chosen(&[PathBuf::from("/nowhere")]);
        assert!(none.to_string().ends_with("the system has none"), "{none}");
    }

    #[test]
    fn dr_09_newer_data_of_the_system_is_taken_and_older_names_stay() {
        let new = folder("2999a");
        // A file of fixed rules, an hour before UTC: the smallest that is one.
        let mut zone = b"TZif2".to_vec();
        zone.extend([0; 15]);
        zone.extend([0_u32, 0, 0, 0, 1, 4].iter().flat_map(|count| count.to_be_bytes()));
        let body = [[0xff, 0xff, 0xf1, 0xf0, 0, 0].as_slice(), b"XXX\0"].concat();
        let whole = [zone.as_slice(), &body, &zone, &body, b"\nXXX1\n"].concat();
        fs::create_dir(new.path().join("Europe")).unwrap();
        fs::write(new.path().join("Europe/Berlin"), whole).unwrap();
        let found = chosen(&[new.path().to_owned()]);
        assert!(found.is_system, "{found}");
        assert!(found.to_string().starts_with("version 2999a of the system"), "{found}");
        let summer = "2026-07-01T12:00:00Z".parse::<jiff::Timestamp>().unwrap();
        let hour = |name: &str| zones::find(name).unwrap().to_datetime(summer).hour();
        assert_eq!((hour("Europe/Berlin"), hour("Asia/Tokyo")), (11, 21));
    }
}
