//! The crate of a group of slices, made with the group's first slice.

use std::path::Path;

use super::{change, sentence, write};
use crate::Outcome;

/// Its manifest: what a plain resource needs.
const MANIFEST: &str = include_str!("../../templates/manifest.txt");
/// The test binary of its stories.
const STORIES: &str = include_str!("../../templates/stories.txt");

/// Makes the crate `crates/GROUP` unless it is there: below `run`, known to the workspace and to
/// the application, with a test binary for its stories.
pub(super) fn prepare(root: &Path, group: &str) -> Outcome<()> {
    let folder = format!("crates/{group}");
    if root.join(&folder).exists() {
        let list = root.join("docs/slices.toml");
        let text = std::fs::read_to_string(&list).map_err(|e| format!("docs/slices.toml: {e}"))?;
        let is_group = text.contains(&format!("\"{group}\""));
        return if is_group && !["frame", "demo", "app"].contains(&group) {
            Ok(())
        } else {
            Err(format!(
                "crates/{group} takes no slices: name a group of docs/slices.toml, or a new one"
            ))
        };
    }
    write(root, &format!("{folder}/Cargo.toml"), &MANIFEST.replace("{{group}}", group))?;
    write(root, &format!("{folder}/src/lib.rs"), &format!("//! {}.\n\n", sentence(group)))?;
    let stories = format!("crates/app/tests/{group}/main.rs");
    write(root, &stories, &STORIES.replace("{{group}}", group))?;
    change(root, "Cargo.toml", |text| {
        with_line(text, "db = {", &format!("{group} = {{ path = \"{folder}\" }}"))
    })?;
    change(root, "crates/app/Cargo.toml", |text| {
        with_line(text, "db.workspace", &format!("{group}.workspace = true"))
    })?;
    change(root, "docs/slices.toml", |text| text.replacen("\"run\"", &listed(group), 1))
}

/// The group and the one above it, as the list of groups has them.
fn listed(group: &str) -> String {
    format!("\"{group}\", \"run\"")
}

/// A line behind the first that begins so.
fn with_line(text: &str, beginning: &str, line: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    if let Some(at) = lines.iter().position(|one| one.starts_with(beginning)) {
        lines.insert(at + 1, line);
    }
    lines.join("\n") + "\n"
}
