//! Structs whose fields are columns, and answers read by type.

use db::scratch::on_both;
use db::{Column, Db, DbError, NO_PARAMS, Record, Value, params};

use crate::{fresh, insert};

/// As many columns as a tuple may have.
type Twelve = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, u8);

/// What this crate teaches the database about types of others.
enum Ours {}

impl Column<Ours> for std::net::Ipv4Addr {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        let text = db::text_of(&value)?;
        text.parse().map_err(|error| format!("{error}"))
    }

    fn to_value(&self) -> Value<'_> {
        Value::from(self.to_string())
    }
}

/// A word of a column: a type of this crate needs no marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Sound,
    Poor,
}

impl Column for Standing {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match db::int_of(&value)? {
            0 => Ok(Standing::Poor),
            1.. => Ok(Standing::Sound),
            other => Err(format!("{other} is no standing")),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::from(matches!(self, Standing::Sound))
    }
}

db::record! {
    /// A row of the small schema.
    #[derive(Debug, Clone, PartialEq)]
    struct Account in "accounts" {
        id: String,
        name: String,
        parent: Option<String> as "parent_id",
        balance: i64,
    }
}

db::record! {
    #[derive(Debug, Clone, PartialEq)]
    struct Entry in "journal" {
        vendor_id: String,
        number: u32,
        account_id: String,
        note: Option<String> = "",
        digest: Option<Vec<u8>>,
    }
}

db::record! {
    #[derive(Debug, Clone, PartialEq)]
    struct Host in "accounts" {
        id: String,
        name: std::net::Ipv4Addr,
        parent_id: Option<std::net::Ipv4Addr> = "",
        balance: Standing,
    }
}

fn account(id: &str, balance: i64) -> Account {
    Account { id: id.to_owned(), name: format!("The {id}"), parent: None, balance }
}

const V: (&str, Value<'static>) = ("vendor_id", Value::Text(std::borrow::Cow::Borrowed("v")));

fn store(db: &Db, account: Account) {
    db.write_blocking(move |tx| account.insert(tx, &[V])).unwrap();
}

#[test]
fn a_record_knows_its_table_and_columns() {
    assert_eq!(Account::TABLE, "accounts");
    assert_eq!(Account::COLUMNS, ["id", "name", "parent_id", "balance"]);
    assert_eq!(Account::LIST, "id, name, parent_id, balance");
    assert_eq!(Account::SELECT, "SELECT id, name, parent_id, balance FROM accounts");
    assert_eq!(Account::list("a"), "a.id, a.name, a.parent_id, a.balance");
}

#[test]
fn what_is_inserted_is_read_again() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        store(&db, account("a", 5));
        let child = Account { parent: Some("a".to_owned()), ..account("b", 0) };
        store(&db, child.clone());
        let sql = format!("{} WHERE vendor_id = $1 ORDER BY id", Account::SELECT);
        let again = sql.clone();
        let found = db.read_blocking(move |tx| tx.query(&sql, params!["v"], Account::read));
        assert_eq!(found, Ok(vec![account("a", 5), child.clone()]));
        let found = db.read_blocking(move |tx| tx.query_as::<Account, _>(&again, params!["v"]));
        assert_eq!(found, Ok(vec![account("a", 5), child]));
    });
}

#[test]
fn an_update_changes_the_rows_of_its_key_and_says_how_many() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        store(&db, account("a", 5));
        store(&db, account("b", 5));
        let changed = Account { balance: 6, name: "Other".to_owned(), ..account("a", 5) };
        let next = changed.clone();
        let update = move |tx: &mut db::Tx<'_>| {
            next.update(tx, &[V, ("id", Value::from("a")), ("balance", Value::from(5))])
        };
        assert_eq!(db.write_blocking(update.clone()), Ok(1));
        // The balance is no longer the one that the key names.
        assert_eq!(db.write_blocking(update), Ok(0));
        let sql = format!("{} ORDER BY id", Account::SELECT);
        let found = db.read_blocking(move |tx| tx.query_as::<Account, _>(&sql, NO_PARAMS));
        assert_eq!(found, Ok(vec![changed.clone(), account("b", 5)]));
        let all = db.write_blocking(move |tx| changed.update(tx, &[]));
        assert!(all.unwrap_err().to_string().contains("names no row"));
    });
}

