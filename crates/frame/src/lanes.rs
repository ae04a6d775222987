//! Writes of a vendor run in its lane: one after the other, on however many nodes, and beside those
//! of other vendors. What is numbered without a gap, the feed of events and the chains of the audit
//! trail, is numbered for each vendor and so relies on it.

use std::sync::Arc;

use db::{DbError, Dialect, Lane, Tx};
use domain::ids::VendorId;

use super::{error::AppError, request::Input, state::App};

/// The lane of a vendor's writes.
pub fn lane_of(vendor_id: &VendorId) -> Lane {
    Lane::of(vendor_id.as_str())
}

/// Fails in a write that runs in the lane of another vendor. Whatever is numbered asks first.
pub fn keep_to_lane(tx: &Tx<'_>, vendor_id: &str) -> Result<(), DbError> {
    if tx.lane().covers(Lane::of(vendor_id)) {
        return Ok(());
    }
    Err(DbError::Other(format!("a write in another lane concerns the vendor {vendor_id}")))
}

impl App {
    /// Runs `action` for a vendor in one write transaction, beside those of other vendors. It must
    /// not write what belongs to another vendor. Otherwise as [`db::Db::write`].
    pub async fn write_for<T, E>(
        &self,
        vendor_id: &VendorId,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.db.write_in(lane_of(vendor_id), action).await
    }

    /// The same for a thread that may wait.
    pub fn write_for_blocking<T, E>(
        &self,
        vendor_id: &VendorId,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.db.write_in_blocking(lane_of(vendor_id), action)
    }
}

/// The lane in which a request is likely to write, seen in a read. On SQLite it makes no
/// difference, so nothing is read.
///
/// It errs as the request itself would when nobody knows the caller.
pub(super) async fn guess(app: &Arc<App>, input: &Arc<Input>) -> Result<Lane, AppError> {
    if app.db.dialect() == Dialect::Sqlite {
        return Ok(Lane::ALL);
    }
    let (app_, input_) = (app.clone(), input.clone());
    let read = move |tx: &mut Tx<'_>| {
        let caller = (app_.authenticator.authenticate)(tx, &app_, &input_, app_.clock.now())?;
        Ok(lane_of(&caller.actor.vendor_id))
    };
    app.db.read(read).await
}

/// Why a write did not stay.
#[derive(Debug)]
pub(super) enum Stop<E> {
    /// It began in the lane of another vendor than the one whose it is; here is the right one.
    Elsewhere(Lane),
    /// It failed.
    Failed(E),
}

impl<E: From<DbError>> From<DbError> for Stop<E> {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

/// Stops a write that finds itself in another lane than its vendor's.
pub(super) fn right_lane<E>(tx: &Tx<'_>, vendor_id: &VendorId) -> Result<(), Stop<E>> {
    let right = lane_of(vendor_id);
    if tx.lane().covers(right) { Ok(()) } else { Err(Stop::Elsewhere(right)) }
}

/// Writes in the lane that was guessed; when it was the wrong one, again in the right one, and then
/// in the lane that is right for everything: between two tries a host may be given to another
/// vendor.
pub(super) async fn write<T, E>(
    app: &Arc<App>,
    guessed: Lane,
    work: impl Fn(&mut Tx<'_>) -> Result<T, Stop<E>> + Send + Sync + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    let work = Arc::new(work);
    let (mut lane, mut tries) = (guessed, 0);
    loop {
        let again = work.clone();
        match app.db.write_in(lane, move |tx| again(tx)).await {
            Ok(done) => return Ok(done),
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Elsewhere(right)) => {
                tries += 1;
                lane = if tries > 1 { Lane::ALL } else { right };
            }
        }
    }
}
