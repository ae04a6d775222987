//! The application: what every request and job shares.

use std::{any::Any, sync::Arc};

use db::Db;
use domain::ids::IdSource;

use super::{
    clock::Clock,
    config::Config,
    error::AppError,
    hashing_gate::HashingGate,
    metrics::Metrics,
    parts::{Authenticator, FillChrome, NavItem, Parts, Shared, Work},
    request_id::RequestIds,
    room::Rooms,
    routes::Table,
};

/// One application node.
pub struct App {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// What the installation was told.
    pub config: Config,
    /// Where ids and secrets come from.
    pub ids: IdSource,
    /// Every route with its access row.
    pub table: Table,
    /// Every job and schedule.
    pub work: Work,
    /// Numbers for `/metrics`.
    pub metrics: Metrics,
    /// The navigation, group by group.
    pub(super) navigation: Vec<NavItem>,
    /// How it learns who calls.
    pub(super) authenticator: Authenticator,
    /// Fills what a page shows around its content.
    pub(super) fill_chrome: FillChrome,
    shared: Shared,
    /// At most two password hashes at once, and who waits for one.
    pub(super) hashing: HashingGate,
    /// Room for the bodies of requests.
    pub(super) rooms: Arc<Rooms>,
    /// Names of requests.
    pub(super) requests: RequestIds,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("base_url", &self.config.base_url).finish_non_exhaustive()
    }
}

impl App {
    /// Puts an application together over an opened and migrated database.
    pub fn new(
        db: Db,
        clock: Clock,
        config: Config,
        (parts, authenticator, fill_chrome): (Parts, Authenticator, FillChrome),
    ) -> Result<Arc<Self>, AppError> {
        let ids = IdSource::from_seed(config.seed);
        let (routes, work, mut navigation, shared) = parts.split();
        navigation.sort_by_key(|item| (item.group, item.place));
        Ok(Arc::new(Self {
            db,
            clock,
            requests: RequestIds::new(&ids),
            ids,
            rooms: Rooms::of(config.body_budget),
            config,
            table: Table::new(routes)?,
            work,
            metrics: Metrics::default(),
            navigation,
            authenticator,
            fill_chrome,
            shared,
            hashing: HashingGate::default(),
        }))
    }

    /// The value of this type that a slice shares. No rule depends on one: each is made
    /// from the database and can be made again.
    pub fn shared<T: Any + Send + Sync>(&self) -> Result<&T, AppError> {
        self.shared.get()
    }
}
