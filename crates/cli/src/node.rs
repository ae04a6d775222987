//! One application node: database, application, worker, server.

use std::{
    fs,
    future::Future,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use db::{Db, SchemaState};
use frame::serve::{self, Farewell, Limits};
use frame::{App, AppError, Clock};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};

use crate::{
    commands::Failure,
    config::{Settings, folder_of, sqlite_path},
};

/// How long after a start the sums of rows begin in a database that has none: twice the longest time
/// that a process of the version before takes to end.
const SUMS_DELAY: Duration = Duration::from_mins(10);

/// Opens the database of these settings, makes the folder of an embedded one, for the owner only.
pub(crate) fn open(settings: &Settings) -> Result<Db, Failure> {
    if let Some(path) = sqlite_path(&settings.database_url) {
        writable(&folder_of(&path))
            .map_err(|unwritable| Failure::Failed(unwritable.to_string()))?;
        if !path.exists() {
            create_private(&path)?;
        }
    }
    Db::open(&settings.database_url, settings.database.clone()).map_err(|error| {
        let words = error.to_string();
        // What is wrong with the replica names its own key.
        if words.starts_with("database.read_url") {
            return Failure::Failed(words);
        }
        Failure::Failed(format!("database_url (ENTENTE_DATABASE_URL): {words}"))
    })
}

/// A folder for data in which nothing can be made, and why.
#[derive(Debug)]
pub(crate) struct Unwritable {
    /// What is wrong, with the folder.
    pub(crate) words: String,
    /// What to do about it.
    pub(crate) fix: String,
}

impl std::fmt::Display for Unwritable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "data_dir (ENTENTE_DATA_DIR): {}. {}", self.words, self.fix)
    }
}

/// Makes the folder of the data where it is missing, and errs unless files can be made in it. Rule
/// OP-01.
pub(crate) fn writable(folder: &Path) -> Result<(), Unwritable> {
    make_folder(folder).and_then(|()| probe(folder)).map_err(|error| Unwritable {
        words: format!("the folder {} cannot be written: {error}", folder.display()),
        fix: if error.kind() == std::io::ErrorKind::StorageFull {
            "Free some space on its disk".to_owned()
        } else {
            format!(
                "Entente keeps its database and log there. Give the folder to the user that runs \
                 Entente (chown), make it writable (chmod u+rwx {}), mount its disk or volume \
                 writable, or set data_dir to another folder",
                folder.display()
            )
        },
    })
}

/// Makes a file in a folder and removes it: only that tells of a disk that is mounted read-only.
fn probe(folder: &Path) -> std::io::Result<()> {
    let file = folder.join(format!(".entente-probe-{}", std::process::id()));
    fs::File::create(&file)?;
    fs::remove_file(&file)
}

/// Makes a folder for the owner only, and those above it; their names survive a loss of power.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let missing: Vec<&Path> = folder
        .ancestors()
        .take_while(|part| !part.as_os_str().is_empty() && !part.exists())
        .collect();
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for part in missing {
        fs::File::open(folder_of(part)).and_then(|above| above.sync_all())?;
    }
    Ok(())
}

/// An empty file that only the owner reads: SQLite gives its log the same permissions.
pub(crate) fn create_private(path: &Path) -> Result<(), Failure> {
    let at = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let file = fs::File::create_new(path).map_err(at)?;
    file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(at)
}

/// As [`open`], for commands that look after a database and must not make one.
pub(crate) fn open_existing(settings: &Settings) -> Result<Db, Failure> {
    if let Some(path) = sqlite_path(&settings.database_url)
        && !path.exists()
    {
        return Err(Failure::Failed(format!(
            "there is no database at {}: is data_dir (ENTENTE_DATA_DIR) correct? `entente serve` \
             creates a new one",
            path.display()
        )));
    }
    open(settings)
}

/// Brings the schema up to date, after a backup of an embedded database that holds something, and
/// lays the tables on the servers of a distributed one.
/// Rules OP-01, OP-04.
pub(crate) fn migrate(settings: &Settings, db: &Db, clock: &Clock) -> Result<db::Applied, Failure> {
    let before = db.schema_version()?;
    let state = db.check_schema(app::migrations::ALL)?;
    if before > 0
        && state != SchemaState::Current
        && let Some(path) = sqlite_path(&settings.database_url)
    {
        let copy = before_upgrade(&path, before);
        if !copy.exists() {
            db.backup_to(&copy)?;
            println!("The database was backed up to {} before the upgrade.", copy.display());
        }
    }
    let placement = app::placement::declared()?;
    let now = clock.now().as_microsecond();
    let (applied, laid) = db.migrate_placed(app::migrations::ALL, &placement, now)?;
    if let Some(db::Laid { lies, moved }) = laid
        && !moved.is_empty()
    {
        println!(
            "Citus {}: {} tables were distributed on {} servers, {} of them by vendor.",
            lies.version,
            moved.len(),
            lies.servers,
            lies.distributed
        );
    }
    Ok(applied)
}

/// Where the copy before an upgrade from that schema lies.
fn before_upgrade(path: &Path, schema: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-upgrade-{schema:04}"));
    PathBuf::from(name)
}

