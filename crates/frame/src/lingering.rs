//! A body that was not wanted. The answer is given at once, but a sender that is still sending
//! would not read it: a connection that is closed with bytes left unread is reset. So what still
//! comes is thrown away for a moment, piece by piece, for a few senders at a time.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::{sync::Semaphore, time::timeout};

/// From how many senders at once something is thrown away.
pub(super) const AT_ONCE: usize = 32;

/// How long a sender is listened to.
const MOMENT: Duration = Duration::from_secs(5);

/// A body whose rest is thrown away when nobody reads it.
#[derive(Debug)]
pub(super) struct Lingering {
    /// `None` when the rest is not to be read: the sender waits for leave to send it.
    places: Option<Arc<Semaphore>>,
    body: Option<Incoming>,
}

impl Lingering {
    /// `waits` says that the sender asked whether to send the body at all.
    pub(super) fn new(body: Incoming, waits: bool, places: &Arc<Semaphore>) -> Self {
        Self { places: (!waits).then(|| places.clone()), body: Some(body) }
    }
}

impl Body for Lingering {
    type Data = bytes::Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(mut body) = self.body.take().filter(|body| !body.is_end_stream()) else {
            return;
        };
        let Some(place) = self.places.take().and_then(|places| places.try_acquire_owned().ok())
        else {
            return;
        };
        tokio::spawn(async move {
            let rest = async {
                while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {}
            };
            if timeout(MOMENT, rest).await.is_err() {
                tracing::debug!("a client kept sending after its request was refused");
            }
            drop(place);
        });
    }
}
