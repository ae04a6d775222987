//! Bodies that tell how much of them was read.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A piece of a body.
const PIECE: usize = 16 * 1024;

/// A body of so many bytes, all of them `a`.
pub(super) struct Sent {
    left: usize,
    announces: bool,
    ends: bool,
    taken: Arc<AtomicUsize>,
}

/// How much of a body was read.
#[derive(Clone)]
pub(super) struct Taken(Arc<AtomicUsize>);

impl Taken {
    pub(super) fn bytes(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Sent {
    /// One that says how long it is.
    pub(super) fn of(bytes: usize) -> (Self, Taken) {
        let taken = Arc::new(AtomicUsize::new(0));
        (Self { left: bytes, announces: true, ends: true, taken: taken.clone() }, Taken(taken))
    }

    /// One that does not say how long it is.
    pub(super) fn in_pieces(bytes: usize) -> (Self, Taken) {
        let (sent, taken) = Self::of(bytes);
        (Self { announces: false, ..sent }, taken)
    }

    /// One that says how long it is and then never comes.
    pub(super) fn hanging(bytes: usize) -> (Self, Taken) {
        let (sent, taken) = Self::of(bytes);
        (Self { ends: false, ..sent }, taken)
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.ends {
            // That it was asked for is told by one byte.
            self.taken.fetch_max(1, Ordering::SeqCst);
            return Poll::Pending;
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let piece = self.left.min(PIECE);
        self.left -= piece;
        self.taken.fetch_add(piece, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'a'; piece])))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        match u64::try_from(self.left) {
            Ok(left) if self.announces => SizeHint::with_exact(left),
            Ok(_) | Err(_) => SizeHint::default(),
        }
    }
}