#[test]
fn a_text_can_stand_for_none() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        store(&db, account("a", 5));
        let plain = Entry {
            vendor_id: "v".to_owned(),
            number: 1,
            account_id: "a".to_owned(),
            note: None,
            digest: None,
        };
        let full = Entry {
            number: 2,
            note: Some("x".to_owned()),
            digest: Some(vec![0, 255]),
            ..plain.clone()
        };
        let both = [plain, full];
        let wanted = both.to_vec();
        db.write_blocking(move |tx| both.iter().try_for_each(|entry| entry.insert(tx, &[])))
            .unwrap();
        let sql = format!("{} ORDER BY number", Entry::SELECT);
        let found = db.read_blocking(move |tx| tx.query_as::<Entry, _>(&sql, NO_PARAMS));
        assert_eq!(found, Ok(wanted));
        let stored = db.read_blocking(|tx| {
            tx.query_as::<(i64, bool, Option<String>), _>(
                "SELECT number, digest IS NULL, note FROM journal ORDER BY number",
                NO_PARAMS,
            )
        });
        let (empty, x) = (Some(String::new()), Some("x".to_owned()));
        assert_eq!(stored, Ok(vec![(1, true, empty), (2, false, x)]));
    });
}

#[test]
fn types_of_others_are_columns_too() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let host = Host {
            id: "h".to_owned(),
            name: std::net::Ipv4Addr::LOCALHOST,
            parent_id: None,
            balance: Standing::Sound,
        };
        let wanted = host.clone();
        db.write_blocking(move |tx| {
            let values: Vec<String> = host.values().iter().map(|v| format!("{v:?}")).collect();
            assert_eq!(values, [r#"Text("h")"#, r#"Text("127.0.0.1")"#, r#"Text("")"#, "Int(1)"]);
            tx.execute(
                "INSERT INTO accounts (vendor_id, id, name, balance) \
                 VALUES ('v', 'h', '127.0.0.1', 1)",
                NO_PARAMS,
            )
        })
        .unwrap();
        let sql = format!("{} WHERE vendor_id = $1", Host::SELECT);
        let found = db.read_blocking(move |tx| tx.query_one_as::<Host, _>(&sql, params!["v"]));
        assert_eq!(found, Ok(wanted));
    });
}

#[test]
fn records_and_columns_stand_beside_each_other_in_a_join() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        store(&db, account("a", 5));
        let child = Account { parent: Some("a".to_owned()), ..account("b", 0) };
        store(&db, child.clone());
        let sql = format!(
            "SELECT {}, LENGTH(c.name), {} FROM accounts c LEFT JOIN accounts p \
             ON p.vendor_id = c.vendor_id AND p.id = c.parent_id ORDER BY c.id",
            Account::list("c"),
            Account::list("p"),
        );
        let found: Vec<(Account, i64, Option<Account>)> =
            db.read_blocking(move |tx| tx.query_as(&sql, NO_PARAMS)).unwrap();
        let a = account("a", 5);
        assert_eq!(found, [(a.clone(), 5, None), (child, 5, Some(a))]);
    });
}

#[test]
fn an_answer_is_read_by_the_type_of_its_rows() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| insert(tx, "a", 7)).unwrap();
        db.read_blocking(|tx| {
            let sql = "SELECT id, balance, parent_id FROM accounts";
            let rows = tx.query_as::<(String, i64, Option<String>), _>(sql, NO_PARAMS)?;
            assert_eq!(rows, [("a".to_owned(), 7, None)]);
            assert_eq!(tx.query_as::<String, _>(sql, NO_PARAMS)?, ["a"]);
            let none = "SELECT id FROM accounts WHERE id = 'x'";
            assert_eq!(tx.query_opt_as::<String, _>(none, NO_PARAMS)?, None);
            assert_eq!(tx.query_one_as::<String, _>(none, NO_PARAMS), Err(DbError::NotFound));
            let ones = format!("SELECT {}", ["CAST(1 AS BIGINT)"; 12].join(", "));
            let twelve = tx.query_one_as::<Twelve, _>(&ones, NO_PARAMS)?;
            assert_eq!(twelve, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
            Ok::<_, DbError>(())
        })
        .unwrap();
    });
}

