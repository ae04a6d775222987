//! A repeated write has one effect (AP-01): the first status and body are kept per caller, route
//! and key, and replayed to the byte. No secret is kept with them: what shows one says what is kept
//! instead ([`Reply::kept_as`]), and the secret of a signed link, which its pages repeat in their
//! addresses, is taken out and put back by the request that repeats it (ID-01).

use http::{HeaderName, HeaderValue, StatusCode, header};

use super::{
    error::AppError,
    reply::Reply,
    request::{Input, Req},
    routes::Route,
    secrets,
};
use crate::access::Access;

/// How long an answer is kept, in microseconds: two days, twice what is promised.
pub const KEPT_MICROS: i64 = 2 * 24 * 3_600 * 1_000_000;

/// The key of a request and the fingerprint of what it asks.
#[derive(Debug)]
pub(super) struct Claim {
    caller: String,
    route: String,
    key: String,
    fingerprint: String,
    secret: LinkSecret,
    /// False when an answer that was kept is repeated and no further one is kept.
    keeps: bool,
}

/// The claim of an API write, or of a form that carries a token; `None` when a form has none, and
/// for strangers: what anybody can send leaves no row. The holder of a link is known by it. Once
/// the link is used up its answers are repeated, and no more are kept.
pub(super) fn claim(req: &mut Req<'_, '_>, route: &Route) -> Result<Option<Claim>, AppError> {
    let input = req.input;
    let given = if input.is_api() {
        let header = input.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        Some(header.ok_or_else(|| {
            AppError::Malformed(
                "Send an Idempotency-Key header with every write: 1 to 255 printable characters. \
                 Reuse a key only to retry the same request"
                    .into(),
            )
        })?)
    } else {
        req.form.opt(web::IDEMPOTENCY_FIELD)
    };
    let Some(given) = given else { return Ok(None) };
    let key = web::IdempotencyKey::parse(given)
        .map_err(|error| AppError::Malformed(error.to_string()))?;
    let (key, fingerprint) = (key.as_str().to_owned(), fingerprint(input));
    let secret = LinkSecret::of(route.path, &input.path);
    Ok(caller(req, route)?.map(|(caller, keeps)| Claim {
        caller,
        route: route.path.to_owned(),
        key,
        fingerprint,
        keeps,
        secret,
    }))
}

/// Whose claim it is, and whether an answer is kept for it.
fn caller(req: &mut Req<'_, '_>, route: &Route) -> Result<Option<(String, bool)>, AppError> {
    if req.signed_in {
        return Ok(Some((req.cx.actor.instrument(), true)));
    }
    match (route.access, req.input.params.get("secret")) {
        (Access::Link(purpose), Some(secret)) => {
            let named = (req.cx.app.authenticator.link)(&mut req.cx, purpose, secret)?;
            Ok(named.map(|link| (format!("link:{}", link.link_id), link.works)))
        }
        (_, _) => Ok(None),
    }
}

fn fingerprint(input: &Input) -> String {
    secrets::hash_parts(&[
        input.method.as_str().as_bytes(),
        b" ",
        input.path.as_bytes(),
        b"?",
        input.query.as_bytes(),
        b"\n",
        &input.body,
    ])
}

