use std::io::Write;

use serde_json::{Value, json};
use testkit::{on_both, on_sqlite};

use super::{checked, findings, imported, importer};

/// A workbook of one sheet with these parts of a sheet's XML.
fn workbook(rows: &str) -> Vec<u8> {
    book("", &[("visible", rows)])
}

/// A workbook of one sheet; the cells of style 1 have this format of a number.
fn formatted(format: &str, rows: &str) -> Vec<u8> {
    book(format, &[("visible", rows)])
}

/// A workbook of these sheets: `visible` or `hidden`, and their rows.
fn book(format: &str, sheets: &[(&str, &str)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let kind = |word: &str| {
        format!("application/vnd.openxmlformats-officedocument.spreadsheetml.{word}+xml")
    };
    let numbered = || (1..).zip(sheets);
    let types: Vec<String> = numbered()
        .map(|(at, _)| {
            format!(
                r#"<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{}"/>"#,
                kind("worksheet")
            )
        })
        .collect();
    let types = types.concat();
    let listed: Vec<String> = numbered()
        .map(|(at, (state, _))| {
            format!(r#"<sheet name="Sheet {at}" sheetId="{at}" state="{state}" r:id="rId{at}"/>"#)
        })
        .collect();
    let listed = listed.concat();
    let related: Vec<String> = numbered().map(|(at, _)| format!(r#"<Relationship Id="rId{at}" Type="{RELATED}/worksheet" Target="worksheets/sheet{at}.xml"/>"#)).collect();
    let related = related.concat();
    let mut parts = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{}"/>{types}</Types>"#,
                kind("sheet.main")
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>{listed}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>"#),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                r#"<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="{format}"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>"#
            ),
        ),
    ];
    parts.extend(numbered().map(|(at, (_, rows))| {
        let sheet =
            format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#);
        (format!("xl/worksheets/sheet{at}.xml"), sheet)
    }));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn im_01_a_workbook_is_read_and_its_formulas_are_not_worked_out() {
    on_both(async |world| {
        let who = importer(&world).await;
        let book = workbook(&format!(
            r#"<row r="1">{}{}</row><row r="2">{}<c r="B2"><f>1/0</f><v>250</v></c></row>"#,
            cell("A1", "Company"),
            cell("B1", "Employees"),
            cell("A2", "Globex GmbH"),
        ));
        let import = imported(&world, &who, ("accounts", &book), json!({})).await;
        assert_eq!(import["report"]["reading"]["format"], "XLSX");
        assert_eq!(import["report"]["reading"]["formulas"], 1);
        let list = who.get("/api/v1/accounts?q=Globex").await.is(200).json();
        let path = format!("/api/v1/accounts/{}", list["data"][0]["id"].as_str().unwrap());
        assert_eq!(who.get(&path).await.is(200).json()["employees"], 250);
    });
}

#[test]
fn im_01_numbers_of_a_workbook_are_read_as_their_cells_show_them() {
    on_both(async |world| {
        let who = importer(&world).await;
        let head = [cell("A1", "name"), cell("B1", "country"), cell("C1", "zip")].concat();
        let rows = format!(
            r#"<row r="1">{head}</row><row r="2">{}{}<c r="C2" s="1"><v>2134</v></c></row><row r="3">{}{}<c r="C3" s="1"><v>1067</v></c></row>"#,
            cell("A2", "Boston Nullen Inc"),
            cell("B2", "US"),
            cell("A3", "Dresden Nullen GmbH"),
            cell("B3", "DE"),
        );
        let book = formatted("00000", &rows);
        imported(&world, &who, ("accounts", &book), Value::Null).await;
        let list = who.get("/api/v1/accounts?limit=200").await.is(200).json();
        let mut codes = Vec::new();
        for account in list["data"].as_array().unwrap() {
            let path = format!("/api/v1/accounts/{}", account["id"].as_str().unwrap());
            codes.push(who.get(&path).await.is(200).json()["postal_code"].clone());
        }
        codes.sort_by_key(Value::to_string);
        assert_eq!(codes, ["01067", "02134"]);
        let head = ["opportunity id", "company", "stage", "amount", "created date"];
        let head: String =
            head.iter().zip('A'..).map(|(text, at)| cell(&format!("{at}1"), text)).collect();
        let row = |at: u8, id: &str, value: &str| {
            format!(
                r#"<row r="{at}">{}{}{}<c r="D{at}" s="1"><f>1+1</f><v>{value}</v></c>{}</row>"#,
                cell(&format!("A{at}"), id),
                cell(&format!("B{at}"), "Globex Nord"),
                cell(&format!("C{at}"), "Won"),
                cell(&format!("E{at}"), "2025-02-01"),
            )
        };
        let rows = [row(2, "X1", "3162.2999999999997"), row(3, "X2", "33333.333333333336")];
        let book = formatted("#,##0.00", &format!(r#"<row r="1">{head}</row>{}"#, rows.concat()));
        let import = imported(&world, &who, ("direct_opportunities", &book), Value::Null).await;
        assert_eq!(import["report"]["reading"]["formulas"], 2);
        let list = who.get("/api/v1/direct-opportunities").await.is(200).json();
        let mut amounts: Vec<i64> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["amount"]["minor"].as_i64().unwrap())
            .collect();
        amounts.sort_unstable();
        assert_eq!(amounts, [316_230, 3_333_333]);
    });
}

#[test]
fn im_01_the_first_sheet_that_people_see_is_read() {
    on_both(async |world| {
        let who = importer(&world).await;
        let rows = |name: &str| {
            let head = [cell("A1", "name"), cell("B1", "country")].concat();
            let row = [cell("A2", name), cell("B2", "DE")].concat();
            format!(r#"<row r="1">{head}</row><row r="2">{row}</row>"#)
        };
        let (hidden, seen) = (rows("Listwert Eins"), rows("Sichtbare Firma GmbH"));
        let book = book("", &[("hidden", &hidden), ("visible", &seen)]);
        let import = imported(&world, &who, ("accounts", &book), Value::Null).await;
        assert_eq!(import["report"]["reading"]["sheet"], "Sheet 2");
        let list = who.get("/api/v1/accounts").await.is(200).does_not_say("Listwert");
        let _ = list.says("Sichtbare Firma GmbH");
    });
}

#[test]
fn im_01_an_error_cell_is_a_fault_where_it_fills_a_field_and_nowhere_else() {
    on_sqlite(async |world| {
        let who = importer(&world).await;
        let book = |error: &str, column: &str| {
            workbook(&format!(
                r#"<row r="1">{}{}{}</row><row r="2">{}<c r="{column}2" t="e"><v>{error}</v></c></row>"#,
                cell("A1", "Company"),
                cell("B1", "Employees"),
                cell("C1", "Looked up elsewhere"),
                cell("A2", "Globex GmbH"),
            ))
        };
        let read = book("#REF!", "B");
        let import = checked(&world, &who, ("accounts", &read), Value::Null).await;
        assert_eq!(import["state"], "faulty", "{import}");
        let told = findings(&who, &import).await;
        assert_eq!((&told[0]["line"], &told[0]["column"]), (&json!(2), &json!("Employees")));
        assert!(told[0]["reason"].as_str().unwrap().contains("error of the workbook"), "{told}");
        for (error, column) in [("#REF!", "C"), ("#N/A", "B")] {
            let import =
                checked(&world, &who, ("accounts", &book(error, column)), Value::Null).await;
            assert_eq!(import["state"], "checked", "{error} {column}: {import}");
        }
    });
}

#[test]
fn im_01_a_report_below_a_wrapped_cell_of_a_workbook_is_left_out() {
    on_sqlite(async |world| {
        let who = importer(&world).await;
        let book = workbook(&format!(
            r#"<row r="1">{}{}</row><row r="2">{}{}</row><row r="4">{}</row>"#,
            cell("A1", "Company"),
            cell("B1", "City"),
            cell("A2", "Globex\nGmbH"),
            cell("B2", "Ulm"),
            cell("A4", "Generated by Jane"),
        ));
        let import = checked(&world, &who, ("accounts", &book), Value::Null).await;
        assert_eq!(import["report"]["rows"], 1, "{import}");
        let told = findings(&who, &import).await.to_string();
        assert!(told.contains("Generated by Jane") && told.contains("below the rows"), "{told}");
    });
}

#[test]
fn im_01_an_archive_that_only_seems_small_is_refused_before_it_is_unpacked() {
    on_sqlite(async |world| {
        let who = importer(&world).await;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("xl/workbook.xml", options).unwrap();
        zip.write_all(&vec![b' '; 40 << 20]).unwrap();
        let bomb = zip.finish().unwrap().into_inner();
        assert!(bomb.len() < 100_000);
        let mut many = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for part in 0..2_001 {
            many.start_file(format!("part{part}"), options).unwrap();
        }
        let many = many.finish().unwrap().into_inner();
        for (content, words) in [
            (bomb, "times its size unpacked"),
            (many, "2001 parts"),
            (b"PK\x03\x04 cut short".to_vec(), "damaged"),
            (b"\xD0\xCF\x11\xE0 an old workbook".to_vec(), "save it as .xlsx"),
            (b"\x00\x01\x02\x03\x04".to_vec(), "neither text nor a workbook"),
            (Vec::new(), "empty"),
        ] {
            let headers = [("idempotency-key", words), ("content-type", "text/csv")];
            let headers = headers.map(|(name, value)| match name {
                "idempotency-key" => (name, value.split(' ').next().unwrap()),
                _ => (name, value),
            });
            let path = "/api/v1/imports?kind=accounts";
            let answer = who.send(http::Method::POST, path, &headers, content.into()).await;
            answer.is(422).says(words).says("file");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM imports").await, 0);
    });
}

#[test]
fn im_01_every_bad_row_is_named_and_nothing_is_written() {
    on_both(async |world| {
        let who = importer(&world).await;
        let file = "account,website,employees\n\
                    Globex,globex.example,12\n\
                    ,initech.example,5\n\
                    Umbrella,not a domain at all!,7\n\
                    Stark,stark.example,many\n";
        let import = checked(&world, &who, ("accounts", file.as_bytes()), json!({})).await;
        assert_eq!(import["state"], "faulty");
        assert!(import["report"]["faults"].as_u64().unwrap() > 2, "{import}");
        let found = findings(&who, &import).await;
        let lines: Vec<u64> =
            found.as_array().unwrap().iter().map(|f| f["line"].as_u64().unwrap()).collect();
        assert!(lines.contains(&3) && lines.contains(&4) && lines.contains(&5), "{found}");
        assert_eq!(found[0]["column"], "account");
        let many = found.as_array().unwrap().last().unwrap().clone();
        assert_eq!((&many["column"], &many["value"]), (&json!("employees"), &json!("many")));
        let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
        who.api("POST", &format!("{path}/run"), &Value::Null).await.refused_by("IM-01");
        let csv = who.get(&format!("{path}/faults?format=csv")).await.is(200);
        csv.says("fault,5,employees,many,");
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 0);
    });
}

#[test]
fn im_01_the_pages_lead_through_without_script_and_remember_the_columns() {
    on_both(async |world| {
        let ops = world.vendor_user("olga@acme.example", "operations").await;
        ops.get("/imports").await.is(200).says("No imports yet");
        ops.get("/imports/new?kind=accounts").await.is(200).says("CSV or XLSX");
        let file = ("file", "firms.csv", "Firm;Place\nGlobex GmbH;Germany\n".as_bytes());
        ops.upload("/imports", &[("kind", "rockets")], file).await.is(422).says("Choose what");
        let sent = ops.upload("/imports", &[("kind", "accounts")], file).await.is(303);
        let mapping = sent.location().to_owned();
        ops.get(&mapping).await.is(200).says("semicolon").says("Firm").says("not in the file");
        ops.post(&mapping, &[("do", "check"), ("currency", "EUR")])
            .await
            .is(422)
            .says("choose the column that fills it");
        let fields =
            [("do", "check"), ("currency", "EUR"), ("map_name", "Firm"), ("map_country", "Place")];
        let checking = ops.post(&mapping, &fields).await.is(303).location().to_owned();
        let busy = ops.get(&checking).await.is(200).says("Checking every row");
        assert_eq!(busy.header("refresh"), "2");
        world.run_jobs().await;
        let ready = ops.get(&checking).await.is(200).says("1 of 1 rows can be imported");
        assert_eq!(ready.header("refresh"), "");
        ops.post(&format!("{checking}/run"), &[]).await.is(303);
        world.run_jobs().await;
        ops.get(&checking).await.is(200).says("Done").says("View accounts");
        ops.get("/accounts").await.is(200).says("Globex GmbH");
        ops.get("/imports").await.is(200).says("firms.csv");
        assert_eq!(world.count("SELECT COUNT(*) FROM import_contents").await, 0);
        // The same columns again: the choice is remembered.
        let file = ("file", "more.csv", "Firm;Place\nInitech;France\n".as_bytes());
        let again = ops.upload("/imports", &[("kind", "accounts")], file).await.is(303);
        let page = ops.get(again.location()).await.is(200);
        assert!(page.text().contains("value=\"Firm\" selected"), "{}", page.text());
        let rep = world.vendor_user("rita@acme.example", "direct_rep").await;
        rep.get("/imports").await.is(403);
    });
}

#[test]
fn im_01_a_file_is_written_once_and_can_be_given_up() {
    on_both(async |world| {
        let who = importer(&world).await;
        let import = imported(&world, &who, ("accounts", b"name\nGlobex\n"), json!({})).await;
        let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
        who.api("POST", &format!("{path}/run"), &Value::Null).await.refused_by("IM-01");
        who.api("POST", &format!("{path}/cancellation"), &Value::Null).await.refused_by("IM-01");
        let other = checked(&world, &who, ("accounts", b"name\nInitech\n"), json!({})).await;
        let path = format!("/api/v1/imports/{}", other["id"].as_str().unwrap());
        who.api("POST", &format!("{path}/cancellation"), &Value::Null).await.is(200);
        who.api("POST", &format!("{path}/run"), &Value::Null).await.refused_by("IM-01");
        world.run_jobs().await;
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 1);
        let auditor = world.api_key("", "audit:read").await;
        let sound = auditor.get("/api/v1/audit-verification").await.is(200).json();
        assert_eq!(sound["sound"], true);
    });
}
