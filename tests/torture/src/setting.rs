//! How hard a harness tries, from which seed, on which binary, in which folder.

use std::path::{Path, PathBuf};

use rig::Outcome;
use tempfile::TempDir;

/// How hard a harness tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// On every push: seconds.
    Small,
    /// In continuous integration: all harnesses together under 25 minutes on two cores.
    Ci,
    /// Before a release: the numbers that are promised.
    Full,
}

impl Scale {
    /// The scale of that name.
    pub fn named(name: &str) -> Outcome<Scale> {
        match name {
            "small" => Ok(Scale::Small),
            "ci" => Ok(Scale::Ci),
            "full" => Ok(Scale::Full),
            other => Err(format!("no scale `{other}`: small, ci or full")),
        }
    }
}

/// What a run of a harness is given.
#[derive(Debug)]
pub struct Setting {
    /// How hard it tries.
    pub scale: Scale,
    /// Where its randomness comes from.
    pub seed: u64,
    folder: TempDir,
}

impl Setting {
    /// A setting with a fresh folder beside the build, on a real disk, gone afterwards.
    pub fn new(scale: Scale, seed: u64) -> Outcome<Setting> {
        let beside = programs()?;
        let folder = tempfile::Builder::new()
            .prefix("torture-")
            .tempdir_in(&beside)
            .map_err(|e| format!("{}: {e}", beside.display()))?;
        Ok(Setting { scale, seed, folder })
    }

    /// The number for this scale.
    pub fn of<T>(&self, small: T, ci: T, full: T) -> T {
        match self.scale {
            Scale::Small => small,
            Scale::Ci => ci,
            Scale::Full => full,
        }
    }

    /// A folder of its own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The product's binary, built in the same profile as this program.
    pub fn binary(&self) -> Outcome<PathBuf> {
        let binary = programs()?.join("entente");
        if binary.is_file() {
            Ok(binary)
        } else {
            Err(format!("{} is not there: cargo build --package cli", binary.display()))
        }
    }
}

/// The folder where cargo puts programs of this profile; tests run in `deps` below it.
fn programs() -> Outcome<PathBuf> {
    let own = std::env::current_exe().map_err(|e| format!("this program: {e}"))?;
    let folder = own.parent().unwrap_or(Path::new("."));
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Ok(folder.to_path_buf())
}
