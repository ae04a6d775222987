//! Libraries that stand between a program and the C library's functions, preloaded. They are C, which
//! safe Rust cannot stand in for; the compiler is there, since the bundled SQLite needs it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// Compiles `source` in `folder` and gives the library that a program preloads.
pub fn library(folder: &Path, name: &str, source: &str) -> Outcome<PathBuf> {
    let (file, library) = (folder.join(format!("{name}.c")), folder.join(format!("{name}.so")));
    std::fs::write(&file, source).map_err(|e| format!("{}: {e}", file.display()))?;
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o"])
        .args([&library, &file])
        .args(["-ldl", "-lpthread"])
        .output()
        .map_err(|e| format!("cc: {e}"))?;
    if output.status.success() {
        return Ok(library);
    }
    Err(format!("cc: {}", String::from_utf8_lossy(&output.stderr)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_source_that_does_not_compile_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = super::library(folder.path(), "bad", "int f(void) { return; }").unwrap_err();
        assert!(error.contains("bad.c"), "{error}");
    }
}
