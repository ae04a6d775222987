//! The machine: the disk, the file system, who may read the files, what a crash has left.

use std::{
    fs::{self, Metadata},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use run::operate::disk::Space;

use super::finding::Finding;
use crate::{
    config::{Settings, folder_of, sqlite_path},
    node,
};

/// Where Linux lists what is mounted.
const MOUNTS: &str = "/proc/self/mounts";
/// Where Linux lists who holds a lock on which file.
const LOCKS: &str = "/proc/locks";

/// File systems over a network, whose locks and memory maps SQLite cannot rely on.
const NETWORK: [&str; 18] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "davfs",
    "fuse.ceph",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "glusterfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
];

/// A log that is larger than this is not being moved into the main file: 512 MiB.
const LARGE_LOG: u64 = 512 << 20;

/// What the machine shows without opening the database.
pub(super) fn findings(settings: &Settings) -> Vec<Finding> {
    let mut findings = configuration(settings);
    let Some(path) = sqlite_path(&settings.database_url) else {
        return findings;
    };
    let folder = existing(&folder_of(&path));
    let mounts = fs::read_to_string(MOUNTS).unwrap_or_default();
    let place = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
    findings.push(file_system(&mounts, &place));
    findings.push(match Space::of(&folder) {
        Ok(space) => disk(space),
        Err(error) => Finding::fault(
            "disk",
            format!("{}: {error}", folder.display()),
            "Set data_dir (ENTENTE_DATA_DIR) to a folder this user can read and write",
        ),
    });
    findings.extend(data_folder(&folder_of(&path)));
    if let Ok(file) = fs::metadata(&path) {
        findings.push(permissions(&path, file.permissions().mode()));
        let locks = fs::read_to_string(LOCKS).unwrap_or_default();
        findings.extend(log_beside(&path, &file, in_use(&locks, file.ino())));
    } else {
        findings.extend(log_without_database(&path));
    }
    findings
}

/// A folder for data that is there and cannot be written. A new installation has none yet.
fn data_folder(folder: &Path) -> Option<Finding> {
    let unwritable = folder.exists().then(|| node::writable(folder).err()).flatten()?;
    Some(Finding::fault("data folder", unwritable.words, unwritable.fix))
}

/// The nearest folder that is there: a new installation has none of its own yet.
fn existing(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|one| one.exists())
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

fn configuration(settings: &Settings) -> Vec<Finding> {
    let Some(file) = &settings.file else {
        return vec![Finding::good("settings", "from the environment and the defaults")];
    };
    let secret = settings.app.smtp.as_ref().is_some_and(|smtp| smtp.password.is_some())
        || settings.app.metrics_token.is_some()
        || settings.database_url.contains('@');
    let mode = fs::metadata(file).map_or(0, |data| data.permissions().mode());
    // The service's own group may read it: that is how it is installed.
    if secret && mode & 0o007 != 0 {
        return vec![Finding::warning(
            "settings",
            format!("{} contains secrets and is readable by others", file.display()),
            format!("chmod o= {}", file.display()),
        )];
    }
    vec![Finding::good("settings", format!("{} can be used", file.display()))]
}

/// Whether the data lies on a disk of this machine.
fn file_system(mounts: &str, folder: &Path) -> Finding {
    match mounted(mounts, folder) {
        Some((point, kind)) if NETWORK.contains(&kind.as_str()) => Finding::fault(
            "file system",
            format!(
                "{} is on {}, a network file system ({kind})",
                folder.display(),
                point.display()
            ),
            "SQLite loses data there. Set data_dir to a local disk, or database_url to a \
             PostgreSQL server: docs/operate/postgresql.md",
        ),
        Some((_, kind)) => {
            Finding::good("file system", format!("{} is on {kind}", folder.display()))
        }
        None => Finding::note("file system", "the mounted file systems could not be read", ""),
    }
}

/// The mount point that holds a folder, and its type: the longest that the path begins with, and
/// of equal ones the last, which covers the others.
fn mounted(mounts: &str, folder: &Path) -> Option<(PathBuf, String)> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let point = PathBuf::from(unescaped(words.nth(1)?));
            Some((point, words.next()?.to_owned()))
        })
        .filter(|(point, _)| folder.starts_with(point))
        .max_by_key(|(point, _)| point.components().count())
}

