//! The world of a story: one application over a fresh database, and its clock.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64},
    },
};

use db::{Dialect, scratch::Scratch};
use domain::{
    ids::{ProgramId, VendorId},
    program::Document,
};
use frame::config::Config;
use frame::{App, AppError, Clock, Cx};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    caller::{Caller, Proof},
    filled::{Filled, make},
    founding::{self, Founded},
    kept::made,
    post_office::PostOffice,
    verification::faults,
};

/// The zone of the world's program.
pub(crate) const ZONE: &str = "Europe/Berlin";

/// One application over a fresh database, and its clock.
pub struct World {
    /// The application.
    pub app: Arc<App>,
    /// The vendor.
    pub vendor_id: VendorId,
    /// Its program.
    pub program_id: ProgramId,
    pub(crate) counter: Arc<AtomicU64>,
    worker: jobs::Worker,
    /// True once the story has changed rows behind the product's back.
    pub(crate) tampered: Arc<AtomicBool>,
    /// Mails that were read, by their id: subject and text.
    read: Mutex<BTreeMap<String, (String, String)>>,
    // Dropped last: removes the database.
    pub(crate) scratch: Arc<Scratch>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "World at {}", self.app.clock.now())
    }
}

/// A second application over the database of a world.
pub struct Node {
    app: Arc<App>,
    worker: jobs::Worker,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node at {}", self.app.clock.now())
    }
}

impl Node {
    /// Its application.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The same person or key, calling this node.
    pub fn seen_by(&self, caller: &Caller) -> Caller {
        Caller { app: self.app.clone(), ..caller.clone() }
    }

    /// Runs every job that is due, on this node.
    pub async fn run_jobs(&self) {
        let now = self.app.clock.now().as_microsecond();
        self.worker.run_due_once(now).await.unwrap_or_else(|error| panic!("jobs: {error}"));
    }
}

impl World {
    /// Another node over the same database, at the same time of the clock.
    pub fn second_node(&self) -> Node {
        self.node(Config { seed: [8; 32], ..Config::for_tests() })
    }

    /// The same, and its mails leave through a mail server.
    pub fn second_node_by_mail(&self, post: &PostOffice) -> Node {
        self.node(Config { seed: [8; 32], smtp: Some(post.smtp()), ..Config::for_tests() })
    }

    /// Another node whose access rows are changed.
    pub fn node_with(&self, change: impl Fn(&mut frame::routes::Route)) -> Node {
        self.node_of(Config { seed: [8; 32], ..Config::for_tests() }, change)
    }

    fn node(&self, config: Config) -> Node {
        self.node_of(config, |_| {})
    }

    fn node_of(&self, config: Config, change: impl Fn(&mut frame::routes::Route)) -> Node {
        let clock = Clock::still(self.app.clock.now());
        let app = app::open_with(self.scratch.open(), clock, config, change);
        let app = app.expect("an application");
        let handlers = app.work.handlers(&app);
        let worker = jobs::Worker::new(app.db.clone(), handlers, jobs::WorkerOptions::default());
        Node { app, worker }
    }

    /// A world with a vendor “Acme” and its default program, in force since 2025.
    pub async fn start(dialect: Dialect) -> Self {
        Self::configured(dialect, Config::for_tests()).await
    }

    /// The same with another configuration.
    pub async fn configured(dialect: Dialect, config: Config) -> Self {
        let copied = tokio::task::spawn_blocking(move || founding::copy(dialect)).await;
        let Founded { scratch, vendor_id, program_id } = copied.expect("a founded database");
        let clock = Clock::still(founding::start());
        let app = app::open(scratch.open(), clock, config).expect("an application");
        let worker = jobs::Worker::new(
            app.db.clone(),
            app.work.handlers(&app),
            jobs::WorkerOptions::default(),
        );
        let scratch = Arc::new(scratch);
        let (counter, tampered, read) = (Arc::default(), Arc::default(), Mutex::default());
        Self { app, vendor_id, program_id, counter, worker, tampered, read, scratch }
    }

    /// Puts another program document in force from now on, for stories about other numbers.
    pub async fn with_document(&self, change: impl Fn(&mut Document)) {
        let mut document = Document::default_document();
        change(&mut document);
        let (source, fingerprint) = (document.to_toml(), document.fingerprint());
        Document::parse(&source).unwrap_or_else(|report| panic!("{report}"));
        let program_id = self.program_id.clone();
        self.act(move |cx| {
            let now = cx.now_micros();
            let vendor_id = cx.vendor();
            let number: i64 = cx.tx.query_one_as(
                "INSERT INTO program_versions (vendor_id, program_id, number, state, document, \
                 fingerprint, drafted_by, drafted_at, approved_at, announced_at, effective_at) \
                 SELECT $1, $2, MAX(number) + 1, 'announced', $3, $4, 'system', $5, $5, $5, $5 \
                 FROM program_versions WHERE vendor_id = $1 AND program_id = $2 RETURNING number",
                db::params![vendor_id.as_str(), program_id.as_str(), &source, &fingerprint, now],
            )?;
            made(cx, "program_versions", &[program_id.as_str(), &number.to_string()])
        })
        .await;
    }

