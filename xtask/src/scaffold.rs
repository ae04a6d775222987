//! `cargo xtask scaffold GROUP SLICE [THING]`: lays out a new capability that works at once: rows, list,
//! form, page, API, migration and a story that passes.

mod group;

use std::fs;
use std::path::Path;

use crate::Outcome;

/// The files of a slice.
const FILES: [(&str, &str); 5] = [
    ("mod", include_str!("../templates/mod.txt")),
    ("list", include_str!("../templates/list.txt")),
    ("page", include_str!("../templates/page.txt")),
    ("row", include_str!("../templates/row.txt")),
    ("save", include_str!("../templates/save.txt")),
];

/// Its table.
const MIGRATION: &str = include_str!("../templates/migration.txt");
/// Its story.
const STORY: &str = include_str!("../templates/story.txt");

/// Where the composition root keeps the migrations.
const MIGRATIONS: &str = "crates/app/src/migrations.rs";

/// Where it is told on which server the rows of each table lie.
const PLACEMENT: &str = "migrations/placement.toml";

/// Creates the files, announces the modules, lists the slice. Nothing is overwritten. The slice
/// goes to the crate `group`, which is made when it is the group's first.
pub(crate) fn run(root: &Path, group: &str, slice: &str, thing: Option<&str>) -> Outcome<()> {
    let thing = match thing {
        Some(thing) => thing,
        None => slice.strip_suffix('s').unwrap_or(slice),
    };
    for name in [group, slice, thing] {
        if !is_name(name) {
            return Err(format!(
                "`{name}` is no name of a capability: small letters and `_`, as in `joint_plans`"
            ));
        }
    }
    if thing == slice {
        let words = "name one of them too, as in `scaffold pay mdf mdf_request`";
        return Err(format!("`{slice}` has no plain plural: {words}"));
    }
    let domain = format!("crates/domain/src/{slice}");
    let folder = format!("crates/{group}/src/{slice}");
    for folder in [&domain, &folder] {
        if root.join(folder).exists() {
            return Err(format!("{folder} exists already"));
        }
    }
    group::prepare(root, group)?;
    let fill = |template: &str| filled(template, slice, thing);
    write(root, &format!("{domain}/mod.rs"), &format!("//! The rules of {}.\n", spoken(slice)))?;
    for (name, template) in FILES {
        write(root, &format!("{folder}/{name}.rs"), &fill(template))?;
    }
    let number = next_migration(root)?;
    let name = format!("{number:04}_{slice}");
    write(root, &format!("migrations/{name}.sql"), &fill(MIGRATION))?;
    change(root, MIGRATIONS, |text| with_migration(text, number, &name))?;
    change(root, PLACEMENT, |text| with_place(text, slice))?;
    let stories = format!("crates/app/tests/{group}");
    write(root, &format!("{stories}/{slice}.rs"), &fill(STORY))?;
    change(root, &format!("{stories}/main.rs"), |text| with_module(text, "mod ", slice))?;
    for file in ["crates/domain/src/lib.rs", &format!("crates/{group}/src/lib.rs")] {
        change(root, file, |text| with_module(text, "pub mod ", slice))?;
    }
    change(root, "crates/app/src/lib.rs", |text| with_parts(text, group, slice))?;
    change(root, "docs/slices.toml", |text| with_slice(text, slice))?;
    println!(
        "next: `cargo fmt --all`, `cargo xtask access`, its story (`cargo test -p app --test {group} \
         {slice}`), what its id names in crates/app/tests/app/access_matrix/objects.rs, then its \
         rules in docs/rules.toml and its own permissions in place of `settings:manage`"
    );
    Ok(())
}

/// A template with the names of this slice: `campaigns` of which one is a `campaign`.
fn filled(template: &str, slice: &str, thing: &str) -> String {
    let prefix: String = thing.chars().filter(|c| *c != '_').take(3).collect();
    let names = [
        ("{{slice}}", slice.to_owned()),
        ("{{path}}", slice.replace('_', "-")),
        ("{{spoken}}", spoken(slice)),
        ("{{Title}}", sentence(slice)),
        ("{{Things}}", camel(slice)),
        ("{{thing}}", thing.to_owned()),
        ("{{Thing}}", camel(thing)),
        ("{{prefix}}", prefix),
    ];
    names.iter().fold(template.to_owned(), |text, (mark, name)| text.replace(mark, name))
}

/// `joint_plans` as `JointPlans`.
fn camel(name: &str) -> String {
    name.split('_').map(sentence).collect()
}

fn next_migration(root: &Path) -> Outcome<u32> {
    let text =
        fs::read_to_string(root.join(MIGRATIONS)).map_err(|e| format!("{MIGRATIONS}: {e}"))?;
    let number = |line: &str| line.trim().split(' ').next()?.parse::<u32>().ok();
    Ok(text.lines().filter_map(number).max().unwrap_or(1) + 1)
}

/// The migration behind the last one.
fn with_migration(text: &str, number: u32, name: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_one = |line: &String| line.trim().starts_with(|c: char| c.is_ascii_digit());
    if let Some(last) = lines.iter().rposition(is_one) {
        lines.insert(last + 1, format!("    {number} \"{name}\","));
    }
    lines.join("\n") + "\n"
}

