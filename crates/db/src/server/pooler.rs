//! Whether a pooler stands between us and the server that hands out another session for each
//! transaction.

use postgres::{Client, SimpleQueryMessage};

use super::Server;
use super::dial::dial;
use crate::connection::Purpose;
use crate::error::DbError;

/// How often it is tried: other clients of a pooler could hide it once.
const ROUNDS: usize = 2;

/// Opens two connections and looks whether one gets the other's session, or another session while
/// the other holds one. Directly connected, each keeps its own.
pub(super) fn is_between(server: &Server) -> Result<bool, DbError> {
    let mut one = dial(server, Purpose::Read)?.client;
    let mut two = dial(server, Purpose::Read)?.client;
    look(&mut one, &mut two).map_err(|error| {
        DbError::unavailable(format!("PostgreSQL did not say which session it is: {error}"))
    })
}

fn look(one: &mut Client, two: &mut Client) -> Result<bool, postgres::Error> {
    for _ in 0..ROUNDS {
        let before = session(one, "SELECT pg_backend_pid()")?;
        let held = session(two, "BEGIN; SELECT pg_backend_pid()")?;
        let meanwhile = session(one, "SELECT pg_backend_pid()")?;
        two.batch_execute("COMMIT")?;
        if held == before || meanwhile != before {
            return Ok(true);
        }
    }
    Ok(false)
}

fn session(client: &mut Client, sql: &str) -> Result<Option<String>, postgres::Error> {
    let rows = client.simple_query(sql)?;
    Ok(rows.into_iter().find_map(|message| {
        let SimpleQueryMessage::Row(row) = message else { return None };
        row.get(0).map(str::to_owned)
    }))
}