    /// Runs `f` as the system in one write transaction.
    pub async fn act<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Cx<'_, '_>) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        self.act_for(self.vendor_id.clone(), f).await
    }

    /// The same for another vendor of the installation.
    pub async fn act_for<T: Send + 'static>(
        &self,
        vendor_id: VendorId,
        f: impl Fn(&mut Cx<'_, '_>) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        let (app, acting) = (self.app.clone(), vendor_id.clone());
        let now = app.clock.now();
        self.app
            .write_for(&vendor_id, move |tx| f(&mut Cx::system(tx, &app, acting.clone(), now)))
            .await
            .unwrap_or_else(|error: AppError| panic!("{error}"))
    }

    /// Another vendor of the installation, which answers to this host, with a program and so many
    /// partners.
    pub async fn other_vendor(&self, host: &str, partners: usize) -> (VendorId, Filled) {
        let vendor_id = VendorId::new(&self.app.ids, self.app.clock.now());
        let host = host.to_owned();
        let made = self.act_for(vendor_id.clone(), move |cx| make(cx, &host, (partners, 0))).await;
        (vendor_id, made)
    }

    /// What `entente verify` finds, one line each; empty when everything is sound.
    pub fn faults(&self) -> Vec<String> {
        faults(&self.app)
    }

    /// Reads one number, for what no page or resource shows.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.app
            .db
            .read(move |tx| tx.query_one_as::<i64, _>(sql, &[]))
            .await
            .unwrap_or_else(|error: db::DbError| panic!("{sql}: {error}"))
    }

    /// Moves the clock to 09:00 of that day, day by day with the jobs that fall due.
    pub async fn travel_to(&self, day: &str) {
        let day: Date = day.parse().expect("a date");
        let zone = TimeZone::get(ZONE).expect("the zone");
        loop {
            let today = self.app.clock.now().to_zoned(zone.clone()).date();
            if today >= day {
                break;
            }
            self.app.clock.set(at(today.tomorrow().expect("a day"), 9));
            self.run_jobs().await;
        }
    }

    /// Moves the clock to an instant and runs the jobs that are due then.
    pub async fn travel_to_instant(&self, at: &str) {
        let at: Timestamp = at.parse().expect("an instant");
        self.app.clock.set(at);
        self.run_jobs().await;
    }

    /// Runs every job that is due.
    pub async fn run_jobs(&self) {
        let now = self.app.clock.now().as_microsecond();
        self.worker.run_due_once(now).await.unwrap_or_else(|error| panic!("jobs: {error}"));
    }

    /// The mails to an address, oldest first: subject and text, as a mail server would have been
    /// handed them when they were made. What the product keeps of them holds no link that works.
    pub async fn mails_to(&self, address: &str) -> Vec<(String, String)> {
        let address = address.to_owned();
        let rows = self.app.db.read(move |tx| {
            tx.query_as::<(String, i64), _>(
                "SELECT mail_id, created_at FROM mails WHERE to_address = $1 \
                 ORDER BY created_at, mail_id",
                db::params![&address],
            )
        });
        let rows = rows.await.unwrap_or_else(|error: db::DbError| panic!("mails: {error}"));
        let mut mails = Vec::with_capacity(rows.len());
        for (mail_id, made_at) in rows {
            mails.push(self.mail(mail_id, made_at).await);
        }
        mails
    }

    /// A mail is written out once, as one that was delivered.
    async fn mail(&self, mail_id: String, made_at: i64) -> (String, String) {
        let read = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read().get(&mail_id) {
            return known.clone();
        }
        let named = mail_id.clone();
        let letter = self.act(move |cx| {
            cx.now = Timestamp::from_microsecond(made_at).map_err(AppError::internal)?;
            people::notifications::write_out(cx, &named)
        });
        let letter = letter.await.expect("a mail");
        let mail = (letter.subject, letter.body);
        read().insert(mail_id, mail.clone());
        mail
    }

    /// A caller without any proof.
    pub fn anonymous(&self) -> Caller {
        self.caller(Proof::None, "", "")
    }

    /// A caller with an API key.
    pub fn with_key(&self, key: &str) -> Caller {
        self.caller(Proof::Key(key.to_owned()), "", "")
    }

    /// A caller with a session's secret.
    pub fn with_session(&self, secret: &str) -> Caller {
        self.caller(Proof::Session(secret.to_owned()), "", "")
    }

    pub(crate) fn caller(&self, proof: Proof, email: &str, user_id: &str) -> Caller {
        Caller {
            app: self.app.clone(),
            proof,
            counter: self.counter.clone(),
            peer: "192.0.2.7".to_owned(),
            headers: Vec::new(),
            email: email.to_owned(),
            user_id: user_id.to_owned(),
        }
    }

    /// Which database this world stands on.
    pub fn dialect(&self) -> Dialect {
        self.app.db.dialect()
    }

    /// The address of the database, for a second node on the same one.
    pub fn database_url(&self) -> String {
        self.scratch.url().clone()
    }
}

/// That hour of that day in Berlin.
pub(crate) fn at(day: Date, hour: i8) -> Timestamp {
    let zone = TimeZone::get(ZONE).expect("the zone");
    day.at(hour, 0, 0, 0).to_zoned(zone).expect("a time").timestamp()
}
