//! Reading the body of a request, within its limits of bytes, of time and of room.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::{error::AppError, room::Room};

/// Frames without a single byte that a body may have in a row; more are an attack.
const EMPTY_FRAMES: u32 = 64;

/// How slowly a body may arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The longest time in which nothing arrives.
    pub stall: Duration,
    /// The longest time from the first byte to the last.
    pub whole: Duration,
}

/// What a body may be: how large, how slow, and whose room it takes.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) limit: usize,
    pub(super) pace: Pace,
    pub(super) room: Room,
}

/// A body with the room that it takes: as long as any part of it is held, so is the room.
struct Held {
    bytes: Bytes,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a body, which keeps the room that it takes. One that is larger, breaks off, or arrives
/// more slowly is refused, so that nobody holds a place by sending a byte now and then; one for
/// which there is no room is refused too. A length that was announced is set aside at once.
pub(super) async fn read<B>(body: B, bounds: Bounds) -> Result<Bytes, AppError>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let Bounds { limit, pace, mut room } = bounds;
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(AppError::TooLarge(limit));
    }
    if !room.take(announced) {
        return Err(no_room());
    }
    let whole = Whole { bytes: BytesMut::with_capacity(announced), first: None, limit, room };
    timeout(pace.whole, collect(body, whole, pace.stall)).await.unwrap_or(Err(AppError::TooSlow))
}

fn no_room() -> AppError {
    AppError::Unavailable(
        "The server is handling as many uploads as it can; try again shortly".into(),
    )
}

/// What has arrived so far.
struct Whole {
    bytes: BytesMut,
    /// The only piece, as it came; a second one puts both into `bytes`.
    first: Option<Bytes>,
    limit: usize,
    room: Room,
}

impl Whole {
    fn add(&mut self, data: Bytes) -> Result<(), AppError> {
        let so_far = self.bytes.len() + self.first.as_ref().map_or(0, Bytes::len);
        let now = so_far.saturating_add(data.len());
        if now > self.limit {
            return Err(AppError::TooLarge(self.limit));
        }
        if so_far == 0 {
            if !self.room.take(now.max(self.bytes.capacity())) {
                return Err(no_room());
            }
            self.first = Some(data);
            return Ok(());
        }
        if now > self.bytes.capacity() {
            // Twice as much as was needed last time, so that growing costs little.
            let capacity = self.bytes.capacity().max(now).saturating_mul(2).min(self.limit);
            if !self.room.take(capacity) {
                return Err(no_room());
            }
            self.bytes.reserve(capacity - self.bytes.len());
        }
        if let Some(first) = self.first.take() {
            self.bytes.extend_from_slice(&first);
        }
        self.bytes.extend_from_slice(&data);
        Ok(())
    }

    fn end(self) -> Bytes {
        let bytes = self.first.unwrap_or_else(|| self.bytes.freeze());
        Bytes::from_owner(Held { bytes, _room: self.room })
    }
}

