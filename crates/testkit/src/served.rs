//! A world that answers on a port of this machine, for callers of their own such as a browser.

use db::Dialect;
use frame::{
    config::Config,
    serve::{self, Limits},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::world::World;

/// A world with a server in front. It stops when this is dropped.
#[derive(Debug)]
pub struct Served {
    /// The world behind it.
    pub world: World,
    /// Its address, `http://127.0.0.1:<port>`.
    pub base_url: String,
    // Dropped with the rest: its end is what the server waits for.
    _stop: oneshot::Sender<()>,
    _server: JoinHandle<()>,
}

impl World {
    /// A world that is served on a free port, at the address that it believes to have.
    pub async fn served(dialect: Dialect) -> Served {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let base_url = format!("http://127.0.0.1:{port}");
        let config = Config { base_url: base_url.clone(), ..Config::for_tests() };
        let world = World::configured(dialect, config).await;
        let (stop, stopped) = oneshot::channel::<()>();
        let app = world.app.clone();
        let server = tokio::spawn(async move {
            let until = async {
                // An error tells that the other end is gone, which is the sign to stop.
                stopped.await.ok();
            };
            serve::serve(app, listener, Limits::default(), until).await;
        });
        Served { world, base_url, _stop: stop, _server: server }
    }
}
