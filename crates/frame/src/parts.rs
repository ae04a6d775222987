//! What a slice brings to the application. The frame names no slice: each hands in its parts, and
//! the composition root puts them together.

use std::{
    any::{Any, TypeId, type_name},
    collections::BTreeMap,
    sync::Arc,
};

use db::Tx;
use domain::ids::LinkId;
use jiff::{Timestamp, tz::TimeZone};
use web::{Chrome, Icon};

use super::{
    caller::{Caller, StaleCaller},
    ctx::Cx,
    error::AppError,
    reply::Reply,
    request::{Input, Req},
    routes::{HashJob, Hashed, Route, Routes, Table},
    state::App,
};
use crate::access::Permission;

/// Adds a slice's jobs to those of the others.
pub type Jobs = fn(&Arc<App>, jobs::Handlers) -> jobs::Handlers;

/// Puts the schedule of a slice's jobs in place; harmless when repeated.
pub type Schedule = fn(&mut Tx<'_>, i64) -> Result<(), AppError>;

/// What one slice brings.
#[derive(Default)]
pub struct Parts {
    routes: Vec<Routes>,
    jobs: Vec<Jobs>,
    schedule: Vec<Schedule>,
    navigation: Vec<NavItem>,
    shared: Shared,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("routes", &self.routes.len()).finish_non_exhaustive()
    }
}

impl Parts {
    /// A slice that brings these routes.
    pub fn of(routes: Routes) -> Self {
        Self { routes: vec![routes], ..Self::default() }
    }

    /// It has jobs.
    #[must_use]
    pub fn jobs(mut self, jobs: Jobs) -> Self {
        self.jobs.push(jobs);
        self
    }

    /// Its jobs run on a schedule.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule.push(schedule);
        self
    }

    /// It has a place in the navigation.
    #[must_use]
    pub fn nav(mut self, item: NavItem) -> Self {
        self.navigation.push(item);
        self
    }

    /// It brings a value that all requests share, found again by its type.
    #[must_use]
    pub fn shares<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.shared.insert(value);
        self
    }

    /// These parts with those of `other` behind them.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self.jobs.extend(other.jobs);
        self.schedule.extend(other.schedule);
        self.navigation.extend(other.navigation);
        self.shared.0.extend(other.shared.0);
        self
    }

    /// The same with each route changed.
    #[must_use]
    pub fn changed(mut self, change: impl Fn(&mut Route)) -> Self {
        self.routes = self.routes.into_iter().map(|routes| routes.changed(&change)).collect();
        self
    }

    /// The routes alone.
    pub fn into_table(self) -> Result<Table, AppError> {
        Table::new(self.routes)
    }

    /// The routes, the jobs, the schedule, the navigation and the shared values.
    pub(super) fn split(self) -> (Vec<Routes>, Work, Vec<NavItem>, Shared) {
        let work = Work { jobs: self.jobs, schedule: self.schedule };
        (self.routes, work, self.navigation, self.shared)
    }
}

/// The jobs of all slices and their schedules, in the order in which they were handed in.
#[derive(Debug, Default)]
pub struct Work {
    jobs: Vec<Jobs>,
    schedule: Vec<Schedule>,
}

impl Work {
    /// Every job of every slice.
    pub fn handlers(&self, app: &Arc<App>) -> jobs::Handlers {
        self.jobs.iter().fold(jobs::Handlers::new(), |handlers, jobs| jobs(app, handlers))
    }

    /// Puts every schedule in place; called at each start, harmless when repeated.
    pub fn schedule(&self, tx: &mut Tx<'_>, now_micros: i64) -> Result<(), AppError> {
        self.schedule.iter().try_for_each(|schedule| schedule(tx, now_micros))
    }
}

/// Values that all requests share, one of each type.
#[derive(Default)]
pub struct Shared(BTreeMap<TypeId, Box<dyn Any + Send + Sync>>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shared({})", self.0.len())
    }
}

impl Shared {
    fn insert<T: Any + Send + Sync>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// The value of this type. It fails when no slice handed one in, which the composition root
    /// would have to mend.
    pub fn get<T: Any + Send + Sync>(&self) -> Result<&T, AppError> {
        let found = self.0.get(&TypeId::of::<T>()).and_then(|value| value.downcast_ref());
        found.ok_or_else(|| AppError::internal(format!("no slice shares a {}", type_name::<T>())))
    }
}

/// The sides on which an item of the navigation is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// The vendor's and every partner's.
    Both,
    /// The vendor's only.
    Vendor,
    /// Partners' only.
    Partner,
}

/// The groups of the navigation, in the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NavGroup {
    /// Registrations, conflicts, leads, accounts.
    Sell,
    /// Learning, content, campaigns.
    Enable,
    /// Incentives, funds, payouts.
    Pay,
    /// Metrics, scorecards, forecasts, rules.
    Know,
    /// Program, partners, people, settings.
    Run,
}

impl NavGroup {
    /// Every group, in the order shown.
    pub const ALL: [Self; 5] = [Self::Sell, Self::Enable, Self::Pay, Self::Know, Self::Run];

    /// Its heading.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sell => "Sell",
            Self::Enable => "Enable",
            Self::Pay => "Pay",
            Self::Know => "Know",
            Self::Run => "Run",
        }
    }
}

/// An item of the navigation. Within a group, items stand in the order of their slices.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Its group.
    pub group: NavGroup,
    /// Its picture.
    pub icon: Icon,
    /// What people read.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Who sees it.
    pub needs: Permission,
    /// On which side.
    pub side: Sides,
    /// Items of a group are shown by this number, then in the order handed in.
    pub place: u16,
}

/// A signed link that is or was there.
#[derive(Debug)]
pub struct KnownLink {
    /// Its id.
    pub link_id: LinkId,
    /// True when it may still be used.
    pub works: bool,
}

/// The link of a purpose (its word) with a secret; `None` when there is none.
pub type FindLink = fn(&mut Cx<'_, '_>, &str, &str) -> Result<Option<KnownLink>, AppError>;

/// What the holder of a link (purpose, secret) reads that may not be used; a wrong guess counts.
pub type TurnAway = fn(&mut Req<'_, '_>, &str, &str) -> Result<Option<Reply>, AppError>;

/// How the frame learns who calls. People and their sessions are a slice's, not the frame's.
#[derive(Debug, Clone, Copy)]
pub struct Authenticator {
    /// Who sent a request.
    pub authenticate: fn(&mut Tx<'_>, &Arc<App>, &Input, Timestamp) -> Result<Caller, AppError>,
    /// The session or key whose last use should be written.
    pub stale: fn(&Req<'_, '_>) -> Option<StaleCaller>,
    /// Writes it.
    pub touch: fn(&mut Tx<'_>, &StaleCaller, Timestamp) -> Result<(), AppError>,
    /// Does the work on a password, with 16 random bytes for a new hash.
    pub hash: fn(&HashJob, &[u8; 16]) -> Result<Hashed, AppError>,
    /// The link behind a secret.
    pub link: FindLink,
    /// What the holder of a link reads that may not be used; `None` when it may.
    pub turn_away: TurnAway,
    /// The zone in which the acting person reads times.
    pub zone: fn(&mut Cx<'_, '_>) -> Result<TimeZone, AppError>,
}

/// Fills what every page of a signed-in person shows around its content.
pub type FillChrome = fn(&mut Req<'_, '_>, &mut Chrome) -> Result<(), AppError>;