async fn collect<B>(body: B, mut whole: Whole, stall: Duration) -> Result<Bytes, AppError>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut body = std::pin::pin!(body);
    let mut empty = 0;
    loop {
        let frame = timeout(stall, body.frame()).await.map_err(|_| AppError::TooSlow)?;
        let Some(frame) = frame else { return Ok(whole.end()) };
        let frame = frame.map_err(|_| {
            AppError::Malformed("The request ended before its body was complete".into())
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if data.is_empty() {
            empty += 1;
            if empty > EMPTY_FRAMES {
                return Err(AppError::Malformed("The body is empty".into()));
            }
            continue;
        }
        whole.add(data)?;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        sync::Arc,
        task::{Context, Poll},
    };

    use http_body::{Body, Frame};

    use super::{
        super::room::{Caller, Rooms},
        *,
    };

    const PACE: Pace = Pace { stall: Duration::from_millis(20), whole: Duration::from_millis(200) };

    /// Sends its pieces at once and then, if it hangs, nothing more and no end.
    struct Pieces {
        left: Vec<&'static str>,
        hangs: bool,
    }

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            match self.left.pop() {
                Some(piece) => {
                    Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(piece.as_bytes())))))
                }
                None if self.hangs => Poll::Pending,
                None => Poll::Ready(None),
            }
        }
    }

    fn bounds(limit: usize, rooms: &Arc<Rooms>) -> Bounds {
        Bounds { limit, pace: PACE, room: rooms.room(Caller::Known) }
    }

    async fn reads(body: Pieces, limit: usize) -> Result<Bytes, AppError> {
        read(body, bounds(limit, &Rooms::of(1 << 20))).await
    }

    #[tokio::test]
    async fn pieces_become_one_body_up_to_the_limit() {
        for (left, limit, expected) in [
            (vec!["abc"], 3, Ok("abc")),
            (vec!["c", "b", "a"], 3, Ok("abc")),
            (vec!["d", "c", "b", "a"], 3, Err(())),
            (vec![], 3, Ok("")),
        ] {
            let outcome = reads(Pieces { left, hangs: false }, limit).await;
            match expected {
                Ok(text) => assert_eq!(outcome.unwrap(), text.as_bytes()),
                Err(()) => assert!(matches!(outcome, Err(AppError::TooLarge(3)))),
            }
        }
    }

    #[tokio::test]
    async fn a_body_that_stops_arriving_is_refused() {
        let outcome = reads(Pieces { left: vec!["abc"], hangs: true }, 100).await;
        assert!(matches!(outcome, Err(AppError::TooSlow)));
    }

    #[tokio::test]
    async fn empty_pieces_do_not_keep_a_request_alive() {
        let outcome = reads(Pieces { left: vec![""; 1_000], hangs: false }, 100).await;
        assert!(matches!(outcome, Err(AppError::Malformed(_))));
    }

    /// Says how long it is and then takes its time.
    struct Announced(u64);

    impl Body for Announced {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }

        fn size_hint(&self) -> http_body::SizeHint {
            http_body::SizeHint::with_exact(self.0)
        }
    }

    #[tokio::test]
    async fn an_announced_length_is_set_aside_before_the_first_byte_and_given_back() {
        let rooms = Rooms::of(1 << 20);
        let large: u64 = 700 << 10;
        let first = tokio::spawn(read(Announced(large), bounds(1 << 20, &rooms)));
        tokio::task::yield_now().await;
        let second = read(Announced(large), bounds(1 << 20, &rooms)).await;
        assert!(matches!(second, Err(AppError::Unavailable(_))), "{second:?}");
        // The first one is too slow; its room is free again.
        assert!(matches!(first.await.unwrap(), Err(AppError::TooSlow)));
        let third = read(Announced(large), bounds(1 << 20, &rooms)).await;
        assert!(matches!(third, Err(AppError::TooSlow)), "{third:?}");
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_refused_where_the_room_ends() {
        let rooms = Rooms::of(800);
        let text = "a".repeat(200);
        let pieces = || vec![&*text.clone().leak(); 4];
        let refused = read(Pieces { left: pieces(), hangs: false }, bounds(1_000, &rooms)).await;
        assert!(matches!(refused, Err(AppError::Unavailable(_))), "{refused:?}");
        let rooms = Rooms::of(8_000);
        let taken = read(Pieces { left: pieces(), hangs: false }, bounds(1_000, &rooms)).await;
        assert_eq!(taken.unwrap().len(), 800);
    }

    #[tokio::test]
    async fn the_room_of_a_body_is_free_when_no_part_of_it_is_held_any_more() {
        let rooms = Rooms::of(800);
        let pieces = || Pieces { left: vec!["abc"; 200], hangs: false };
        let body = read(pieces(), bounds(600, &rooms)).await.unwrap();
        let part = body.slice(..3);
        drop(body);
        let refused = read(pieces(), bounds(600, &rooms)).await;
        assert!(matches!(refused, Err(AppError::Unavailable(_))), "{refused:?}");
        drop(part);
        assert!(read(pieces(), bounds(600, &rooms)).await.is_ok());
    }
}
