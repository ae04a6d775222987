use crate::run::Place;

const GOOD: &str =
    "Account Name,Website,Country\nGlobex GmbH,globex.de,DE\nInitech AG,initech.ch,CH\n";
const BAD: &str = "Account Name,Website,Country\nGlobex GmbH,globex.de,DE\n,initech.ch,Atlantis\n";

/// A place with a vendor and a program, as imports need one.
fn place() -> Place {
    let place = Place::with_vendor();
    let example = place.run(&["program", "example"]).ends(0).out;
    let file = place.file("program.toml", &example);
    let _ = place.run(&["program", "apply", &file, "--at-once"]).ends(0);
    place
}

fn accounts(place: &Place) -> i64 {
    let db = crate::node::open(place);
    db.read_blocking(|tx| tx.query_one("SELECT COUNT(*) FROM accounts", &[], |row| row.int(0)))
        .unwrap_or_else(|error: db::DbError| panic!("{error}"))
}

#[test]
fn im_01_a_file_goes_in_as_a_whole_or_not_at_all() {
    let place = place();
    let bad = place.file("bad.csv", BAD);
    let told = place.run(&["import", "accounts", &bad]).ends(1);
    let _ = told.says("line 3").says("fault");
    assert_eq!(accounts(&place), 0);
    let good = place.file("good.csv", GOOD);
    let _ = place.run(&["import", "accounts", &good, "--check"]).ends(0).says("2 rows");
    assert_eq!(accounts(&place), 0);
    let _ = place.run(&["import", "accounts", &good]).ends(0).says("2 new");
    assert_eq!(accounts(&place), 2);
    let _ = place.run(&["import", "accounts", &good]).ends(0).says("2 unchanged");
    assert_eq!(accounts(&place), 2);
    let _ = place.run(&["import", "dragons", &good]).ends(2).says("direct-opportunities");
    let _ = place.run(&["import", "accounts", "nowhere.csv"]).ends(2).says("nowhere.csv");
    let _ = place.run(&["import", "accounts", &good, "--column", "name"]).ends(2);
}
