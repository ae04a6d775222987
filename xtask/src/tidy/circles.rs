//! Files that import each other in a circle can only be read together. A circle stays within one
//! folder and within a few files.
//!
//! An import is counted where it is used: one through `pub use` leads to the file that defines the
//! name. A module that puts together what lies below it (`mod.rs`, `lib.rs`) does not count as
//! importing it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

use super::{Checkout, Finding};
use crate::Outcome;
use crate::lex::Token;
use crate::source::{CodePath, Source};
use crate::tree::Tree;

const CHECK: &str = "import-circle";

/// How many files may import each other in one circle.
const MOST: usize = 6;

/// The files that a file imports.
type Arrows<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Circles that are too large, or that cross folders.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let arrows = arrows(checkout);
    circles(&arrows).iter().filter_map(|files| complaint(files)).collect()
}

/// `cargo xtask circles`: every circle, the largest first, with the imports that tie it.
pub(crate) fn print(root: &Path) -> Outcome<()> {
    let checkout = Checkout::new(Tree::read(root)?);
    let arrows = arrows(&checkout);
    let circles = circles(&arrows);
    for files in &circles {
        println!("{} files", files.len());
        for file in files {
            let to = arrows.get(file).into_iter().flatten().filter(|to| files.contains(to));
            println!("  {file} -> {}", to.copied().collect::<Vec<_>>().join(" "));
        }
    }
    let largest = circles.first().map_or(0, Vec::len);
    println!("{} circles, the largest of {largest} files", circles.len());
    match check(&checkout).as_slice() {
        [] => Ok(()),
        found => Err(found.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn complaint(files: &[&str]) -> Option<Finding> {
    let folders: BTreeSet<&str> = files.iter().map(|file| folder(file)).collect();
    let first = files.first()?;
    let message = if files.len() > MOST {
        format!("{} files import each other in a circle, {MOST} may", files.len())
    } else if folders.len() > 1 {
        format!("{} files of {} folders import each other in a circle", files.len(), folders.len())
    } else {
        return None;
    };
    Some(Finding::new(CHECK, first, 0, format!("{message}: {}", files.join(", "))))
}

/// The folder of a file; a module that has a folder of its own stands for it in the one above.
fn folder(file: &str) -> &str {
    let module = file.strip_suffix("/mod.rs").unwrap_or(file);
    module.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Modules of one crate: their files, and what they hand on from others.
struct Modules<'a> {
    files: BTreeMap<Vec<&'a str>, &'a str>,
    handed: BTreeMap<&'a str, BTreeMap<String, Vec<String>>>,
}

fn arrows(checkout: &Checkout) -> Arrows<'_> {
    let mut crates: BTreeMap<&str, Vec<(&str, &str, &Source)>> = BTreeMap::new();
    for (place, source) in checkout.crate_sources() {
        crates.entry(place.krate).or_default().push((place.inner, place.path, source));
    }
    let mut all = Arrows::new();
    for files in crates.values() {
        of_crate(files, &mut all);
    }
    all
}

fn of_crate<'a>(files: &[(&'a str, &'a str, &'a Source)], arrows: &mut Arrows<'a>) {
    let mut modules = Modules { files: BTreeMap::new(), handed: BTreeMap::new() };
    for (inner, path, _) in files {
        modules.files.insert(module(inner), path);
    }
    let mut all = Vec::new();
    for (inner, path, source) in files {
        let own = module(inner);
        let lines = handing_on(source);
        let (handed, used): (Vec<CodePath>, Vec<CodePath>) = source
            .paths()
            .into_iter()
            .partition(|one| lines.iter().any(|each| each.contains(&one.line)));
        let handed = handed.into_iter().filter_map(|one| {
            Some((one.names.last()?.clone(), absolute(&modules, &own, &one.names)?))
        });
        modules.handed.insert(path, handed.collect());
        let used = used.into_iter().filter(|one| !one.in_test);
        all.push((inner, path, used.map(|one| without_self(one.names)).collect::<Vec<_>>()));
    }
    for (inner, path, used) in all {
        let own = module(inner);
        let whole = used.iter().filter_map(|names| absolute(&modules, &own, names));
        let named: BTreeMap<String, Vec<String>> = whole
            .filter(|path| modules.is_module(path))
            .filter_map(|path| Some((path.last()?.clone(), path)))
            .collect();
        let to = used.iter().filter_map(|names| {
            let (first, rest) = names.split_first()?;
            let path = match named.get(first).filter(|_| !rest.is_empty()) {
                Some(module) => [module.as_slice(), rest].concat(),
                None => absolute(&modules, &own, names)?,
            };
            modules.file_of(&path, 8).filter(|_| !modules.is_module(&path))
        });
        let within = inner.strip_suffix(".rs").unwrap_or(inner).trim_end_matches("/mod");
        let below = |file: &&str| {
            let other = file.rsplit_once("/src/").map_or("", |(_, inner)| inner);
            matches!(*inner, "lib.rs" | "main.rs")
                || other.strip_prefix(within).is_some_and(|rest| rest.starts_with('/'))
        };
        arrows.insert(path, to.filter(|file| file != path && !below(file)).collect());
    }
}

impl<'a> Modules<'a> {
    /// True for a module as a whole: naming it imports nothing of it yet.
    fn is_module(&self, path: &[String]) -> bool {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        self.files.contains_key(&names)
    }

