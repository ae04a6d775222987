//! `cargo xtask mail-domains`: the list of mail providers that others keep, as it is today.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::Outcome;

const PACKAGE: &str = "free-email-domains";
const REGISTRY: &str = "https://registry.npmjs.org";
const PLACE: &str = "crates/matching/src/mail_domains.txt";
/// A list that is shorter than this was cut off on its way.
const FEWEST: usize = 5_000;

/// Fetches the newest version and writes it with its source, day and licence.
pub(crate) fn renew(root: &Path) -> Outcome<()> {
    let about = fetched(&format!("{REGISTRY}/{PACKAGE}/latest"))?;
    let about: serde_json::Value =
        serde_json::from_slice(&about).map_err(|error| format!("{REGISTRY}: {error}"))?;
    let text = |place: &str| -> Outcome<&str> {
        let found = about.pointer(place).and_then(serde_json::Value::as_str);
        found.ok_or_else(|| format!("{REGISTRY}: {PACKAGE} has no {place}"))
    };
    let (version, licence) = (text("/version")?, text("/license")?);
    if licence != "MIT" {
        return Err(format!("{PACKAGE} {version} has another licence: {licence}"));
    }
    let folder = tempfile::tempdir().map_err(|error| format!("a folder: {error}"))?;
    let archive = folder.path().join("package.tgz");
    let bytes = fetched(text("/dist/tarball")?)?;
    std::fs::write(&archive, bytes).map_err(|error| format!("the archive: {error}"))?;
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder.path()))?;
    let read = |file: &str| {
        let path = folder.path().join("package").join(file);
        std::fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))
    };
    let licence = read("LICENSE.md")?;
    let domains: BTreeSet<String> = serde_json::from_str(&read("domains.json")?)
        .map_err(|error| format!("domains.json: {error}"))?;
    let is_domain = |domain: &String| {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        domain.contains('.') && domain.bytes().all(plain)
    };
    if domains.len() < FEWEST || !domains.iter().all(is_domain) {
        return Err(format!("{PACKAGE} {version} is not a list of domains"));
    }
    let today = run(Command::new("date").arg("+%F"))?;
    let today = String::from_utf8_lossy(&today);
    let mut list = format!(
        "# Domains of providers that give anyone a mail address, one a line.\n\
         # Source: {PACKAGE} {version} (https://www.npmjs.com/package/{PACKAGE})\n\
         # Taken: {}, by `cargo xtask mail-domains`\n#\n",
        today.trim()
    );
    for line in licence.trim().lines() {
        list.push_str(format!("# {line}").trim_end());
        list.push('\n');
    }
    for domain in &domains {
        list.push_str(domain);
        list.push('\n');
    }
    std::fs::write(root.join(PLACE), list).map_err(|error| format!("{PLACE}: {error}"))?;
    println!("wrote {PLACE}: {} domains of {PACKAGE} {version}", domains.len());
    Ok(())
}

fn fetched(address: &str) -> Outcome<Vec<u8>> {
    run(Command::new("curl").args(["-fsSL", "--max-time", "120", address]))
}

fn run(command: &mut Command) -> Outcome<Vec<u8>> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}
