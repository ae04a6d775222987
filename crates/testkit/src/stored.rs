//! Everything that is stored, for stories about what must not be.

use app::migrations;
use db::{DbError, Dialect, NO_PARAMS, Tx, scratch::Scratch};

use crate::world::World;

/// The columns of a table and whether each holds bytes.
const SQLITE_COLUMNS: &str =
    "SELECT name, CASE WHEN type = 'BLOB' THEN 1 ELSE 0 END FROM pragma_table_info($1)";
const POSTGRES_COLUMNS: &str = "SELECT CAST(column_name AS TEXT), \
     CAST(CASE WHEN data_type = 'bytea' THEN 1 ELSE 0 END AS BIGINT) \
     FROM information_schema.columns \
     WHERE table_schema = current_schema() AND CAST(table_name AS TEXT) = $1";

impl World {
    /// Every value of every table as text, with `table.column` before it.
    pub async fn stored(&self) -> Vec<(String, String)> {
        self.app.db.read(all).await.unwrap_or_else(|error: DbError| panic!("stored: {error}"))
    }

    /// The bytes of a backup, as `entente backup` makes it from either database.
    pub async fn backup(&self) -> Vec<u8> {
        let db = self.app.db.clone();
        let made = tokio::task::spawn_blocking(move || {
            let copy = Scratch::migrated(Dialect::Sqlite, migrations::ALL);
            let url = copy.url();
            let path = std::path::PathBuf::from(format!(
                "{}.backup",
                url.strip_prefix("sqlite:").expect("a file")
            ));
            match db.dialect() {
                Dialect::Sqlite => {
                    db.backup_to(&path).expect("a backup");
                }
                Dialect::Postgres => {
                    let target = copy.open();
                    db::copy_all(&db, &target).expect("a copy");
                    target.backup_to(&path).expect("a backup");
                    target.close();
                }
            }
            let bytes = std::fs::read(&path).expect("the backup");
            std::fs::remove_file(&path).expect("the backup is removed");
            bytes
        });
        made.await.expect("a backup")
    }
}

fn all(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, DbError> {
    let (columns_sql, dialect) = match tx.dialect() {
        Dialect::Sqlite => (SQLITE_COLUMNS, Dialect::Sqlite),
        Dialect::Postgres => (POSTGRES_COLUMNS, Dialect::Postgres),
    };
    let mut values = Vec::new();
    for table in db::table_names(tx)? {
        let columns = tx.query_as::<(String, bool), _>(columns_sql, db::params![&table])?;
        for (column, bytes) in columns {
            let shown = if bytes && dialect == Dialect::Postgres {
                format!("encode(\"{column}\", 'escape')")
            } else {
                format!("CAST(\"{column}\" AS TEXT)")
            };
            let sql = format!("SELECT {shown} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
            let texts = tx.query_as::<String, _>(&sql, NO_PARAMS)?;
            let name = format!("{table}.{column}");
            values.extend(texts.into_iter().map(|text| (name.clone(), text)));
        }
    }
    Ok(values)
}
