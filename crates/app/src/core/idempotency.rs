//! A repeated write has one effect (AP-01): the first status and body are kept per caller, route
//! and key, and replayed to the byte.

use http::{HeaderName, HeaderValue, StatusCode, header};

use super::{
    error::AppError,
    reply::Reply,
    request::{Input, Req},
    secrets,
};

/// How long an answer is kept, in microseconds: two days, twice what is promised.
pub const KEPT_MICROS: i64 = 2 * 24 * 3_600 * 1_000_000;

/// The key of a request and the fingerprint of what it asks.
#[derive(Debug)]
pub(super) struct Claim {
    caller: String,
    route: String,
    key: String,
    fingerprint: String,
}

/// The claim of an API write, or of a form that carries a token; `None` when a form has none.
pub(super) fn claim(req: &Req<'_, '_>, route: &str) -> Result<Option<Claim>, AppError> {
    let input = req.input;
    let given = if input.is_api() {
        let header = input.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        Some(header.ok_or_else(|| {
            AppError::Malformed(
                "Send an Idempotency-Key header with every write, 1 to 255 printable characters \
                 of your choice; repeat the key only to repeat the request"
                    .into(),
            )
        })?)
    } else {
        req.form.opt(web::IDEMPOTENCY_FIELD)
    };
    let Some(given) = given else { return Ok(None) };
    let key = web::IdempotencyKey::parse(given)
        .map_err(|error| AppError::Malformed(error.to_string()))?;
    let caller =
        if req.signed_in { req.cx.actor.instrument() } else { format!("origin:{}", input.origin) };
    Ok(Some(Claim {
        caller,
        route: route.to_owned(),
        key: key.as_str().to_owned(),
        fingerprint: fingerprint(input),
    }))
}

fn fingerprint(input: &Input) -> String {
    let mut text = Vec::with_capacity(input.body.len() + input.path.len() + 16);
    text.extend_from_slice(input.method.as_str().as_bytes());
    text.push(b' ');
    text.extend_from_slice(input.path.as_bytes());
    text.push(b'?');
    text.extend_from_slice(input.query.as_bytes());
    text.push(b'\n');
    text.extend_from_slice(&input.body);
    secrets::hash_bytes(&text)
}

impl Claim {
    /// The kept answer, when this request was carried out before. The same key with another body
    /// is refused.
    pub(super) fn kept(&self, req: &mut Req<'_, '_>) -> Result<Option<Reply>, AppError> {
        let vendor_id = req.cx.vendor();
        let row = req.cx.tx.query_opt(
            "SELECT fingerprint, status, headers, body FROM idempotency_answers \
             WHERE vendor_id = $1 AND caller = $2 AND route = $3 AND key = $4",
            db::params![vendor_id.as_str(), &self.caller, &self.route, &self.key],
            |row| Ok((row.text(0)?, row.int(1)?, row.text(2)?, row.blob(3)?)),
        )?;
        let Some((fingerprint, status, headers, body)) = row else {
            return Ok(None);
        };
        if fingerprint != self.fingerprint {
            return Err(AppError::field(
                "Idempotency-Key",
                "this key was used for another request; choose a new key for a new request",
            ));
        }
        let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok());
        let mut reply = Reply::no_content();
        reply.status = status.unwrap_or(StatusCode::OK);
        reply.headers = headers.lines().filter_map(parse_header).collect();
        reply.body = body.into();
        Ok(Some(reply.header(HeaderName::from_static("idempotency-replayed"), "true")))
    }

    /// Keeps the answer in the same transaction as the effect.
    pub(super) fn keep(&self, req: &mut Req<'_, '_>, reply: &Reply) -> Result<(), AppError> {
        let headers: Vec<String> = reply
            .headers
            .iter()
            .filter(|(name, _)| *name != header::SET_COOKIE)
            .filter_map(|(name, value)| Some(format!("{name}: {}", value.to_str().ok()?)))
            .collect();
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
                headers.join("\n"),
                reply.kept.as_ref().unwrap_or(&reply.body).as_ref(),
                req.cx.now_micros()
            ],
        )?;
        Ok(())
    }
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
