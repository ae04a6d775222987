//! Files of accounts in the encodings that systems elsewhere still write: read right when the
//! encoding is chosen, and a fault that names its line when the choice does not fit.

use db::{DbError, Dialect};
use encoding_rs::Encoding;
use http::Method;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::{Caller, World, steps::imports::importer};

use crate::inside::{in_world, unexpected, word};
use crate::{Report, Setting};

/// An encoding, and a name that needs it.
const NAMES: [(&str, &str); 14] = [
    ("windows-1250", "Żółw Kraków Příbram"),
    ("iso-8859-2", "Škoda Łódź"),
    ("windows-1251", "Завод Прогресс"),
    ("koi8-r", "Северная Сталь"),
    ("windows-1252", "Müller Straßenbau"),
    ("windows-1253", "Αθηναϊκή Τεχνική"),
    ("windows-1254", "İnşaat Şirketi"),
    ("windows-1257", "Rīgas Šķiltavas"),
    ("shift_jis", "東京商事"),
    ("euc-jp", "大阪工業"),
    ("euc-kr", "서울상사"),
    ("gbk", "北京机械公司"),
    ("big5", "臺北貿易"),
    ("utf-8", "Überall 東京 Завод"),
];

/// What came of a file.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    /// Accounts of these names.
    Names(Vec<String>),
    /// Refused, in these words.
    Refused(String),
}

/// Sends every file, with the right choice and with one that cannot fit.
pub(crate) fn run(_: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    let (mut right, mut refused, mut wrong) = (0_u64, 0_u64, Vec::new());
    for dialect in Dialect::ALL {
        in_world(dialect, async |world| {
            let who = importer(world).await;
            for (label, name) in NAMES {
                let (wanted, content) = file(label, name)?;
                let read = sent(world, &who, (label, &content)).await?;
                if read == Read::Names(wanted) {
                    right += 1;
                } else {
                    wrong.push(format!("{label} on {dialect}: {read:?}"));
                }
                if label == "utf-8" {
                    continue;
                }
                match sent(world, &who, ("utf-8", &content)).await? {
                    Read::Refused(words) if words.contains("line 2") => refused += 1,
                    read @ (Read::Refused(_) | Read::Names(_)) => {
                        wrong.push(format!("{label} as UTF-8 on {dialect}: {read:?}"));
                    }
                }
            }
            // A choice that fits the bytes and not the text: the comparison must see it.
            let (wanted, content) = file("windows-1251", "Завод Урал")?;
            let read = sent(world, &who, ("windows-1252", &content)).await?;
            let seen = read != Read::Names(wanted);
            report.control(format!("Cyrillic read as Western, on {dialect}"), seen, seen);
            Ok(())
        })?;
    }
    report.note("files read right by choice", right);
    report.note("files refused at their line with another choice", refused);
    for words in wrong.iter().take(5) {
        report.figure("read wrong", words, "none", false);
    }
    report.none("files read wrong", u64::try_from(wrong.len()).unwrap_or(1));
    Ok(report)
}

/// A file of two accounts in an encoding, and the names in it.
fn file(label: &str, name: &str) -> Outcome<(Vec<String>, Vec<u8>)> {
    let encoding = Encoding::for_label(label.as_bytes()).ok_or_else(|| label.to_owned())?;
    let names = [format!("{name} {label} A"), format!("{name} {label} B")];
    let text = format!("Name,Country\n\"{}\",DE\n\"{}\",DE\n", names[0], names[1]);
    let (bytes, _, is_broken) = encoding.encode(&text);
    if is_broken {
        return Err(format!("{label} cannot write {name}"));
    }
    Ok((names.to_vec(), bytes.into_owned()))
}

/// Imports a file with an encoding chosen.
async fn sent(world: &World, who: &Caller, (label, content): (&str, &[u8])) -> Outcome<Read> {
    let before = names(world)?;
    let path = format!("/api/v1/imports?kind=accounts&file_name=a.csv&encoding={label}");
    let key = format!("send-{}", world.count("SELECT COUNT(*) FROM imports").await);
    let key = format!("{key}-{}-{}", label, content.len());
    let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
    let answer = who.send(Method::POST, &path, &headers, content.to_vec().into()).await;
    match answer.status.as_u16() {
        201 => {}
        422 => return Ok(Read::Refused(answer.text())),
        other => return Err(unexpected(&path, other, &answer.text())),
    }
    let (made, tag) = (answer.json(), answer.header("etag").to_owned());
    let id = word(&made, "id").to_owned();
    let path = format!("/api/v1/imports/{id}");
    let mapping = json!({ "mapping": made.get("mapping"), "settings": made.get("settings") });
    let headers = [("idempotency-key", id.as_str()), ("if-match", tag.as_str())];
    let mapped = who.api_with("PUT", &format!("{path}/mapping"), &mapping, &headers).await;
    if !mapped.status.is_success() {
        return Err(unexpected(&path, mapped.status.as_u16(), &mapped.text()));
    }
    for step in ["check", "run"] {
        let answer = who.api("POST", &format!("{path}/{step}"), &Value::Null).await;
        if !answer.status.is_success() {
            return Ok(Read::Refused(answer.text()));
        }
        world.run_jobs().await;
    }
    let after = names(world)?;
    Ok(Read::Names(after.into_iter().filter(|name| !before.contains(name)).collect()))
}

fn names(world: &World) -> Outcome<Vec<String>> {
    let read = world.app.db.read_blocking(|tx| {
        tx.query("SELECT name FROM accounts ORDER BY account_id", &[], |row| row.text(0))
    });
    let mut names = read.map_err(|error: DbError| error.to_string())?;
    names.sort();
    Ok(names)
}
