//! Finds the programs that the tests need; on Debian and its kin, installs what is missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// Where Debian puts the server programs, one folder per version.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";

/// Where Debian puts the pooler, which is not on everybody's path.
const DEBIAN_PGBOUNCER: &str = "/usr/sbin/pgbouncer";

/// Names under which Chromium is installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Whether this process may act for other users.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The folder that holds `initdb` and `pg_ctl`.
pub fn postgres() -> Outcome<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    apt(&["postgresql"])?;
    find_postgres()
        .ok_or_else(|| missing("PostgreSQL's server programs (initdb, pg_ctl)", "postgresql"))
}

/// The driver; the browser itself is made sure of as well.
pub fn chromedriver() -> Outcome<PathBuf> {
    let both =
        || in_path("chromedriver").filter(|_| BROWSERS.iter().any(|name| in_path(name).is_some()));
    if let Some(program) = both() {
        return Ok(program);
    }
    apt(&["chromium", "chromium-driver"])?;
    both().ok_or_else(|| missing("Chromium and chromedriver", "chromium chromium-driver"))
}

/// The pooler. Debian starts one when it is installed, which is none of ours and is left alone.
pub fn pgbouncer() -> Outcome<PathBuf> {
    let found = || in_path("pgbouncer").or_else(|| Some(PathBuf::from(DEBIAN_PGBOUNCER)));
    let there = || found().filter(|program| program.is_file());
    if let Some(program) = there() {
        return Ok(program);
    }
    apt(&["pgbouncer"])?;
    there().ok_or_else(|| missing("PgBouncer", "pgbouncer"))
}

/// The command that makes certificates.
pub fn openssl() -> Outcome<PathBuf> {
    if let Some(program) = in_path("openssl") {
        return Ok(program);
    }
    apt(&["openssl"])?;
    in_path("openssl").ok_or_else(|| missing("the command openssl", "openssl"))
}

fn find_postgres() -> Option<PathBuf> {
    newest(Path::new(DEBIAN_POSTGRES)).or_else(|| {
        let folder = in_path("initdb")?.parent()?.to_path_buf();
        folder.join("pg_ctl").exists().then_some(folder)
    })
}

/// The `bin` folder of the highest version below `parent`.
fn newest(parent: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(parent).ok()?.flatten();
    entries
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_string_lossy().parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").exists().then_some((version, folder))
        })
        .max()
        .map(|(_, folder)| folder)
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

fn apt(packages: &[&str]) -> Outcome<()> {
    let list = packages.join(" ");
    if in_path("apt-get").is_none() {
        return Err(missing(&list, &list));
    }
    println!("installing {list}");
    let needs_sudo = !is_root();
    if needs_sudo && in_path("sudo").is_none() {
        return Err(missing(&list, &list));
    }
    for arguments in [&["update"][..], &[&["install", "-y"][..], packages].concat()] {
        let mut command = if needs_sudo {
            let mut sudo = Command::new("sudo");
            sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            sudo
        } else {
            let mut plain = Command::new("apt-get");
            plain.env("DEBIAN_FRONTEND", "noninteractive");
            plain
        };
        let status =
            command.arg("-q").args(arguments).status().map_err(|e| format!("apt-get: {e}"))?;
        if !status.success() {
            return Err(missing(&list, &list));
        }
    }
    Ok(())
}

fn missing(what: &str, packages: &str) -> String {
    format!(
        "the tests need {what}. Install it and run the tests again; on Debian or Ubuntu:\n  \
         sudo apt-get update && sudo apt-get install -y {packages}"
    )
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_highest_version_with_programs_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17"] {
            std::fs::create_dir_all(folder.path().join(version).join("bin")).unwrap();
        }
        assert_eq!(newest(folder.path()), None);
        for version in ["9", "15"] {
            std::fs::write(folder.path().join(version).join("bin/initdb"), "").unwrap();
        }
        assert_eq!(newest(folder.path()), Some(folder.path().join("15/bin")));
    }
}
