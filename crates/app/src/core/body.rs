//! Reading the body of a request, within its limit of bytes and of time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::error::AppError;

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

/// Reads a body of at most `limit` bytes. One that is larger, breaks off, or arrives more slowly
/// than `pace` is refused, so that nobody holds a place by sending a byte now and then.
pub(super) async fn read<B>(body: B, limit: usize, pace: Pace) -> Result<Bytes, AppError>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(AppError::TooLarge(limit));
    }
    let reading = collect(body, limit, pace.stall);
    timeout(pace.whole, reading).await.unwrap_or(Err(AppError::TooSlow))
}

async fn collect<B>(body: B, limit: usize, stall: Duration) -> Result<Bytes, AppError>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut body = std::pin::pin!(body);
    let mut whole = BytesMut::new();
    let mut first: Option<Bytes> = None;
    let mut empty = 0;
    loop {
        let frame = timeout(stall, body.frame()).await.map_err(|_| AppError::TooSlow)?;
        let Some(frame) = frame else { break };
        let frame = frame
            .map_err(|_| AppError::Malformed("The request ended before its body did".into()))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if data.is_empty() {
            empty += 1;
            if empty > EMPTY_FRAMES {
                return Err(AppError::Malformed("The body brings nothing".into()));
            }
            continue;
        }
        let so_far = whole.len() + first.as_ref().map_or(0, Bytes::len);
        if so_far.saturating_add(data.len()) > limit {
            return Err(AppError::TooLarge(limit));
        }
        match first.take() {
            None if whole.is_empty() => first = Some(data),
            None => whole.extend_from_slice(&data),
            Some(before) => {
                whole.extend_from_slice(&before);
                whole.extend_from_slice(&data);
            }
        }
    }
    Ok(first.unwrap_or_else(|| whole.freeze()))
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
    };

    use http_body::{Body, Frame};

    use super::*;

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

    #[tokio::test]
    async fn pieces_become_one_body_up_to_the_limit() {
        for (left, limit, expected) in [
            (vec!["abc"], 3, Ok("abc")),
            (vec!["c", "b", "a"], 3, Ok("abc")),
            (vec!["d", "c", "b", "a"], 3, Err(())),
            (vec![], 3, Ok("")),
        ] {
            let outcome = read(Pieces { left, hangs: false }, limit, PACE).await;
            match expected {
                Ok(text) => assert_eq!(outcome.unwrap(), text.as_bytes()),
                Err(()) => assert!(matches!(outcome, Err(AppError::TooLarge(3)))),
            }
        }
    }

    #[tokio::test]
    async fn a_body_that_stops_arriving_is_refused() {
        let outcome = read(Pieces { left: vec!["abc"], hangs: true }, 100, PACE).await;
        assert!(matches!(outcome, Err(AppError::TooSlow)));
    }

    #[tokio::test]
    async fn empty_pieces_do_not_keep_a_request_alive() {
        let outcome = read(Pieces { left: vec![""; 1_000], hangs: false }, 100, PACE).await;
        assert!(matches!(outcome, Err(AppError::Malformed(_))));
    }
}