/// Opens the application over an up-to-date database and puts its schedules in place.
pub(crate) fn application(settings: &Settings) -> Result<Arc<App>, Failure> {
    let db = open(settings)?;
    let clock = Clock::machine();
    migrate(settings, &db, &clock)?;
    let app = app::open(db, clock, settings.app.clone())?;
    let now = app.clock.now().as_microsecond();
    let node = app.clone();
    app.db.write_blocking(move |tx| node.work.schedule(tx, now))?;
    Ok(app)
}

/// Opens the application over a database that must be there and up to date, for single commands.
pub(crate) fn existing_application(settings: &Settings) -> Result<Arc<App>, Failure> {
    let db = open_existing(settings)?;
    match db.check_schema(app::migrations::ALL)? {
        SchemaState::Current => Ok(app::open(db, Clock::machine(), settings.app.clone())?),
        SchemaState::Behind { pending } => Err(Failure::Failed(format!(
            "the database lacks {pending} migrations: run `entente migrate`"
        ))),
    }
}

/// What a node does besides serving, and how long it waits for things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Run jobs too.
    pub(crate) worker: bool,
    /// Limits of the server.
    pub(crate) limits: Limits,
}

impl Plan {
    /// As the settings say.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self { worker: settings.worker, limits: settings.limits }
    }
}

/// Serves and works until `stop` ends, or until the disk has failed to confirm a write: then
/// nothing may be promised any more, and the error says so. Rule OP-03.
pub(crate) async fn run(
    app: Arc<App>,
    listener: TcpListener,
    plan: Plan,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let worker = plan.worker.then(|| Working::start(&app));
    fill_index(&app);
    let sums = tokio::spawn(begin_sums(app.clone()));
    let mut failure = None;
    let until = async {
        tokio::select! {
            biased;
            words = app.db.failed() => failure = Some(words),
            () = stop => tracing::info!("asked to stop"),
        }
    };
    let ended = serve::serve(app.clone(), listener, plan.limits, until).await;
    sums.abort();
    if let Some(worker) = worker {
        worker.end(plan.limits.farewell).await;
    }
    close(&app);
    if let Some(words) = failure {
        return Err(Failure::Failed(words));
    }
    let complete = ended == Farewell::Complete;
    tracing::info!(complete, "stopped");
    Ok(())
}

/// Works until `stop` ends, or until the disk has failed to confirm a write.
pub(crate) async fn only_work(
    app: Arc<App>,
    plan: Plan,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let worker = Working::start(&app);
    fill_index(&app);
    let failure = tokio::select! {
        biased;
        words = app.db.failed() => Some(words),
        () = stop => None,
    };
    worker.end(plan.limits.farewell).await;
    close(&app);
    match failure {
        Some(words) => Err(Failure::Failed(words)),
        None => Ok(()),
    }
}

/// Waits for the database's threads outside of the runtime's.
fn close(app: &Arc<App>) {
    tokio::task::block_in_place(|| app.db.close());
}

/// A worker and what ends it.
struct Working {
    ended: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Working {
    fn start(app: &Arc<App>) -> Self {
        let (ended, end) = watch::channel(false);
        Self { ended, task: tokio::spawn(work(app.clone(), end)) }
    }

    /// Lets running jobs end; one that takes longer is taken up again after the next start, when
    /// its lease has run out.
    async fn end(mut self, farewell: Duration) {
        if self.ended.send(true).is_err() {
            tracing::debug!("the worker stopped unexpectedly");
        }
        match timeout(farewell, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the worker did not stop cleanly"),
            Err(_) => {
                tracing::warn!("some jobs did not finish in time; they will be retried later");
                self.task.abort();
            }
        }
    }
}

/// Runs jobs until the channel says true.
async fn work(app: Arc<App>, mut end: watch::Receiver<bool>) {
    let worker =
        jobs::Worker::new(app.db.clone(), app.work.handlers(&app), jobs::WorkerOptions::default());
    let clock = app.clone();
    let stop = async move {
        if end.wait_for(|ended| *ended).await.is_err() {
            tracing::debug!("the server stopped");
        }
    };
    worker.run_forever(move || clock.clock.now().as_microsecond(), stop).await;
}

/// Begins to keep the sums of rows in a database that an older version made, once no process of that
/// version serves any more. Rule AU-01.
async fn begin_sums(app: Arc<App>) {
    if timeout(SUMS_DELAY, std::future::pending::<()>()).await.is_ok() {
        return;
    }
    let begun = tokio::task::spawn_blocking(move || app.db.begin_sums()).await;
    match begun {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the sums of rows could not be computed"),
        Err(error) => tracing::error!(%error, "the sums of rows were not computed"),
    }
}

/// Fills every vendor's index beside the server; until then exact look-up answers.
fn fill_index(app: &Arc<App>) {
    let app = app.clone();
    std::thread::spawn(move || {
        let vendors = app.db.read_blocking(people::identity::vendors);
        let vendors = vendors.unwrap_or_else(|error: AppError| {
            tracing::error!(%error, "the vendors could not be read");
            Vec::new()
        });
        for vendor in vendors {
            if let Err(error) =
                channel::accounts::index(&app).and_then(|index| index.fill(&app, &vendor.vendor_id))
            {
                tracing::error!(%error, "the account index could not be filled");
            }
        }
    });
}

/// Hears SIGTERM and Ctrl-C from the call on; what it gives ends at the first of them.
///
/// It must be called inside a runtime, and errs when the system does not let it listen.
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()> + Send, Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::of)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::of)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
