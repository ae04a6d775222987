//! `entente doctor`: checks everything an installation depends on and says how to correct each
//! fault.

mod address;
mod finding;
mod keys;
mod machine;
mod replica;
mod server;
mod storage;
mod work;

use std::sync::Arc;

use frame::{App, Clock};
use people::{audit, identity, notifications};

use self::finding::{Finding, Level};
use super::{Failure, acting};
use crate::{config::Settings, node, zones};

/// Longest reason for going on with a clock that is behind.
const MOST_REASON_CHARACTERS: usize = 200;

/// How thoroughly to check, and how to report it.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Look {
    /// Skip checks that read the whole database: its pages, and the audit and receipt chains.
    #[arg(long)]
    quick: bool,
    /// Report as one JSON object.
    #[arg(long)]
    json: bool,
    /// Go on with this machine's clock although the newest entries are later, for this reason, of at
    /// most 200 characters. The audit trail keeps it.
    #[arg(long, value_name = "REASON")]
    accept_clock: Option<String>,
}

/// `entente doctor`
pub(super) fn doctor(settings: &Settings, look: &Look) -> Result<(), Failure> {
    let mut findings = match &look.accept_clock {
        Some(reason) => accept_clock(settings, reason)?,
        None => Vec::new(),
    };
    findings.extend(machine::findings(settings));
    findings.push(Finding::good("time zones", zones::choose()));
    findings.extend(address::of_settings(settings));
    findings.extend(address::reached(&settings.app.base_url));
    findings.push(mail(settings));
    findings.extend(server::findings(settings, Clock::machine().now()));
    findings.extend(replica::findings(settings, Clock::machine().now()));
    match storage::opened(settings, look.quick) {
        Ok((db, found)) => {
            findings.extend(found);
            findings.extend(replica::standing(&db));
            let app = app::open(db, Clock::machine(), settings.app.clone())?;
            findings.extend(inside(&app));
        }
        Err(found) => findings.extend(found),
    }
    tell(&findings, look.json)?;
    if findings.iter().any(|finding| finding.level == Level::Fault) {
        Err(Failure::Told(1))
    } else {
        Ok(())
    }
}

/// Writes go on by the clock of this machine, for every vendor whose newest entry it is behind.
fn accept_clock(settings: &Settings, reason: &str) -> Result<Vec<Finding>, Failure> {
    let reason = domain::text::line(reason, MOST_REASON_CHARACTERS)
        .map_err(|error| Failure::Wrong(format!("--accept-clock: the reason {error}")))?;
    let app = node::existing_application(settings)?;
    let mut findings = Vec::new();
    for vendor in app.db.read_blocking(identity::vendors)? {
        let given = reason.clone();
        let confirmed = acting::write(&app, &vendor, move |cx| audit::confirm_clock(cx, &given))?;
        let name = &vendor.name;
        findings.push(if confirmed {
            Finding::good("clock", format!("accepted for {name}"))
        } else {
            let words = format!("not behind the newest entry of {name}, so nothing was stored");
            Finding::note("clock", words, "")
        });
    }
    app.db.close();
    Ok(findings)
}

/// Checks that need an up-to-date schema.
fn inside(app: &Arc<App>) -> Vec<Finding> {
    let told = app.clone();
    let now = app.clock.now();
    let found = app.db.read_blocking(move |tx| {
        let mut found = work::findings(tx, now)?;
        found.extend(keys::findings(tx, &told, now)?);
        found.extend(storage::calendars(tx, &told, now)?);
        found.extend(address::of_vendors(&told.config.base_url, &identity::vendors(tx)?));
        Ok::<_, frame::AppError>(found)
    });
    found.unwrap_or_else(|error| {
        vec![Finding::fault("database", error, "Run `entente verify` and check its faults")]
    })
}

fn mail(settings: &Settings) -> Finding {
    let Some(smtp) = &settings.app.smtp else {
        return Finding::note(
            "mail",
            "no mail server is set, so mails are stored without their links under Run, Jobs and \
             mail; `entente user link` prints sign-in links",
            "Set mail.host (ENTENTE_SMTP_HOST) and mail.from (ENTENTE_MAIL_FROM)",
        );
    };
    match notifications::try_server(smtp, &settings.app.mail_from) {
        Ok(()) => Finding::good("mail", format!("{}:{} answers", smtp.host, smtp.port)),
        Err(words) => Finding::fault(
            "mail",
            format!("{}:{}: {words}", smtp.host, smtp.port),
            "Check mail.host, mail.port, mail.encryption, user and password, and that this \
             machine can reach the mail server",
        ),
    }
}

fn tell(findings: &[Finding], json: bool) -> Result<(), Failure> {
    if json {
        let text = serde_json::to_string_pretty(&serde_json::json!({ "findings": findings }));
        println!("{}", text.map_err(Failure::of)?);
        return Ok(());
    }
    for finding in findings {
        println!("{finding}");
    }
    let of = |level| findings.iter().filter(|finding| finding.level == level).count();
    println!("{} faults, {} warnings", of(Level::Fault), of(Level::Warning));
    Ok(())
}
