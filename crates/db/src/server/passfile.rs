//! The file of passwords that libpq reads: one line `host:port:database:user:password` each.

use std::fs;
use std::path::Path;

use crate::error::DbError;

/// The password of the first line that fits `[host, port, database, user]`; `None` when no line
/// does.
///
/// It errs when the file cannot be read, or when others than its owner may read it.
pub(super) fn password(path: &Path, wanted: [&str; 4]) -> Result<Option<String>, DbError> {
    let failed = |words: String| DbError::other(format!("passfile {}: {words}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    if is_open_to_others(path) {
        return Err(failed(format!("it is readable by others; run chmod 600 {}", path.display())));
    }
    Ok(text.lines().find_map(|line| of_line(line, wanted)))
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

fn of_line(line: &str, wanted: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let fields = fields(line);
    let [host, port, database, user, password] = fields.as_slice() else {
        return None;
    };
    let fits = [host, port, database, user]
        .into_iter()
        .zip(wanted)
        .all(|(field, wanted)| field == "*" || field == wanted);
    fits.then(|| password.clone())
}

/// The parts between colons; a backslash takes the next letter as it is. The password is the rest
/// of the line after the fourth colon.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => field.extend(letters.next()),
            ':' if fields.len() < 4 => fields.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# production\n\
        db.example:5432:entente:entente:fi\\:rst\n\
        *:*:entente:*:sec:ond\n\
        a\\:b:1:x:y:colon\n\
        short:line\n";

    fn found(wanted: [&str; 4]) -> Option<String> {
        FILE.lines().find_map(|line| of_line(line, wanted))
    }

    #[test]
    fn the_first_line_that_fits_is_taken() {
        let first = found(["db.example", "5432", "entente", "entente"]);
        assert_eq!(first.as_deref(), Some("fi:rst"));
        let second = found(["db.example", "5433", "entente", "entente"]);
        assert_eq!(second.as_deref(), Some("sec:ond"));
        assert_eq!(found(["a:b", "1", "x", "y"]).as_deref(), Some("colon"));
        assert_eq!(found(["db.example", "5432", "other", "entente"]), None);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pass");
        fs::write(&path, FILE).unwrap();
        let wanted = ["db.example", "5432", "entente", "entente"];
        for (mode, read) in [(0o600, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(password(&path, wanted).is_ok(), read, "{mode:o}");
        }
        let missing = password(&folder.path().join("none"), wanted).unwrap_err().to_string();
        assert!(missing.contains("passfile"), "{missing}");
    }
}
