//! Serving, working, migrating.

use std::{net::TcpListener, sync::Arc, time::Duration};

use frame::App;
use listenfd::ListenFd;

use super::Failure;
use crate::{config::Settings, node};

/// What blocking work may take to end after everything else has.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// `entente serve`
pub(super) fn serve(mut settings: Settings) -> Result<(), Failure> {
    let listener = bind(&mut settings)?;
    let app = node::application(&settings)?;
    run(app, listener, &settings, greet)
}

/// Takes the address, before anything is touched; notes in the settings which it was. A socket that
/// the service manager holds goes before the configured address: connections wait in it while one
/// process ends and another one begins. Rule OP-03.
pub(super) fn bind(settings: &mut Settings) -> Result<TcpListener, Failure> {
    let failed = |error: std::io::Error, address| {
        Failure::Failed(format!("listen (ENTENTE_LISTEN): {address}: {error}"))
    };
    let wanted = settings.listen;
    let listener = match inherited()? {
        Some(listener) => listener,
        None => TcpListener::bind(wanted).map_err(|error| failed(error, wanted))?,
    };
    let address = listener.local_addr().map_err(|error| failed(error, wanted))?;
    listener.set_nonblocking(true).map_err(|error| failed(error, address))?;
    settings.listens_at(address);
    Ok(listener)
}

/// The socket that was handed over at the start, as systemd does it (`LISTEN_FDS`).
fn inherited() -> Result<Option<TcpListener>, Failure> {
    let mut handed_over = ListenFd::from_env();
    match handed_over.len() {
        0 => Ok(None),
        1 => handed_over
            .take_tcp_listener(0)
            .map_err(|error| Failure::Wrong(format!("the inherited socket: {error}"))),
        several => Err(Failure::Wrong(format!(
            "{several} sockets were inherited, but only one can be served: use one ListenStream \
             in the socket unit"
        ))),
    }
}

/// Serves until it is asked to stop; `greet` says what there is to say first.
pub(super) fn run(
    app: Arc<App>,
    listener: TcpListener,
    settings: &Settings,
    greet: fn(&Arc<App>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    in_runtime(async move {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(Failure::of)?;
        let stop = node::stop_signal()?;
        greet(&app)?;
        println!("Entente serves {} on {}", settings.app.base_url, settings.listen);
        node::run(app, listener, node::Plan::of(settings), stop).await
    })
}

/// Says what to do first in an installation that is still empty.
fn greet(app: &Arc<App>) -> Result<(), Failure> {
    let vendors = app.db.read_blocking(people::identity::vendors)?;
    if vendors.is_empty() {
        println!(
            "There is no vendor yet. Create one, with its first user:\n  entente user create \
             --vendor \"Acme\" --name \"Ana Lopez\" --email ana@acme.example"
        );
    }
    Ok(())
}

/// `entente work`
pub(super) fn work(settings: &Settings) -> Result<(), Failure> {
    let app = node::application(settings)?;
    let plan = node::Plan::of(settings);
    in_runtime(async move {
        let stop = node::stop_signal()?;
        println!("Entente runs jobs of {}", app.db.dialect());
        node::only_work(app, plan, stop).await
    })
}

/// Runs `what` to its end; blocking work that hangs does not hold up the exit.
pub(super) fn in_runtime(what: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::of)?;
    let outcome = runtime.block_on(what);
    runtime.shutdown_timeout(LAST_WAIT);
    outcome
}

/// `entente migrate`
pub(super) fn migrate(settings: &Settings) -> Result<(), Failure> {
    let db = node::open(settings)?;
    let applied = node::migrate(settings, &db, &frame::Clock::machine())?;
    if applied.names.is_empty() {
        println!("The schema is up to date at {}.", applied.after);
    } else {
        println!("The schema was migrated from {} to {}:", applied.before, applied.after);
        for name in applied.names {
            println!("  {name}");
        }
    }
    Ok(())
}
