//! API keys that do less than they were made for, and why (ID-04).

use std::sync::Arc;

use db::Tx;
use frame::{App, AppError, Cx};
use jiff::Timestamp;
use people::identity::{self, KeyView};

use super::finding::Finding;

const CHECK: &str = "keys";

/// So many keys are told one by one for each reason.
const TOLD: usize = 20;

/// The keys of every vendor that lost something.
pub(super) fn findings(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    now: Timestamp,
) -> Result<Vec<Finding>, AppError> {
    let mut keys = Vec::new();
    for vendor in identity::vendors(tx)? {
        let mut cx = Cx::system(tx, app, vendor.vendor_id, now);
        cx.writes = false;
        keys.extend(identity::api_keys(&mut cx)?);
    }
    Ok(of_keys(&keys, now))
}

fn of_keys(keys: &[KeyView], now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    for reason in [ownerless, dormant, narrowed, cut] {
        let found: Vec<Finding> = keys.iter().filter_map(|key| reason(key, now)).collect();
        let more = found.len().saturating_sub(TOLD);
        findings.extend(found.into_iter().take(TOLD));
        if more > 0 {
            findings.push(Finding::note(
                CHECK,
                format!("{more} more lack permissions for the same reason"),
                "entente api-key list",
            ));
        }
    }
    if findings.is_empty() {
        let working = keys.iter().filter(|key| key.standing == "active").count();
        let words = format!("{working} are active, each with all its permissions");
        findings.push(Finding::good(CHECK, words));
    }
    findings
}

fn named(key: &KeyView) -> String {
    format!("{} “{}”", key.key_id, key.name)
}

/// What replaces a key: one like it that belongs to somebody.
fn replaced(key: &KeyView) -> String {
    let side = match key.partner_id.as_str() {
        "" => String::new(),
        partner => format!(" --partner {partner}"),
    };
    format!(
        "create a new key with `entente api-key create --name NAME --scopes {}{side} --owner \
         ADDRESS`, give it to the program, and run `entente api-key revoke {}`",
        key.scopes.replace(' ', ","),
        key.key_id
    )
}

fn ownerless(key: &KeyView, _: Timestamp) -> Option<Finding> {
    (key.standing == "active" && key.owner.is_empty()).then(|| {
        let words = format!(
            "{} has no owner: it works as before, but it cannot make decisions and nobody is \
             responsible for it",
            named(key)
        );
        Finding::warning(CHECK, words, format!("Set an owner: {}", replaced(key)))
    })
}

fn dormant(key: &KeyView, _: Timestamp) -> Option<Finding> {
    (key.standing == "dormant").then(|| {
        let words =
            format!("{} is refused: its owner has no active access ({})", named(key), key.owner);
        let fix = if key.is_of_service {
            "Have another administrator take over the service identity under Run, Service \
             identities, or end it with `entente service end`"
                .to_owned()
        } else {
            format!(
                "Restore the person (`entente user restore`) if appropriate. Otherwise {}",
                replaced(key)
            )
        };
        Finding::warning(CHECK, words, fix)
    })
}

fn narrowed(key: &KeyView, _: Timestamp) -> Option<Finding> {
    (key.standing == "active" && !key.lost.is_empty()).then(|| {
        let words = format!(
            "{} lacks permissions: its owner ({}) does not have {}",
            named(key),
            key.owner,
            key.lost.join(", ")
        );
        let fix = if key.is_of_service {
            "If its program needs them, have somebody with these permissions take over the \
             service identity under Run, Service identities, or have its owner edit it there"
                .to_owned()
        } else {
            format!(
                "Leave it if its program does not need them. Otherwise give the owner a role with \
                 these permissions, or {}",
                replaced(key)
            )
        };
        Finding::warning(CHECK, words, fix)
    })
}

fn cut(key: &KeyView, now: Timestamp) -> Option<Finding> {
    let until = key.cut_from.filter(|until| *until > now)?;
    let words = if key.standing == "revoked" {
        format!(
            "{} was revoked with the key it was created with; it would have expired {until}",
            named(key)
        )
    } else {
        format!(
            "{} expires with the key it was created with, at {} instead of {until}",
            named(key),
            key.expires_at
        )
    };
    let fix = format!("If its program is still needed, {}", replaced(key));
    Some(Finding::note(CHECK, words, fix))
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Level, *};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn key(owner: &str, standing: &'static str) -> KeyView {
        KeyView {
            key_id: "key_1".to_owned(),
            name: "CRM sync".to_owned(),
            prefix: "ent_1".to_owned(),
            partner_id: String::new(),
            scopes: "accounts:read imports:run".to_owned(),
            standing,
            owner: owner.to_owned(),
            is_of_service: false,
            lost: Vec::new(),
            cut_from: None,
            expires_at: at("2027-01-01T00:00:00Z"),
            used_at: None,
        }
    }

    fn only(key: KeyView) -> Finding {
        let mut found = of_keys(&[key], at("2026-06-01T00:00:00Z"));
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    #[test]
    fn id_04_a_key_that_lost_nothing_is_good() {
        assert_eq!(only(key("Ana", "active")).level, Level::Good);
        // What does not work any more has nothing to lose.
        assert_eq!(only(key("", "expired")).level, Level::Good);
        assert_eq!(only(key("", "revoked")).level, Level::Good);
        let long_ago =
            KeyView { cut_from: Some(at("2026-06-01T00:00:00Z")), ..key("Ana", "expired") };
        assert_eq!(only(long_ago).level, Level::Good);
    }

    #[test]
    fn id_04_each_loss_is_told_with_its_remedy() {
        let nobodys = only(key("", "active"));
        assert_eq!(nobodys.level, Level::Warning);
        assert!(nobodys.words.contains("has no owner: it works as before"), "{nobodys}");
        let fix = "--scopes accounts:read,imports:run --owner ADDRESS";
        assert!(nobodys.fix.contains(fix), "{nobodys}");
        let dormant = only(KeyView { partner_id: "par_1".to_owned(), ..key("Ana", "dormant") });
        assert!(dormant.words.contains("its owner has no active access (Ana)"), "{dormant}");
        assert!(dormant.fix.contains("--partner par_1 --owner"), "{dormant}");
        let services = only(KeyView { is_of_service: true, ..key("Ana", "dormant") });
        assert!(services.fix.contains("take over the service identity"), "{services}");
        let lost = only(KeyView { lost: vec!["imports:run"], ..key("Ana", "active") });
        assert!(lost.words.contains("its owner (Ana) does not have imports:run"), "{lost}");
        let later = Some(at("2027-05-01T00:00:00Z"));
        let cut = only(KeyView { cut_from: later, ..key("Ana", "active") });
        assert_eq!(cut.level, Level::Note);
        assert!(cut.words.contains("at 2027-01-01T00:00:00Z instead of 2027-05"), "{cut}");
        let ended = only(KeyView { cut_from: later, ..key("Ana", "revoked") });
        assert!(ended.words.contains("was revoked with the key it was created with"), "{ended}");
    }

    #[test]
    fn many_are_told_by_their_number() {
        let all: Vec<KeyView> = (0..TOLD + 3).map(|_| key("", "active")).collect();
        let found = of_keys(&all, at("2026-06-01T00:00:00Z"));
        assert_eq!(found.len(), TOLD + 1);
        assert!(found[TOLD].words.starts_with("3 more"), "{}", found[TOLD]);
    }
}
