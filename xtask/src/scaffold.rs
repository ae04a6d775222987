//! `cargo xtask scaffold SLICE`: lays out a new capability, with the same names as every other.

use std::fs;
use std::path::Path;

use crate::Outcome;

/// The files of a slice in `app`, and what each is for.
const ANATOMY: [(&str, &str); 5] = [
    ("actions", "use cases: each one thing that a person or a job can do"),
    ("store", "rows and domain values; the only place with SQL of this capability"),
    ("pages", "what people see"),
    ("api", "what programs see under `/api/v1`"),
    ("jobs", "what happens without anybody asking"),
];

/// Creates the folders, announces the modules, lists the slice. Nothing is overwritten.
pub(crate) fn run(root: &Path, slice: &str) -> Outcome<()> {
    if !is_name(slice) {
        return Err(format!(
            "`{slice}` is no name of a capability: small letters and `_`, as in `joint_plans`"
        ));
    }
    let domain = format!("crates/domain/src/{slice}");
    let app = format!("crates/app/src/{slice}");
    for folder in [&domain, &app] {
        if root.join(folder).exists() {
            return Err(format!("{folder} exists already"));
        }
    }
    let mut files = vec![
        (format!("{domain}/mod.rs"), format!("//! The rules of {}.\n", spoken(slice))),
        (format!("{app}/mod.rs"), app_module(slice)),
    ];
    for (name, what) in ANATOMY {
        let text = format!("//! {}: {what}.\n", sentence(slice));
        files.push((format!("{app}/{name}.rs"), text));
    }
    for (path, text) in &files {
        write(root, path, text)?;
    }
    for file in ["crates/domain/src/lib.rs", "crates/app/src/lib.rs"] {
        change(root, file, |text| with_module(text, slice))?;
    }
    change(root, "crates/app/src/lib.rs", |text| with_parts(text, slice))?;
    change(root, "docs/slices.toml", |text| with_slice(text, slice))?;
    println!(
        "next: rules in docs/rules.toml, tables in migrations/NNNN_{slice}_<what>.sql with \
         `-- owner: {slice}`, calls to other slices in docs/slices.toml, routes, jobs and its place \
         in the navigation in {app}/mod.rs"
    );
    Ok(())
}

fn is_name(slice: &str) -> bool {
    let letters = slice.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    letters && slice.starts_with(|c: char| c != '_') && !slice.ends_with('_')
}

fn spoken(slice: &str) -> String {
    slice.replace('_', " ")
}