db::row! {
    #[derive(Debug, PartialEq)]
    struct Listed {
        name: String,
        parent: Option<String> = "",
        letters: usize => |name: String| name.len(),
        added_later: Vec<i64> = default,
        account: Account,
        twice: [i64; 2],
    }
}

db::row! {
    #[derive(Debug, PartialEq)]
    struct Parent {
        id: String,
        balance: i64,
    }
}

#[test]
fn a_struct_is_read_from_an_answer_that_mirrors_no_table() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| insert(tx, "a", 7)).unwrap();
        let sql = format!(
            "SELECT id || '1', '' AS parent, id || '22', {}, balance, balance + 1, 9 \
             FROM accounts",
            Account::LIST
        );
        db.read_blocking(move |tx| {
            let account = tx.query_one_as::<Account, _>(Account::SELECT, NO_PARAMS)?;
            let (name, twice) = ("a1".to_owned(), [7, 8]);
            let wanted =
                Listed { name, parent: None, letters: 3, added_later: vec![], account, twice };
            // It takes as many columns as its parts, so that another can follow it.
            let (listed, nine) = tx.query_one_as::<(Listed, i64), _>(&sql, NO_PARAMS)?;
            assert_eq!((&listed, nine), (&wanted, 9));
            tx.for_each(&sql, NO_PARAMS, |row| {
                assert_eq!(row.read::<Listed, _>()?, wanted);
                Ok(())
            })?;
            let joined = "SELECT a.id, b.id, b.balance FROM accounts a \
                          LEFT JOIN accounts b ON b.id = a.parent_id";
            let (id, parent) = tx.query_one_as::<(String, Option<Parent>), _>(joined, NO_PARAMS)?;
            assert_eq!((id.as_str(), parent), ("a", None));
            let own = joined.replace("a.parent_id", "a.id");
            let (_, own) = tx.query_one_as::<(String, Option<Parent>), _>(&own, NO_PARAMS)?;
            assert_eq!(own, Some(Parent { id: "a".to_owned(), balance: 7 }));
            let null = "SELECT 'a', NULL, NULL AS letters";
            let (column, detail) = refused(tx.query_as::<Listed, _>(null, NO_PARAMS));
            assert_eq!((column.as_str(), detail.contains("NULL")), ("letters", true));
            Ok::<_, DbError>(())
        })
        .unwrap();
    });
}

/// The column and the words of a refusal to convert.
fn refused<T>(outcome: Result<T, DbError>) -> (String, String) {
    let Some(DbError::Type { column, detail }) = outcome.err() else {
        return (String::new(), "not refused".to_owned());
    };
    (column, detail)
}

#[test]
fn a_value_that_does_not_fit_is_told_with_its_column() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| insert(tx, "a", 300)).unwrap();
        db.read_blocking(|tx| {
            let sql = "SELECT id, name, parent_id, balance FROM accounts";
            let host = refused(tx.query_as::<Host, _>(sql, NO_PARAMS));
            assert_eq!(host, ("name".to_owned(), "invalid IPv4 address syntax".to_owned()));
            let small = "SELECT id, balance AS amount FROM accounts";
            let (column, detail) = refused(tx.query_as::<(String, u8), _>(small, NO_PARAMS));
            assert_eq!((column.as_str(), detail.as_str()), ("amount", "300 is not from 0 to 255"));
            let null = "SELECT parent_id FROM accounts";
            let (column, detail) = refused(tx.query_as::<String, _>(null, NO_PARAMS));
            assert_eq!((column.as_str(), detail.contains("NULL")), ("parent_id", true));
            // Too few columns: the answer has no second one to name.
            let (column, _) = refused(tx.query_as::<(Option<String>, i64), _>(null, NO_PARAMS));
            assert_eq!(column, "1");
            Ok::<_, DbError>(())
        })
        .unwrap();
    });
}

#[test]
fn a_statement_with_other_columns_than_the_record_is_refused_in_tests() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
        db.read_blocking(|tx| {
            let swapped = "SELECT name, id, parent_id, balance FROM accounts";
            let (column, detail) = refused(tx.query_as::<Account, _>(swapped, NO_PARAMS));
            assert_eq!(column, "id");
            assert!(detail.contains("`name`"), "{detail}");
            Ok::<_, DbError>(())
        })
        .unwrap();
    });
}
