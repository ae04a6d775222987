//! The machine on which something was measured, in the words that a report needs.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

/// Facts about this machine, one per line, for the file system that holds `folder`.
pub(crate) fn describe(folder: &Path) -> Vec<(&'static str, String)> {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    vec![
        ("processor", model(&cpu)),
        ("cores", cores.to_string()),
        ("memory", total_gib(&memory)),
        ("kernel", kernel.trim().to_owned()),
        ("file system", file_system(&mounts, &real)),
        ("compiler", compiler()),
    ]
}

fn model(cpuinfo: &str) -> String {
    let names = ["model name", "Hardware", "CPU part"];
    let value = names.iter().find_map(|name| {
        let line = cpuinfo.lines().find(|line| line.starts_with(name))?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    });
    value.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn total_gib(meminfo: &str) -> String {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.map_or("unknown".to_owned(), |kib| format!("{} GiB", kib.div_ceil(1024 * 1024)))
}

/// The type of the mount with the longest path above `folder`.
fn file_system(mounts: &str, folder: &Path) -> String {
    let entries = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        folder.starts_with(place).then_some((place.len(), kind))
    });
    let best = entries.max_by_key(|(length, _)| *length);
    best.map_or("unknown".to_owned(), |(_, kind)| kind.to_owned())
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or("unknown".to_owned(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{file_system, model, total_gib};

    #[test]
    fn the_innermost_mount_counts() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n";
        assert_eq!(file_system(mounts, Path::new("/tmp/x")), "tmpfs");
        assert_eq!(file_system(mounts, Path::new("/home/x")), "ext4");
    }

    #[test]
    fn facts_are_read() {
        assert_eq!(model("processor : 0\nmodel name\t: Some CPU\n"), "Some CPU");
        assert_eq!(total_gib("MemTotal:       16000000 kB\n"), "16 GiB");
        assert_eq!(total_gib(""), "unknown");
    }
}
