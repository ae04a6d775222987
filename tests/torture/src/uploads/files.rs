//! The files, and what must be said of each.

use rig::Outcome;

use super::archive::{
    cell, marked_encrypted, packed, plain, said_to_be_small, shared, with_link, workbook,
};

/// A hostile file.
#[derive(Debug)]
pub(super) struct Hostile {
    /// What it is.
    pub(super) what: &'static str,
    /// The file.
    pub(super) content: Vec<u8>,
    /// What the answer must say.
    pub(super) says: &'static str,
}

/// A file that is odd and must be read.
#[derive(Debug)]
pub(super) struct Odd {
    pub(super) what: &'static str,
    pub(super) content: Vec<u8>,
    /// What the first rows must show.
    pub(super) shows: &'static str,
}

fn hostile(what: &'static str, content: impl Into<Vec<u8>>, says: &'static str) -> Hostile {
    Hostile { what, content: content.into(), says }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Texts that no import takes.
pub(super) fn texts() -> Vec<Hostile> {
    let wide: Vec<String> = (0..301).map(|number| format!("c{number}")).collect();
    let wide = wide.join(",");
    let long = format!("name,city\nGlobex,{}\n", "x".repeat(33_000));
    let many = format!("name\n{}", "Globex\n".repeat(250_001));
    let hollow =
        format!("{}\n{}", ",".repeat(299), format!("x{}\n", ",".repeat(299)).repeat(34_000));
    let cut = utf16("\u{feff}name\nGlobex\n");
    vec![
        hostile("nothing", "", "empty"),
        hostile("only line ends", "\n\n\n", "no text"),
        hostile("a head alone", "name,city\n", "but no rows"),
        hostile("a program", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00".as_slice(), "neither"),
        hostile("a zero byte in a cell", b"name,city\nGlo\0bex,Berlin\n".as_slice(), "neither"),
        hostile("a program with text before", b"name\nA\n\x7fELF\x02\x01\x00\x00", "neither"),
        hostile("an old workbook", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "password"),
        hostile("bytes that are no UTF-8", b"\xEF\xBB\xBFname\nGl\xC3\x28\n", "line 2"),
        hostile("half a letter of UTF-16", cut.get(..cut.len() - 1).unwrap_or(&[]), "line 2"),
        hostile("a mark never closed", "name,city\nA,B\n\"C,D\nE,F\n", "Line 3"),
        hostile("a cell too long", long, "Line 2"),
        hostile("a row too wide", "name,city\nA,B\nC,D,E\n", "Line 3"),
        hostile("too many columns", format!("{wide}\n{wide}\n"), "301 columns"),
        hostile("too many rows", many, "more than 250000 rows"),
        hostile("too many empty cells", hollow, "exceeds 10000000 cells"),
    ]
}

/// Archives that no import takes.
pub(super) fn archives() -> Outcome<Vec<Hostile>> {
    let bomb = packed(&[("xl/workbook.xml".to_owned(), vec![b' '; 40 << 20])])?;
    let mut grown = plain();
    grown.push(("xl/media/a.bin".to_owned(), vec![0; 40 << 20]));
    let many: Vec<(String, Vec<u8>)> =
        (0..2_001).map(|number| (format!("xl/part{number}.xml"), Vec::new())).collect();
    let out = |name: &str| {
        let mut parts = plain();
        parts.push((name.to_owned(), b"x".to_vec()));
        packed(&parts)
    };
    let ordinary = packed(&plain())?;
    let half = ordinary.get(..ordinary.len() / 2).unwrap_or(&[]).to_vec();
    let inner = packed(&[("inner.xlsx".to_owned(), ordinary.clone())])?;
    Ok(vec![
        hostile("an archive that grows a thousandfold", bomb, "times its size unpacked"),
        hostile("a workbook with a part that does", packed(&grown)?, "times its size unpacked"),
        hostile(
            "a bomb that says it is small",
            said_to_be_small(packed(&grown_rows())?),
            "damaged",
        ),
        hostile("more than 2,000 parts", packed(&many)?, "2001 parts"),
        hostile("a name that leads up", out("../../etc/cron.d/x")?, "lead out"),
        hostile("a name from the root", out("/etc/cron.d/x")?, "lead out"),
        hostile("a name that leads up on Windows", out("xl\\..\\..\\x")?, "lead out"),
        hostile("a link", with_link()?, "lead out"),
        hostile("an encrypted one", marked_encrypted(ordinary.clone()), "encrypted"),
        hostile("one cut in half", half, "damaged"),
        hostile("one in another", inner, "not an XLSX workbook"),
        hostile("cells at both ends of a sheet", packed(&far_apart())?, "16384 columns"),
        hostile("cells at both ends, in rows", packed(&deep())?, "no rows"),
        hostile("one long text, shown many times", packed(&shown_often())?, "MB of text"),
    ])
}

/// Rows that unpack to much.
fn grown_rows() -> Vec<(String, Vec<u8>)> {
    let row = |row| format!("<row r=\"{row}\">{}</row>", cell(&format!("A{row}"), "Globex"));
    let rows: Vec<String> = (1..60_000).map(row).collect();
    workbook(&rows.concat(), "")
}

fn far_apart() -> Vec<(String, Vec<u8>)> {
    let rows = format!(
        "<row r=\"1\">{}</row><row r=\"1048576\">{}</row>",
        cell("A1", "name"),
        cell("XFD1048576", "Globex")
    );
    workbook(&rows, "")
}

/// A head in the last row and nothing below it.
fn deep() -> Vec<(String, Vec<u8>)> {
    workbook(&format!("<row r=\"1048576\">{}</row>", cell("A1048576", "name")), "")
}

fn shown_often() -> Vec<(String, Vec<u8>)> {
    let text = "x".repeat(30_000);
    let row = |row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>");
    let rows: Vec<String> = (1..20_000).map(row).collect();
    workbook(&rows.concat(), &shared("", &[&text]))
}

/// Files that look wrong and are right: they must be read, and read right.
pub(super) fn odd() -> Outcome<Vec<Odd>> {
    let laughs = "<!DOCTYPE sst [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">\
                  <!ENTITY c \"&b;&b;&b;&b;\">]>";
    let outside = "<!DOCTYPE sst [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let book = |declaration: &str, text: &str| {
        let rows = format!(
            "<row r=\"1\">{}</row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c>\
             <c r=\"B2\"><f>WEBSERVICE(\"http://127.0.0.1/\")</f><v>7</v></c></row>",
            cell("A1", "name") + &cell("B1", "employees")
        );
        packed(&workbook(&rows, &shared(declaration, &[text])))
    };
    Ok(vec![
        Odd { what: "UTF-16 without a mark", content: utf16("name\nMüller\n"), shows: "Müller" },
        Odd { what: "Windows-1252", content: b"name\nM\xfcller\n".to_vec(), shows: "Müller" },
        Odd {
            what: "a mark inside of a cell",
            content: b"name\nThe \"Globex\" one\n".to_vec(),
            shows: "Globex",
        },
        Odd { what: "formulas", content: book("", "Globex")?, shows: "Globex" },
        Odd { what: "entities of entities", content: book(laughs, "Glo&c;bex")?, shows: "" },
        Odd { what: "an entity from outside", content: book(outside, "Glo&x;bex")?, shows: "" },
    ])
}

/// Files that no evidence is, with their names.
pub(super) fn no_evidence() -> Outcome<Vec<(&'static str, Vec<u8>)>> {
    let plain = packed(&plain())?;
    let mut grown = super::archive::plain();
    grown.push(("xl/media/a.bin".to_owned(), vec![0; 40 << 20]));
    let mut macros = super::archive::plain();
    macros.push(("xl/vbaProject.bin".to_owned(), b"x".to_vec()));
    let mut up = super::archive::plain();
    up.push(("../../x".to_owned(), b"x".to_vec()));
    let many: Vec<(String, Vec<u8>)> =
        (0..2_001).map(|number| (format!("xl/part{number}.xml"), Vec::new())).collect();
    Ok(vec![
        ("offer.pdf", b"MZ\x90\x00\x03".to_vec()),
        ("offer.exe", b"MZ\x90\x00\x03".to_vec()),
        ("offer.html", b"<script>alert(1)</script>".to_vec()),
        ("offer.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".to_vec()),
        ("offer.txt", b"text\0text".to_vec()),
        ("offer.txt", b"\xff\xfe\x00".to_vec()),
        ("offer.png", b"GIF89a".to_vec()),
        ("offer.pdf.exe", b"%PDF-1.7".to_vec()),
        ("offer", b"%PDF-1.7".to_vec()),
        ("offer.pdf", Vec::new()),
        ("offer.pdf", [b"%PDF-1.7 ".as_slice(), &vec![b'x'; 10 << 20]].concat()),
        ("offer.xlsx", packed(&grown)?),
        ("offer.xlsx", packed(&many)?),
        ("offer.xlsx", packed(&macros)?),
        ("offer.xlsx", packed(&up)?),
        ("offer.xlsx", with_link()?),
        ("offer.xlsx", marked_encrypted(plain.clone())),
        ("offer.xlsx", plain.get(..plain.len() / 2).unwrap_or(&[]).to_vec()),
        ("offer.docx", plain),
    ])
}
