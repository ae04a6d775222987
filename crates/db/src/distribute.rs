//! Migrating a database whose tables lie on several servers.

use crate::database::Db;
use crate::dialect::Dialect;
use crate::distribution::{Laid, is_under_way, run, step};
use crate::error::DbError;
use crate::migrate::{self, Applied, Migration};
use crate::placement::Placement;

impl Db {
    /// Lays each table where `placement` says, where the database has an engine that distributes
    /// (Citus); `None` where it has none. It may be called at any time: what lies where it should
    /// stays, and what was interrupted goes on.
    ///
    /// It errs with [`DbError::Schema`] when the schema cannot be distributed so
    /// ([`placement_faults`](crate::placement_faults)).
    pub fn distribute(&self, placement: &Placement) -> Result<Option<Laid>, DbError> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(None);
        }
        let placement = placement.clone();
        self.alone(move |connection| run(connection, &placement))
    }

    /// As [`Db::migrate`] and then [`Db::distribute`]. Where tables lie on several servers already,
    /// each new one is laid before the next migration, which may refer to it.
    pub fn migrate_placed(
        &self,
        migrations: &[Migration],
        placement: &Placement,
        now_micros: i64,
    ) -> Result<(Applied, Option<Laid>), DbError> {
        let (migrations, placed) = (migrations.to_vec(), placement.clone());
        let applied = self.alone(move |connection| {
            let under_way = step(connection, is_under_way)?;
            if under_way {
                // What was interrupted goes on first: the next migration may refer to it.
                run(connection, &placed)?;
            }
            migrate::run(connection, &migrations, now_micros, &mut |connection| {
                if under_way {
                    run(connection, &placed)?;
                }
                Ok(())
            })
        })?;
        Ok((applied, self.distribute(placement)?))
    }
}
