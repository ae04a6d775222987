use super::*;

/// A folder for one test, gone when the test is done.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("entente-match-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(options: &Options) -> (Result<Summary, RunError>, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let result = execute(options, &mut out, &mut err);
    (result, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

const RIGHT: &[u8] =
    b"id,name,country\nr1,Globex GmbH,DE\nr2,\"Zambeef Products, PLC\",ZM\nr3,Initech Ltd,GB\n";

#[test]
fn ac_01_two_lists_are_linked_with_reasons() {
    let folder = Folder::new("two");
    let left = folder.file(
        "left.csv",
        "company;Country\nGLOBX G.m.b.H.;Germany\nZambeef Prod.;XX\nUnheard Of Inc;US\n".as_bytes(),
    );
    let right = folder.file("right.csv", RIGHT);
    let options = Options { reasons: true, ..Options::new(left, Some(right)) };
    let (result, out, _) = run(&options);
    let summary = result.unwrap();
    assert_eq!((summary.links, summary.exit_code()), (2, 0), "{out}");
    assert!(out.starts_with(
        "left_line,left_id,left_name,right_line,right_id,right_name,probability,decision,reasons\n"
    ));
    assert!(out.contains("2,2,GLOBX G.m.b.H.,2,r1,Globex GmbH,"), "{out}");
    assert!(out.contains("same country"), "{out}");
}

#[test]
fn ac_03_what_contradicts_itself_is_possible_and_never_sure() {
    let folder = Folder::new("signs");
    let left = folder.file(
        "left.csv",
        b"name,domain,country\nZambeef Products,zambeef.com,ZM\nZambeef Products IV,zambeef.com,ZM\n\
          Zambeef Products,zambeef-four.com,ZM\n",
    );
    let names: Vec<String> =
        (0..300).map(|at| format!("Other {at} Works,other{at}.com,ZM\n")).collect();
    let text =
        format!("name,domain,country\nZambeef Products PLC,zambeef.com,ZM\n{}", names.concat());
    let right = folder.file("right.csv", text.as_bytes());
    for reasons in [false, true] {
        let options = Options { reasons, ..Options::new(left.clone(), Some(right.clone())) };
        let (result, out, _) = run(&options);
        assert_eq!(result.unwrap().sure, 1, "{out}");
        let decided: Vec<&str> =
            out.lines().skip(1).map(|line| line.split(',').nth(7).unwrap()).collect();
        assert_eq!(decided, ["sure", "possible", "possible"], "{out}");
    }
}

#[test]
fn ac_01_json_lines_and_gzip_are_read() {
    let folder = Folder::new("json");
    let lines = "{\"name\":\"Globex\",\"id\":7,\"other_names\":[\"Globex Group\"]}\n\n{\"name\":\"Nobody Knows\"}\n";
    let left = folder.file("left.ndjson", lines.as_bytes());
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(RIGHT).unwrap();
    let right = folder.file("right.csv.gz", &zipped.finish().unwrap());
    let options =
        Options { format: OutputFormat::Ndjson, reasons: true, ..Options::new(left, Some(right)) };
    let (result, out, _) = run(&options);
    assert_eq!(result.unwrap().links, 1);
    let line: serde_json::Value = serde_json::from_str(out.trim()).unwrap();
    assert_eq!(line["left_id"], "7");
    assert_eq!(line["right_id"], "r1");
    assert!(line["reasons"][0]["kind"].is_string());
}

#[test]
fn ac_01_duplicates_of_one_list_come_once() {
    let folder = Folder::new("dedupe");
    let only = folder.file("only.csv", b"name\nGlobex GmbH\nInitech Ltd\nGLOBEX G.m.b.H.\n,\n");
    let (wrong, _, _) = run(&Options::new(only.clone(), None));
    assert!(wrong.unwrap_err().to_string().contains("line 5: 2 fields where the header has 1"));
    let only = folder.file("only.csv", b"name\nGlobex GmbH\nInitech Ltd\nGLOBEX G.m.b.H.\n...\n");
    let (result, out, err) = run(&Options::new(only.clone(), Some(only)));
    let summary = result.unwrap();
    assert_eq!((summary.links, summary.skipped), (1, 1), "{out}");
    assert!(out.contains("2,2,Globex GmbH,4,4,GLOBEX G.m.b.H.,"), "{out}");
    assert!(err.contains("same file") && err.contains("line 5: nothing to compare"), "{err}");
}

#[test]
fn ac_01_rows_that_say_nothing_are_told_for_both_lists() {
    let folder = Folder::new("nothing");
    let left = folder.file("left.csv", b"name,domain\n,\nGlobex,\n,gmail.com\n,globex.de\n");
    let right = folder.file("right.csv", b"name,domain\nGlobex GmbH,globex.de\n...,192.0.2.1\n");
    let (result, out, err) = run(&Options::new(left, Some(right)));
    assert_eq!(result.unwrap().skipped, 3, "{out}");
    for line in ["left.csv, line 2", "left.csv, line 4", "right.csv, line 3"] {
        assert!(err.contains(&format!("{line}: nothing to compare")), "{err}");
    }
}

#[test]
fn ac_01_a_column_named_as_it_is_spelled_is_taken() {
    let folder = Folder::new("spelled");
    let left = folder.file("left.csv", b"Name,name\nInitech,Globex GmbH\n");
    let mut options = Options::new(left, Some(folder.file("right.csv", b"name\nGlobex GmbH\n")));
    options.columns.name = Some("name".to_owned());
    assert_eq!(run(&options).0.unwrap().links, 1);
}

#[test]
fn ac_01_faults_are_told_with_file_line_and_column() {
    let folder = Folder::new("faults");
    let right = folder.file("right.csv", RIGHT);
    let fault = |name: &str, content: &[u8]| {
        let left = folder.file(name, content);
        let (result, out, _) = run(&Options::new(left, Some(right.clone())));
        assert!(out.is_empty(), "{out}");
        let error = result.unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    };
    assert!(fault("empty.csv", b" \n").contains("empty.csv: the file is empty"));
    assert!(
        fault("none.csv", b"a,b\n1,2\n")
            .contains("line 1: there is no column with the company's name")
    );
    assert!(
        fault("twice.csv", b"name,b,Name\n1,2,3\n")
            .contains("'name' is there twice, as columns 1 and 3")
    );
    assert!(
        fault("short.csv", b"id,name\n1,Globex\n2\n")
            .contains("line 3: 1 fields where the header has 2")
    );
    assert!(
        fault("latin.csv", b"id,name\n1,Globex\n2,M\xFCller\n")
            .contains("line 3: field 2: not UTF-8")
    );
    assert!(fault("bad.ndjson", b"{\"name\":\"a\"}\n{\"name\":}\n").contains("line 2: column 9"));
    assert!(
        fault("kind.ndjson", b"{\"name\":true}\n").contains("line 1, field 'name': must be a text")
    );
    let (result, _, _) = run(&Options::new(folder.0.join("absent.csv"), Some(right.clone())));
    assert!(result.unwrap_err().to_string().contains("absent.csv"));
    let mut options = Options::new(right.clone(), Some(right.clone()));
    options.columns.city = Some("town".to_owned());
    assert!(run(&options).0.unwrap_err().to_string().contains("no column 'town'"));
    options = Options { threshold: Some(1.5), ..Options::new(right.clone(), Some(right)) };
    assert!(matches!(run(&options).0, Err(RunError::Usage(_))));
}

#[test]
fn ac_03_links_are_called_sure_or_possible() {
    let folder = Folder::new("sure");
    let left =
        folder.file("left.csv", b"name,domain\nZambeef Products PLC,\nGlobex Holding,globex.de\n");
    let right = folder
        .file("right.csv", b"name,domain\nZambeef Products PLC,\nGlobex GmbH,www.globex.de\n");
    let (result, out, _) = run(&Options::new(left, Some(right)));
    assert_eq!(result.unwrap().links, 2, "{out}");
    assert!(out.contains("sure"), "{out}");
}