/// The slice's table as the last of the distributed ones.
fn with_place(text: &str, slice: &str) -> String {
    match text.split_once("\n]\n") {
        Some((tables, rest)) => format!("{tables}\n    # {slice}\n    \"{slice}\",\n]\n{rest}"),
        None => text.to_owned(),
    }
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
fn with_module(text: &str, word: &str, slice: &str) -> String {
    let name = |line: &str| {
        let rest = line.strip_prefix(word)?;
        rest.strip_suffix(';').map(str::to_owned)
    };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let later = lines.iter().position(|line| name(line).is_some_and(|name| name.as_str() > slice));
    let after_last = lines.iter().rposition(|line| name(line).is_some()).map(|at| at + 1);
    let at = later.or(after_last).unwrap_or(lines.len());
    lines.insert(at, format!("{word}{slice};"));
    lines.join("\n") + "\n"
}

/// The slice's parts behind those of the others.
fn with_parts(text: &str, group: &str, slice: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_parts = |line: &String| {
        let line = line.trim();
        line.starts_with(".and(") && line.contains("::parts(")
    };
    if let Some(last) = lines.iter().rposition(is_parts) {
        lines.insert(last + 1, format!("        .and({group}::{slice}::parts())"));
    }
    lines.join("\n") + "\n"
}

/// The slice, which calls the audit trail, at the end of the table `[calls]`.
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
    lines.insert(at.min(lines.len()), format!("{slice} = [\"audit\"]"));
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
        assert_eq!(with_module(text, "pub mod ", "mdf"), wanted);
        assert_eq!(with_module("//! Doc.\n", "pub mod ", "mdf"), "//! Doc.\npub mod mdf;\n");
    }

    #[test]
    fn a_slice_is_listed_in_its_table() {
        let text = "[calls]\naccounts = []\n\n[tables]\nx = []\n";
        let wanted = "[calls]\naccounts = []\nmdf = [\"audit\"]\n\n[tables]\nx = []\n";
        assert_eq!(with_slice(text, "mdf"), wanted);
        assert_eq!(with_slice("", "mdf"), "[calls]\nmdf = [\"audit\"]\n");
    }

    const APP: &str = "//! App.\npub mod home;\nfn parts() -> Parts {\n    home::parts()\n        \
                       .and(deals::parts())\n        .and(demo::parts(1))\n}\n";

    #[test]
    fn its_parts_join_the_others() {
        let text = with_parts(APP, "pay", "mdf");
        let wanted = "        .and(demo::parts(1))\n        .and(pay::mdf::parts())\n}\n";
        assert!(text.ends_with(wanted), "{text}");
        assert_eq!(with_parts("//! App.\n", "pay", "mdf"), "//! App.\n");
    }

    #[test]
    fn a_whole_slice_is_laid_out_once() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (path, text) in [
            ("crates/domain/src/lib.rs", "//! Rules.\n"),
            ("crates/app/src/lib.rs", APP),
            ("crates/app/src/migrations.rs", "ALL = [\n    19 \"0019_x\",\n];\n"),
            ("crates/app/Cargo.toml", "[dependencies]\ndb.workspace = true\n"),
            ("Cargo.toml", "[workspace.dependencies]\ndb = { path = \"crates/db\" }\n"),
            ("docs/slices.toml", "groups = [\"frame\", \"run\", \"app\"]\n[calls]\n"),
            ("migrations/placement.toml", "distributed = [\n    \"homes\",\n]\n[local]\n"),
        ] {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        }
        let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
        run(root, "plan", "joint_plans", None).unwrap();
        for name in ["mod", "list", "page", "row", "save"] {
            let text = read(&format!("crates/plan/src/joint_plans/{name}.rs"));
            let open = text.find("{{").filter(|at| !text[*at..].starts_with("{{\n"));
            assert_eq!(open, None, "{name}: {text}");
        }
        assert!(read("crates/plan/src/joint_plans/save.rs").contains("JointPlanInput"));
        assert!(read("migrations/0020_joint_plans.sql").contains("CREATE TABLE joint_plans"));
        let migrations = "ALL = [\n    19 \"0019_x\",\n    20 \"0020_joint_plans\",\n];\n";
        assert_eq!(read("crates/app/src/migrations.rs"), migrations);
        let placed = "    \"homes\",\n    # joint_plans\n    \"joint_plans\",\n]\n[local]\n";
        assert!(read("migrations/placement.toml").ends_with(placed));
        assert!(read("crates/app/src/lib.rs").contains(".and(plan::joint_plans::parts())"));
        for (path, said) in [
            ("crates/plan/src/lib.rs", "pub mod joint_plans;\n"),
            ("crates/app/tests/plan/main.rs", "of plan, told through HTTP.\n\nmod joint_plans;\n"),
            ("crates/app/tests/plan/joint_plans.rs", "/api/v1/joint-plans"),
            ("crates/plan/Cargo.toml", "frame.workspace = true"),
            ("crates/app/Cargo.toml", "plan.workspace = true"),
            ("Cargo.toml", "plan = { path = \"crates/plan\" }"),
            ("docs/slices.toml", "[\"frame\", \"plan\", \"run\", \"app\"]"),
        ] {
            assert!(read(path).contains(said), "{path}: {}", read(path));
        }
        std::fs::create_dir_all(root.join("crates/web")).unwrap();
        assert!(run(root, "web", "scores", None).unwrap_err().contains("takes no slices"));
        assert!(run(root, "plan", "joint_plans", None).is_err());
        assert!(run(root, "pay", "mdf", None).unwrap_err().contains("mdf_request"));
    }
}