    /// The file that a path leads to, through what modules hand on.
    fn file_of(&self, path: &[String], patience: usize) -> Option<&'a str> {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let depth = (0..=names.len()).rev().find(|depth| {
            names.get(..*depth).is_some_and(|module| self.files.contains_key(module))
        })?;
        let file = self.files.get(names.get(..depth)?)?;
        let next = names.get(depth).and_then(|name| self.handed.get(file)?.get(*name));
        match next.filter(|next| patience > 0 && next.as_slice() != path) {
            Some(next) => {
                let rest = path.get(depth + 1..).unwrap_or_default();
                self.file_of(&[next.as_slice(), rest].concat(), patience - 1)
            }
            None => Some(file),
        }
    }
}

/// `services::{self, Service}` names the module `services`.
fn without_self(mut names: Vec<String>) -> Vec<String> {
    if names.len() > 1 && names.last().is_some_and(|last| last == "self") {
        names.pop();
    }
    names
}

/// The module of a file, from the root of its crate.
fn module(inner: &str) -> Vec<&str> {
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let mut names: Vec<&str> = inner.split('/').collect();
    if matches!(names.last(), Some(&"mod" | &"lib" | &"main")) {
        names.pop();
    }
    names
}

/// A path from the root of the crate; `None` when it leads out of it.
fn absolute(modules: &Modules<'_>, own: &[&str], names: &[String]) -> Option<Vec<String>> {
    let first = names.first()?.as_str();
    let ups = names.iter().take_while(|name| *name == "super").count();
    let (base, rest) = match first {
        "crate" => (own.get(..0)?, names.get(1..)?),
        "self" => (own, names.get(1..)?),
        "super" => (own.get(..own.len().checked_sub(ups)?)?, names.get(ups..)?),
        _ => {
            let child = [own, &[first]].concat();
            modules.files.contains_key(&child).then_some((own, names))?
        }
    };
    // `pub(super)` and `pub(crate)` name no item.
    if rest.is_empty() {
        return None;
    }
    Some(base.iter().map(|name| (*name).to_owned()).chain(rest.iter().cloned()).collect())
}

/// The lines of every `pub use`, which hands a name on and uses nothing.
fn handing_on(source: &Source) -> Vec<RangeInclusive<usize>> {
    let mut lines = Vec::new();
    let mut before: Option<&Token> = None;
    let mut tokens = source.tokens.iter();
    while let Some(token) = tokens.next() {
        let is_public = before.is_some_and(|one| one.is_ident("pub") || one.is_punct(')'));
        if is_public && token.is_ident("use") {
            let last = tokens.find(|one| one.is_punct(';')).map_or(0, |end| end.line);
            lines.push(token.line..=last);
        }
        before = Some(token);
    }
    lines
}

/// Every circle of two files and more, the largest first.
fn circles<'a>(arrows: &Arrows<'a>) -> Vec<Vec<&'a str>> {
    let reached: Arrows<'_> = arrows.keys().map(|file| (*file, reach(arrows, file))).collect();
    let mut circles = BTreeSet::new();
    for (file, to) in &reached {
        let back = |other: &&&str| reached.get(**other).is_some_and(|set| set.contains(file));
        let circle: Vec<&str> = to.iter().filter(back).copied().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    let mut circles: Vec<Vec<&str>> = circles.into_iter().collect();
    circles.sort_by_key(|files| std::cmp::Reverse(files.len()));
    circles
}

fn reach<'a>(arrows: &Arrows<'a>, from: &str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = arrows.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = open.pop() {
        if seen.insert(file) {
            open.extend(arrows.get(file).into_iter().flatten());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Checkout::of(files)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_circle_over_two_folders_is_found_however_the_names_come() {
        let list = ("crates/sell/src/deals/pages/list.rs", "use super::super::store::find;");
        let module =
            ("crates/sell/src/deals/pages/mod.rs", "mod list;\npub(super) use list::draw;");
        let parent = ("crates/sell/src/deals/mod.rs", "mod pages;\nmod store;\nmod other;");
        for code in [
            "use super::pages::list::draw;",
            "use super::pages::draw;",
            "use crate::deals::{other, pages::draw as shown};",
            "fn f() { super::pages::draw(); }",
            "use super::{other, pages};\nfn f() { pages::draw(); }",
            "use super::pages::{self, other};\nfn f() { pages::draw(); }",
        ] {
            let store = ("crates/sell/src/deals/store.rs", code);
            assert_eq!(found(&[parent, module, list, store]).len(), 1, "{code}");
        }
        let store = ("crates/sell/src/deals/store.rs", "use super::pages;");
        assert_eq!(found(&[parent, module, list, store]), [""; 0]);
        let tests = "#[cfg(test)]\nmod tests { use super::super::pages::draw; }";
        let store = ("crates/sell/src/deals/store.rs", tests);
        assert_eq!(found(&[parent, module, list, store]), [""; 0]);
    }

    #[test]
    fn a_module_may_put_together_what_lies_below_it() {
        let parent = ("crates/sell/src/deals/mod.rs", "mod store;\npub fn f() { store::g(); }");
        let store = ("crates/sell/src/deals/store.rs", "use super::f;");
        assert_eq!(found(&[parent, store]), [""; 0]);
    }

    #[test]
    fn a_large_circle_is_found_and_a_small_one_in_one_folder_is_not() {
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let ring = |count: usize| {
            let text = |at: usize| format!("use super::{}::x;", names[(at + 1) % count]);
            let path = |at: usize| format!("crates/sell/src/deals/{}.rs", names[at]);
            let files: Vec<(String, String)> = (0..count).map(|at| (path(at), text(at))).collect();
            let given: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            found(&given)
        };
        assert_eq!(ring(6), [""; 0]);
        assert!(ring(7)[0].starts_with("7 files import each other in a circle, 6 may"));
    }
}