/// Blanks and other signs stand as three octal digits in the list.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let code = after.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        if let Some(code) = code {
            out.push(char::from(code));
            rest = after.get(3..).unwrap_or("");
        } else {
            out.push('\\');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn disk(space: Space) -> Finding {
    if let Some(words) = space.fault() {
        return Finding::fault(
            "disk",
            words,
            "Free some space or enlarge the disk; below 5 % the node reports that it is not ready",
        );
    }
    let percent = space.free_bp() / 100;
    Finding::good("disk", format!("{percent} % of {} MB are free", space.total / 1_000_000))
}

/// Whether the group or anybody may do anything with a file of this mode.
fn open_to_others(mode: u32) -> bool {
    mode & 0o070 != 0 || mode & 0o007 != 0
}

fn permissions(path: &Path, mode: u32) -> Finding {
    if !open_to_others(mode) {
        return Finding::good("permissions", "only its owner reads the database");
    }
    Finding::warning(
        "permissions",
        format!("{} can be read by others (mode {:o})", path.display(), mode & 0o777),
        format!("chmod 600 {0} {0}-wal {0}-shm", path.display()),
    )
}

/// Whether some process holds a lock on the file with this number. In write-ahead mode every open
/// connection does.
fn in_use(locks: &str, inode: u64) -> bool {
    let number = inode.to_string();
    locks.lines().any(|line| {
        line.split_whitespace().any(|word| {
            word.rsplit_once(':')
                .is_some_and(|(device, last)| device.contains(':') && last == number)
        })
    })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

fn log_beside(path: &Path, database: &Metadata, in_use: bool) -> Option<Finding> {
    let log = fs::metadata(beside(path)).ok()?;
    let (newer, bytes) = (database.mtime() > log.mtime() + 60, log.len());
    log_finding(&beside(path), Log { bytes, older_than_database: newer, in_use })
}

/// A log of changes beside the database.
#[derive(Debug, Clone, Copy)]
struct Log {
    bytes: u64,
    older_than_database: bool,
    in_use: bool,
}

fn log_finding(path: &Path, log: Log) -> Option<Finding> {
    if log.bytes > 0 && !log.in_use && log.older_than_database {
        return Some(Finding::warning(
            "log",
            format!("{} is older than its database and not in use", path.display()),
            "If the database file was copied there, move the -wal and -shm files away before you \
             start anything: they belong to another database",
        ));
    }
    (log.bytes > LARGE_LOG).then(|| {
        Finding::warning(
            "log",
            format!("{} has grown to {} MB", path.display(), log.bytes / 1_000_000),
            "A reader, for example a backup program or a shell with an open transaction, holds an \
             old snapshot: end it",
        )
    })
}

fn log_without_database(path: &Path) -> Option<Finding> {
    let log = beside(path);
    log.exists().then(|| {
        Finding::fault(
            "log",
            format!("{} exists but its database does not", log.display()),
            "Find its database, or move the log away before you start anything",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Level, *};

    const TABLE: &str = "/dev/sda1 / ext4 rw 0 0\n\
        server:/vol /srv/shared nfs4 rw 0 0\n\
        /dev/sdb1 /srv/shared/local xfs rw 0 0\n\
        //nas/x /mnt/my\\040nas cifs rw 0 0\n";

    #[test]
    fn op_02_a_database_on_a_network_file_system_is_a_fault_with_the_way_out() {
        for (folder, level) in [
            ("/var/lib/entente", Level::Good),
            ("/srv/shared/entente", Level::Fault),
            ("/srv/shared/local/entente", Level::Good),
            ("/srv/sharedish", Level::Good),
            ("/mnt/my nas/entente", Level::Fault),
        ] {
            let finding = file_system(TABLE, Path::new(folder));
            assert_eq!(finding.level, level, "{folder}: {finding}");
            assert!(level == Level::Good || finding.fix.contains("data_dir"), "{finding}");
        }
        assert_eq!(file_system("", Path::new("/x")).level, Level::Note);
    }

    #[test]
    fn a_full_disk_is_a_fault() {
        let at = |free| disk(Space { total: 1_000_000_000, free }).level;
        assert_eq!(at(50_000_000), Level::Good);
        assert_eq!(at(49_000_000), Level::Fault);
    }

    #[test]
    fn a_database_that_others_read_is_a_warning() {
        let path = Path::new("/x/entente.db");
        assert_eq!(permissions(path, 0o100_600).level, Level::Good);
        for mode in [0o100_640, 0o100_604] {
            let finding = permissions(path, mode);
            assert_eq!(finding.level, Level::Warning);
            assert!(finding.fix.starts_with("chmod 600 /x/entente.db"), "{finding}");
        }
    }

    #[test]
    fn a_lock_tells_whether_a_file_is_in_use() {
        let locks = "1: POSIX  ADVISORY  READ 4711 fe:00:1234 1073741826 1073742335\n\
                     2: FLOCK  ADVISORY  WRITE 99 00:19:777 0 EOF\n";
        assert!(in_use(locks, 1234) && in_use(locks, 777));
        assert!(!in_use(locks, 123) && !in_use(locks, 4711) && !in_use(locks, 99));
    }

    #[test]
    fn a_log_left_by_another_database_is_told() {
        let log = Log { bytes: 4_096, older_than_database: true, in_use: false };
        let path = Path::new("/x/entente.db-wal");
        assert!(log_finding(path, log).unwrap().fix.contains("-shm"));
        assert_eq!(log_finding(path, Log { in_use: true, ..log }), None);
        assert_eq!(log_finding(path, Log { older_than_database: false, ..log }), None);
        assert_eq!(log_finding(path, Log { bytes: 0, ..log }), None);
        let grown = Log { bytes: LARGE_LOG + 1, in_use: true, ..log };
        assert!(log_finding(path, grown).unwrap().words.contains("has grown"));
    }
}
