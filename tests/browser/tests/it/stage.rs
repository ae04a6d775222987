//! Where a journey takes place: a served world, and the browsers that were opened on it.

use std::{
    future::Future,
    panic::resume_unwind,
    path::Path,
    sync::{Arc, Mutex},
};

use fantoccini::Client;
use testkit::{Dialect, Served, World};
use tokio::sync::Semaphore;

use crate::browser::{Browser, Shape};

/// Journeys at once: each has a server and a browser, and machines that test are small.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A served world and its browsers.
#[derive(Debug)]
pub(crate) struct Stage {
    served: Served,
    opened: Mutex<Vec<Client>>,
}

impl Stage {
    /// The world.
    pub(crate) fn world(&self) -> &World {
        &self.served.world
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.served.base_url)
    }

    /// A fresh browser that nobody is signed in to.
    pub(crate) async fn browser(self: &Arc<Self>, shape: Shape) -> Browser {
        let client = shape.connect().await;
        self.opened.lock().expect("the list").push(client.clone());
        Browser::new(self.clone(), client)
    }
}

/// Runs a journey with a world of its own. Browsers are closed whatever happens; of one that
/// stands on a page when the journey fails, a picture is kept.
pub(crate) fn journey<F>(name: &str, story: impl FnOnce(Arc<Stage>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let turn = TURNS.acquire().await.expect("a turn");
        let served = World::served(Dialect::Sqlite).await;
        let stage = Arc::new(Stage { served, opened: Mutex::default() });
        let outcome = tokio::spawn(story(stage.clone())).await;
        let opened: Vec<Client> = std::mem::take(&mut *stage.opened.lock().expect("the list"));
        for (number, client) in opened.into_iter().enumerate() {
            if outcome.is_err() {
                keep_picture(&client, &format!("{name}-{number}.png")).await;
            }
            if let Err(error) = client.close().await {
                println!("{name}: a browser did not close: {error}");
            }
        }
        drop(turn);
        if let Err(failure) = outcome {
            resume_unwind(failure.into_panic());
        }
    });
}

async fn keep_picture(client: &Client, name: &str) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let kept = match client.screenshot().await {
        Ok(picture) => std::fs::write(&path, picture).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match kept {
        Ok(()) => println!("see {}", path.display()),
        Err(words) => println!("no picture: {words}"),
    }
}
