//! Large bodies of many senders at once. Those of strangers are not read, so that memory stays where
//! it is; those of known callers are read as far as there is room. A person is served meanwhile.

mod senders;

use std::time::{Duration, Instant};

use rig::Outcome;
use rig::load::Connection;
use rig::percentiles::Percentiles;
use rig::procstat;
use rig::server::Server;

use crate::stand::{Stand, micros, pause};
use crate::{Harness, Report, Setting};
use senders::{Senders, Told};

/// The harness.
pub(crate) const MEMORY: Harness = Harness {
    name: "memory",
    goals: "security",
    about: "large bodies of many senders take no memory that was not set aside for them",
    run,
};

/// How many strangers send at once, by scale.
const STRANGERS: (usize, usize, usize) = (40, 200, 200);

/// How many known callers send at once: more than there is room for.
const KNOWN: usize = 8;

/// Room for bodies beside known callers, in MiB.
const ROOM_MIB: u64 = 256;

/// What else known callers may cost, in MiB: a body that is worked on is copied.
const BESIDE_MIB: u64 = 200;

/// Requests after which the server is warm.
const WARM: u32 = 200;

/// Somebody signed in, who reads and writes while others send.
struct Person {
    connection: Connection,
    read: String,
    write: Vec<u8>,
    served: u64,
    failed: u64,
    took: Vec<u64>,
}

impl Person {
    fn new(stand: &Stand) -> Outcome<Person> {
        let session = stand.filled.partner_sessions.first().ok_or("no person")?;
        let head = format!("host: localhost\r\ncookie: session={session}\r\n");
        let form = format!("csrf={}&name=Ana", web::csrf_token(session.as_bytes()));
        let write = format!(
            "POST /settings HTTP/1.1\r\n{head}sec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        );
        Ok(Person {
            connection: Connection::to(stand.address),
            read: format!("GET /registrations HTTP/1.1\r\n{head}accept: text/html\r\n\r\n"),
            write: write.into_bytes(),
            served: 0,
            failed: 0,
            took: Vec::new(),
        })
    }

    /// A page, and a form.
    fn works(&mut self) {
        for (request, status) in [(self.read.as_bytes(), 200), (self.write.as_slice(), 303)] {
            let began = Instant::now();
            match self.connection.exchange(request) {
                Ok(answer) if answer.status == status => self.served += 1,
                Ok(_) | Err(_) => self.failed += 1,
            }
            self.took.push(micros(began.elapsed()));
        }
    }
}

/// A server that came to rest, and the memory it takes there, in KiB.
struct Rested {
    server: Server,
    idle: u64,
    person: Person,
}

impl Rested {
    fn start(stand: &Stand, settings: &[(&str, &str)]) -> Outcome<Rested> {
        let home = stand.fresh()?;
        let server = stand.serve_by(&home, stand.command(&home, settings)?)?;
        let mut person = Person::new(stand)?;
        for _ in 0..WARM / 2 {
            person.works();
        }
        if person.failed > 0 {
            return Err(format!("a person is not served: {}", Stand::log_of(&home)));
        }
        pause(Duration::from_millis(200));
        let (idle, _) = procstat::memory_kib(server.process())?;
        Ok(Rested { server, idle, person })
    }

    /// The most memory that the server takes while these send, in KiB.
    fn under(&mut self, senders: Senders) -> Outcome<(u64, Told)> {
        let (_, before) = procstat::memory_kib(self.server.process())?;
        let running = senders.start();
        let mut peak = 0;
        while !running.is_over() {
            self.person.works();
            peak = peak.max(procstat::memory_kib(self.server.process())?.0);
            pause(Duration::from_millis(2));
        }
        let (_, highest) = procstat::memory_kib(self.server.process())?;
        // What was looked at may have missed the highest; the kernel has not. When it was higher
        // before anybody sent, it does not say.
        Ok((if highest > before { highest } else { peak }, running.end()?))
    }
}

fn run(setting: &Setting) -> Outcome<Report> {
    let stand = Stand::new(setting)?;
    let mut report = Report::new();
    strangers(&stand, setting, &mut report)?;
    known(&stand, &mut report)?;
    control(&stand, &mut report)?;
    Ok(report)
}

fn mib(kib: u64) -> String {
    format!("{} MiB", kib / 1_024)
}

fn strangers(stand: &Stand, setting: &Setting, report: &mut Report) -> Outcome<()> {
    let count = setting.of(STRANGERS.0, STRANGERS.1, STRANGERS.2);
    let mut rested = Rested::start(stand, &[])?;
    let senders = Senders::strangers(stand.address, count);
    let (peak, told) = rested.under(senders)?;
    report.note("strangers with 60 MB each, and what they were told", format!("{count}: {told}"));
    report.none("strangers who were not refused", told.others(&[303, 401, 404, 413, 429]));
    report.none("strangers who were told nothing", told.silent);
    report.note("memory at rest", mib(rested.idle));
    let is_met = peak < rested.idle * 2;
    report.figure("memory while strangers send, at most", mib(peak), "below twice that", is_met);
    let person = &rested.person;
    report.figure(
        "requests of a person served meanwhile",
        person.served,
        "some",
        person.served > 0,
    );
    report.none("requests of a person not served", person.failed);
    report.note("a person was served in", Percentiles::of(person.took.clone()));
    rested.server.stop().map(|_| ())
}

/// Known callers get room as long as there is some; the rest is told to come back.
fn known(stand: &Stand, report: &mut Report) -> Outcome<()> {
    let mut rested = Rested::start(stand, &[])?;
    let key = stand.filled.partner_keys.first().ok_or("no key")?;
    let (peak, told) = rested.under(Senders::known(stand.address, KNOWN, key))?;
    report
        .note("known callers with 60 MB each, and what they were told", format!("{KNOWN}: {told}"));
    let refused = told.count(503);
    report.figure("known callers told to come back", refused, "some", refused > 0);
    report.none("known callers told anything else", told.others(&[404, 503]) + told.silent);
    let bound = rested.idle / 1_024 + ROOM_MIB + BESIDE_MIB;
    let is_met = peak / 1_024 <= bound;
    report.figure(
        "memory while they send, at most",
        mib(peak),
        format!("at most {bound} MiB"),
        is_met,
    );
    report.none("requests of a person not served meanwhile", rested.person.failed);
    rested.server.stop().map(|_| ())
}

/// Without a bound on all bodies together, memory must be seen to grow.
fn control(stand: &Stand, report: &mut Report) -> Outcome<()> {
    let mut rested = Rested::start(stand, &[("ENTENTE_LIMITS_BODIES_MEGABYTES", "65536")])?;
    let key = stand.filled.partner_keys.first().ok_or("no key")?;
    let (peak, told) = rested.under(Senders::known(stand.address, KNOWN, key))?;
    let is_found = peak >= rested.idle * 2 && told.count(503) == 0;
    let words = format!("{}, from {}", mib(peak), mib(rested.idle));
    report.control("room without a bound", words, is_found);
    rested.server.stop().map(|_| ())
}
