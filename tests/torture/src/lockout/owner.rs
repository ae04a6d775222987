//! The person whose password is guessed.

use std::time::Instant;

use people::identity::{self, NewUser};
use rig::Outcome;
use rig::percentiles::Percentiles;
use testkit::{Answer, Caller, World};

use crate::inside::unexpected;
use crate::stand::micros;

/// The address by which the person signs in.
pub(super) const EMAIL: &str = "olga@acme.example";
const PASSWORD: &str = "seven green bottles";

/// Where the person works.
const AT_WORK: &str = "192.0.2.10";

/// How often signing in went well, and how long it took.
#[derive(Debug)]
pub(super) struct Tried {
    pub(super) let_in: u64,
    pub(super) refused: u64,
    micros: Vec<u64>,
    pub(super) took: Percentiles,
}

impl Tried {
    fn new() -> Tried {
        Tried { let_in: 0, refused: 0, micros: Vec::new(), took: Percentiles::of(Vec::new()) }
    }

    fn note(&mut self, answer: &Answer, began: Instant) {
        if is_let_in(answer) {
            self.let_in += 1;
            self.micros.push(micros(began.elapsed()));
            self.took = Percentiles::of(self.micros.clone());
        } else {
            self.refused += 1;
        }
    }
}

#[derive(Debug)]
pub(super) struct Owner {
    /// The browser in which the person signed in before.
    browser: Caller,
    stranger: Caller,
    pub(super) known: Tried,
    pub(super) fresh: Tried,
    /// Fresh browsers so far; each is somewhere else.
    browsers: u32,
}

fn cookie<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let name = web::host_cookie_name(name, true);
    let all = answer.headers.get_all("set-cookie").iter();
    all.filter_map(|value| value.to_str().ok())
        .find_map(|value| web::cookie_value(value, &name))
        .filter(|value| !value.is_empty())
}

/// A session was begun.
pub(super) fn is_let_in(answer: &Answer) -> bool {
    answer.status == 303 && cookie(answer, "session").is_some()
}

/// The same caller, as the proxy in front says where it is.
pub(super) fn at(caller: &Caller, place: &str) -> Caller {
    caller.with_header("x-forwarded-for", place)
}

async fn enters(caller: &Caller) -> Answer {
    caller.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await
}

impl Owner {
    /// Somebody with a password, who has signed in once.
    pub(super) async fn of(world: &World) -> Outcome<Owner> {
        let made = world.act(|cx| {
            let phc = identity::password_hash(cx.app, PASSWORD)?;
            let new = NewUser {
                email: EMAIL,
                name: "Olga Brandt",
                roles: &["operations"],
                password_phc: Some(&phc),
                ..NewUser::default()
            };
            identity::create_user(cx, &new)
        });
        made.await;
        let stranger = world.anonymous();
        let answer = enters(&at(&stranger, AT_WORK)).await;
        let device = cookie(&answer, "device")
            .ok_or_else(|| unexpected(&answer.asked, answer.status.as_u16(), &answer.text()))?;
        let browser = stranger.with_header("cookie", &format!("__Host-device={device}"));
        let browser = at(&browser, AT_WORK);
        let (known, fresh) = (Tried::new(), Tried::new());
        Ok(Owner { browser, stranger, known, fresh, browsers: 0 })
    }

    pub(super) async fn signs_in_where_known(&mut self) {
        let began = Instant::now();
        let answer = enters(&self.browser).await;
        self.known.note(&answer, began);
    }

    fn fresh_browser(&mut self) -> Caller {
        self.browsers += 1;
        at(&self.stranger, &format!("198.51.100.{}", self.browsers % 250))
    }

    /// With the password, in a browser that nobody has seen.
    pub(super) async fn signs_in_afresh(&mut self) {
        let browser = self.fresh_browser();
        let began = Instant::now();
        let answer = enters(&browser).await;
        self.fresh.note(&answer, began);
    }

    /// As where known, without the cookie by which it is known; how often let in and refused.
    pub(super) async fn signs_in_forgotten(&mut self) -> (u64, u64) {
        let mut tried = Tried::new();
        for _ in 0..5 {
            let began = Instant::now();
            tried.note(&enters(&at(&self.stranger, AT_WORK)).await, began);
        }
        (tried.let_in, tried.refused)
    }

    /// In a fresh browser: asks for a link, and opens the last one that was mailed, whoever asked
    /// for it; what came of it.
    pub(super) async fn signs_in_by_link(&mut self, world: &World) -> Outcome<&'static str> {
        let browser = self.fresh_browser();
        let asked = browser.post("/sign-in/link", &[("email", EMAIL)]).await;
        if asked.location() != "/sign-in/sent" {
            return Err(unexpected(&asked.asked, asked.status.as_u16(), &asked.text()));
        }
        world.run_jobs().await;
        let mails = world.mails_to(EMAIL).await;
        let Some((_, body)) = mails.last() else { return Ok("no mail") };
        let link = body.split_whitespace().find_map(|word| word.get(word.find("/links/")?..));
        let Some(link) = link else { return Ok("a mail without a link") };
        if browser.get(link).await.status != 200 {
            return Ok("a link that does not open");
        }
        let answer = browser.post(link, &[("x", "1")]).await;
        Ok(if is_let_in(&answer) { "signed in" } else { "a link that does not let in" })
    }
}
