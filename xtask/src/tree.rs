//! The files of the project as text, read once for all checks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// Larger files are data, not text that a person reviews.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Text files by their path from the root, with `/` between folders.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Every text file that git knows or would add; without git, every one outside `target`.
    pub(crate) fn read(root: &Path) -> Outcome<Tree> {
        let mut files = BTreeMap::new();
        for name in listed_by_git(root).map_or_else(|| walked(root), Ok)? {
            let path = root.join(&name);
            let fits =
                fs::metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() <= MAX_BYTES);
            if let Some(text) = fits.then(|| fs::read_to_string(&path).ok()).flatten() {
                files.insert(name, text);
            }
        }
        Ok(Tree { files })
    }

    /// A tree of the given paths and texts, for tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Tree { files: files.iter().map(own).collect() }
    }

    /// The text of one file, `None` when there is no such file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// All files by path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files below `folder` (which ends in `/`) whose name ends in `ending`, by path.
    pub(crate) fn below<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
    }
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let names = text.split('\0').filter(|name| !name.is_empty());
    Some(names.map(str::to_owned).collect())
}

fn walked(root: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![root.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                let skipped = ["target", ".git"].iter().any(|name| path.ends_with(name));
                if !skipped {
                    waiting.push(path);
                }
            } else if let Ok(inner) = path.strip_prefix(root) {
                names.push(inner.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn a_folder_without_git_is_walked() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/target")).unwrap();
        std::fs::write(folder.path().join("a/one.rs"), "fn one() {}").unwrap();
        std::fs::write(folder.path().join("a/target/two.rs"), "fn two() {}").unwrap();
        std::fs::write(folder.path().join("a/raw.bin"), [0xff, 0xfe, 0x00]).unwrap();
        let tree = Tree::read(folder.path()).unwrap();
        let paths: Vec<&str> = tree.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["a/one.rs"]);
        assert_eq!(tree.text("a/one.rs"), Some("fn one() {}"));
    }
}
