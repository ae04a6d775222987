//! The application: what every request and job shares.

use std::sync::Arc;

use db::Db;
use domain::ids::IdSource;
use parking_lot::RwLock;

use super::{clock::Clock, config::Config, error::AppError, routes::Table};
use crate::{
    accounts::{AccountIndex, MergeFollower},
    conflicts::Hands,
    deal_registration::{ReceiptKey, TermsCache},
    notifications::MailLinks,
    program::ProgramCache,
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
    /// Parsed program documents by version.
    pub programs: ProgramCache,
    /// Terms of registrations by program version, track and tier.
    pub registration_terms: TermsCache,
    /// The index that recognises companies.
    pub accounts: AccountIndex,
    /// Who moves along when two accounts become one, in this order.
    pub merge_followers: Vec<MergeFollower>,
    /// What the slices above do for conflict cases, in the same transaction.
    pub case_hands: Hands,
    /// What the keeper of links does for the mails that hold them.
    pub mail_links: MailLinks,
    /// How far the imports are that run on this node.
    pub imports: crate::imports::Progress,
    /// The key that signs receipts.
    pub receipt_key: RwLock<Option<Arc<ReceiptKey>>>,
    /// Numbers for `/metrics`.
    pub metrics: crate::operate::Metrics,
    /// At most two password hashes at once, and who waits for one.
    pub(crate) hashing: super::hashing_gate::HashingGate,
    /// Room for the bodies of requests.
    pub(crate) rooms: Arc<super::room::Rooms>,
    /// Names of requests.
    pub(crate) requests: super::request_id::RequestIds,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("base_url", &self.config.base_url).finish_non_exhaustive()
    }
}

impl App {
    /// Wires an application over an opened and migrated database.
    pub fn new(db: Db, clock: Clock, config: Config) -> Result<Arc<Self>, AppError> {
        Self::with_table(db, clock, config, crate::routes()?)
    }

    /// The same with other access rows, to show that a harness finds a row that was opened.
    pub fn with_table(
        db: Db,
        clock: Clock,
        config: Config,
        table: Table,
    ) -> Result<Arc<Self>, AppError> {
        let ids = IdSource::from_seed(config.seed);
        let app = Arc::new(Self {
            db,
            clock,
            requests: super::request_id::RequestIds::new(&ids),
            ids,
            rooms: super::room::Rooms::of(config.body_budget),
            config,
            table,
            programs: ProgramCache::default(),
            registration_terms: TermsCache::default(),
            accounts: AccountIndex::default(),
            merge_followers: crate::merge_followers(),
            case_hands: crate::case_hands(),
            mail_links: crate::mail_links(),
            imports: crate::imports::Progress::default(),
            receipt_key: RwLock::new(None),
            metrics: crate::operate::Metrics::default(),
            hashing: super::hashing_gate::HashingGate::default(),
        });
        Ok(app)
    }
}