fn sentence(slice: &str) -> String {
    let words = spoken(slice);
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

fn app_module(slice: &str) -> String {
    let modules = "mod actions;\nmod api;\nmod jobs;\nmod pages;\nmod store;\n";
    format!(
        "//! {}: from route to table.\n\n{modules}\nuse crate::core::{{parts::Parts, routes::Routes}};\n\n\
         /// What this capability brings.\npub fn parts() -> Parts {{\n    Parts::of(routes())\n}}\n\n\
         /// Its routes.\nfn routes() -> Routes {{\n    Routes::of(\"{slice}\")\n}}\n",
        sentence(slice)
    )
}

fn write(root: &Path, path: &str, text: &str) -> Outcome<()> {
    let target = root.join(path);
    let folder = target.parent().unwrap_or(root);
    fs::create_dir_all(folder).map_err(|e| format!("{path}: {e}"))?;
    fs::write(&target, text).map_err(|e| format!("{path}: {e}"))?;
    println!("wrote {path}");
    Ok(())
}

fn change(root: &Path, path: &str, edit: impl Fn(&str) -> String) -> Outcome<()> {
    let text = fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"))?;
    write(root, path, &edit(&text))
}

/// The module's line before the first module whose name comes later, else after the last one.
fn with_module(text: &str, slice: &str) -> String {
    let name = |line: &str| {
        let rest = line.strip_prefix("pub mod ")?;
        rest.strip_suffix(';').map(str::to_owned)
    };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let later = lines.iter().position(|line| name(line).is_some_and(|name| name.as_str() > slice));
    let after_last = lines.iter().rposition(|line| name(line).is_some()).map(|at| at + 1);
    let at = later.or(after_last).unwrap_or(lines.len());
    lines.insert(at, format!("pub mod {slice};"));
    lines.join("\n") + "\n"
}

/// The slice's parts behind those of the others.
fn with_parts(text: &str, slice: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_parts = |line: &String| {
        let line = line.trim();
        line.starts_with(".and(") && line.contains("::parts(")
    };
    if let Some(last) = lines.iter().rposition(is_parts) {
        lines.insert(last + 1, format!("        .and({slice}::parts())"));
    }
    lines.join("\n") + "\n"
}

/// The slice with no calls at the end of the table `[calls]`.
fn with_slice(text: &str, slice: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if !lines.iter().any(|line| line.trim() == "[calls]") {
        lines.push("[calls]".to_owned());
    }
    let before = lines.iter().take_while(|line| line.trim() != "[calls]");
    let start = before.count() + 1;
    let rest = lines.iter().skip(start).take_while(|line| !line.trim_start().starts_with('['));
    let filled = rest.collect::<Vec<_>>();
    let blank = filled.iter().rev().take_while(|line| line.trim().is_empty()).count();
    let at = (start + filled.len() - blank).max(start);
    lines.insert(at.min(lines.len()), format!("{slice} = []"));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::{is_name, run, with_module, with_parts, with_slice};

    #[test]
    fn names_are_small_letters_with_bars_between() {
        assert!(is_name("joint_plans") && is_name("mdf"));
        assert!(!is_name("JointPlans") && !is_name("_x") && !is_name("a-b") && !is_name(""));
    }

    #[test]
    fn a_module_is_announced_in_order() {
        let text = "//! Doc.\n\npub mod accounts;\npub mod tiers;\n\nuse x;\n";
        let wanted = "//! Doc.\n\npub mod accounts;\npub mod mdf;\npub mod tiers;\n\nuse x;\n";
        assert_eq!(with_module(text, "mdf"), wanted);
        assert_eq!(with_module("//! Doc.\n", "mdf"), "//! Doc.\npub mod mdf;\n");
    }

    #[test]
    fn a_slice_is_listed_in_its_table() {
        let text = "[calls]\naccounts = []\n\n[tables]\nx = []\n";
        let wanted = "[calls]\naccounts = []\nmdf = []\n\n[tables]\nx = []\n";
        assert_eq!(with_slice(text, "mdf"), wanted);
        assert_eq!(with_slice("", "mdf"), "[calls]\nmdf = []\n");
    }

    const APP: &str = "//! App.\npub mod home;\nfn parts() -> Parts {\n    home::parts()\n        \
                       .and(deals::parts())\n        .and(demo::parts(1))\n}\n";

    #[test]
    fn its_parts_join_the_others() {
        let text = with_parts(APP, "mdf");
        let wanted = "        .and(demo::parts(1))\n        .and(mdf::parts())\n}\n";
        assert!(text.ends_with(wanted), "{text}");
        assert_eq!(with_parts("//! App.\n", "mdf"), "//! App.\n");
    }

    #[test]
    fn a_whole_slice_is_laid_out_once() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (path, text) in [
            ("crates/domain/src/lib.rs", "//! Rules.\n"),
            ("crates/app/src/lib.rs", APP),
            ("docs/slices.toml", "[calls]\n"),
        ] {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        }
        run(root, "mdf").unwrap();
        for name in ["mod", "actions", "store", "pages", "api", "jobs"] {
            assert!(root.join(format!("crates/app/src/mdf/{name}.rs")).exists(), "{name}");
        }
        let module = std::fs::read_to_string(root.join("crates/app/src/mdf/mod.rs")).unwrap();
        assert!(module.contains("Routes::of(\"mdf\")"));
        assert!(module.contains("pub fn parts() -> Parts"));
        let app = std::fs::read_to_string(root.join("crates/app/src/lib.rs")).unwrap();
        assert!(app.contains(".and(mdf::parts())"), "{app}");
        assert!(run(root, "mdf").is_err());
    }
}