impl Claim {
    /// The kept answer, when this request was carried out before. The same key with another body
    /// is refused.
    pub(super) fn kept(&self, req: &mut Req<'_, '_>) -> Result<Option<Reply>, AppError> {
        let vendor_id = req.cx.vendor();
        let row = req.cx.tx.query_opt_as::<(String, i64, String, Vec<u8>), _>(
            "SELECT fingerprint, status, headers, body FROM idempotency_answers \
             WHERE vendor_id = $1 AND caller = $2 AND route = $3 AND key = $4",
            db::params![vendor_id.as_str(), &self.caller, &self.route, &self.key],
        )?;
        let Some((fingerprint, status, headers, body)) = row else {
            return Ok(None);
        };
        if fingerprint != self.fingerprint {
            return Err(AppError::field(
                "Idempotency-Key",
                "this key was used for a different request; use a new key for a new request",
            ));
        }
        let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok());
        let mut reply = Reply::no_content();
        reply.status = status.unwrap_or(StatusCode::OK);
        let headers = self.secret.put_back(headers.as_bytes());
        let headers = String::from_utf8_lossy(&headers);
        reply.headers = headers.lines().filter_map(parse_header).collect();
        reply.body = self.secret.put_back(&body).into();
        Ok(Some(reply.header(HeaderName::from_static("idempotency-replayed"), "true")))
    }

    /// Keeps the answer in the same transaction as the effect.
    pub(super) fn keep(&self, req: &mut Req<'_, '_>, reply: &Reply) -> Result<(), AppError> {
        if !self.keeps {
            return Ok(());
        }
        let headers: Vec<String> = reply
            .headers
            .iter()
            .filter(|(name, _)| *name != header::SET_COOKIE)
            .filter_map(|(name, value)| Some(format!("{name}: {}", value.to_str().ok()?)))
            .collect();
        let headers = self.secret.taken_out(headers.join("\n").as_bytes());
        let body = self.secret.taken_out(reply.kept.as_ref().unwrap_or(&reply.body));
        let vendor_id = req.cx.vendor();
        req.cx.tx.execute(
            "INSERT INTO idempotency_answers (vendor_id, caller, route, key, fingerprint, status, \
             headers, body, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            db::params![
                vendor_id.as_str(),
                &self.caller,
                &self.route,
                &self.key,
                &self.fingerprint,
                i64::from(reply.status.as_u16()),
                String::from_utf8_lossy(&headers).as_ref(),
                body.as_slice(),
                req.cx.now_micros()
            ],
        )?;
        Ok(())
    }
}

/// The secret in the path of a signed link as it was sent; `None` on other routes.
#[derive(Debug)]
struct LinkSecret(Option<String>);

/// What stands for it in what is kept. No page holds such signs.
const PLACE: &str = "\u{1}link\u{1}";

impl LinkSecret {
    fn of(route: &str, path: &str) -> Self {
        let mut parts = route.split('/').zip(path.split('/'));
        let secret = parts.find(|(name, _)| *name == "{secret}").map(|(_, part)| part.to_owned());
        Self(secret.filter(|secret| !secret.is_empty()))
    }

    fn taken_out(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.as_ref().map_or_else(|| bytes.to_vec(), |secret| swapped(bytes, secret, PLACE))
    }

    fn put_back(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.as_ref().map_or_else(|| bytes.to_vec(), |secret| swapped(bytes, PLACE, secret))
    }
}

/// The bytes with each `from` replaced by `to`.
fn swapped(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        match rest.strip_prefix(from.as_bytes()) {
            Some(left) => {
                out.extend_from_slice(to.as_bytes());
                rest = left;
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

fn parse_header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(": ")?;
    Some((name.parse().ok()?, HeaderValue::from_str(value).ok()?))
}

/// Forgets at most `limit` answers that are older than promised, the oldest first; how many there
/// were. A job calls it daily.
pub fn forget_old(tx: &mut db::Tx<'_>, now_micros: i64, limit: u32) -> Result<u64, AppError> {
    Ok(tx.execute(
        "DELETE FROM idempotency_answers WHERE (vendor_id, caller, route, key) IN ( \
         SELECT vendor_id, caller, route, key FROM idempotency_answers WHERE kept_at < $1 \
         ORDER BY kept_at LIMIT $2)",
        db::params![now_micros - KEPT_MICROS, limit],
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_01_the_secret_of_a_link_is_taken_out_and_put_back_to_the_byte() {
        let route = "/links/register/{secret}/check";
        let secret = LinkSecret::of(route, "/links/register/s3cr%65t/check");
        let page = b"\xff<a href=\"/links/register/s3cr%65t\">s3cr%65ts3cr%65t".as_slice();
        let kept = secret.taken_out(page);
        assert!(!String::from_utf8_lossy(&kept).contains("s3cr"));
        assert_eq!(secret.put_back(&kept), page);
        let other = LinkSecret::of("/accounts/{id}", "/accounts/acc_1");
        assert_eq!(other.taken_out(page), page);
    }
}
