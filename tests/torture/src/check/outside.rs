//! What is kept of direct sales, consents and accounts (DR-05, DR-13, AC-04).
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are told in parts; what one part does not name belongs to the next"
)]

use super::{Checked, Checker, Scene, Violation};
use crate::{
    spec::{book::Account, registration::Consent},
    stage::{act::Act, cast::product},
};

impl Checker {
    /// Looks at what an act of this kind touches.
    pub(super) fn outside(&mut self, scene: &mut Scene<'_, '_>, act: &Act) -> Checked {
        let account = match act {
            Act::Engage { company, .. } | Act::Crm { company, .. } => Some(*company),
            Act::Merge { kept, .. } => Some(*kept),
            Act::Win { deal } => scene.book.registration(*deal).and_then(|one| one.account),
            Act::CloseDirect { opportunity, .. } => scene
                .book
                .accounts
                .iter()
                .find(|(_, one)| one.opportunities.contains_key(opportunity))
                .map(|(label, _)| *label),
            _ => None,
        };
        if let Some(account) = account {
            self.account(scene, account)?;
        }
        let consents: Vec<u32> = scene
            .book
            .told
            .iter()
            .filter(|(_, told)| told.iter().any(|(kind, _)| kind.starts_with("consent_")))
            .map(|(label, _)| *label)
            .collect();
        for label in consents {
            self.consents(scene, label)?;
        }
        Ok(())
    }

    /// An account, its opportunities and the attempts that were refused.
    pub(super) fn account(&mut self, scene: &mut Scene<'_, '_>, label: u32) -> Checked {
        let (Some(id), Some(kept)) =
            (scene.names.accounts.get(&label).cloned(), scene.book.accounts.get(&label))
        else {
            return Ok(());
        };
        let vendor = scene.cast.vendor_id.as_str();
        let params = db::params![vendor, id.as_str()];
        let mut found = scene.tx.query(
            "SELECT created_at, stage FROM direct_opportunities WHERE vendor_id = $1 \
             AND account_id = $2",
            params,
            |row| Ok((row.int(0)?, row.text(1)? == "open")),
        )?;
        found.sort_unstable();
        let mut wanted: Vec<(i64, bool)> = kept
            .opportunities
            .values()
            .map(|one| (one.opened_at.as_microsecond(), one.is_open))
            .collect();
        wanted.sort_unstable();
        self.compared += 1;
        if found != wanted {
            let words = format!(
                "account {label} has the direct opportunities {found:?} and should have {wanted:?}"
            );
            return Err(Violation::new("DR-05", words));
        }
        let mut tried = scene.tx.query(
            "SELECT attempted_at FROM direct_refusals WHERE vendor_id = $1 AND account_id = $2",
            params,
            |row| row.int(0),
        )?;
        tried.sort_unstable();
        let wanted: Vec<i64> = kept.attempts.iter().map(|(at, _)| at.as_microsecond()).collect();
        if tried != wanted {
            let words =
                format!("account {label} keeps the attempts {tried:?} and should keep {wanted:?}");
            return Err(Violation::new("DR-05", words));
        }
        standing(scene, (label, id.as_str()))
    }

    /// The consents of a registration.
    fn consents(&mut self, scene: &mut Scene<'_, '_>, label: u32) -> Checked {
        let (Some(id), Some(one)) = (scene.names.deals.get(&label), scene.book.registration(label))
        else {
            return Ok(());
        };
        let mut found = scene.tx.query(
            "SELECT answer, until_on, answered_at, withdrawn_at FROM deal_registration_consents \
             WHERE vendor_id = $1 AND registration_id = $2",
            db::params![scene.cast.vendor_id.as_str(), id.as_str()],
            |row| Ok((row.text(0)?, row.text(1)?, row.opt_int(2)?, row.opt_int(3)?)),
        )?;
        found.sort();
        let text = |one: &Consent| {
            let answer = match one.given {
                None => "",
                Some(true) => "given",
                Some(false) => "refused",
            };
            let until = one.until_on.map_or_else(String::new, |on| on.to_string());
            let micros = |at: Option<jiff::Timestamp>| at.map(jiff::Timestamp::as_microsecond);
            (answer.to_owned(), until, micros(one.answered_at), micros(one.withdrawn_at))
        };
        let mut wanted: Vec<_> = one.consents.iter().map(text).collect();
        wanted.sort();
        self.compared += 1;
        if found == wanted {
            return Ok(());
        }
        let words =
            format!("registration {label} has the consents {found:?} and should have {wanted:?}");
        Err(Violation::new("DR-05", words))
    }
}

/// Whether the account is a customer, and of what; and where it was merged to.
fn standing(scene: &mut Scene<'_, '_>, (label, id): (u32, &str)) -> Checked {
    let found = scene.tx.query_opt(
        "SELECT status, product_lines, merged_into FROM accounts WHERE vendor_id = $1 \
         AND account_id = $2",
        db::params![scene.cast.vendor_id.as_str(), id],
        |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)),
    )?;
    let Some(kept) = scene.book.accounts.get(&label) else {
        return Ok(());
    };
    let wanted = of(scene, kept);
    let found = found.map(|(status, lines, into)| {
        let mut lines: Vec<String> = lines.split_whitespace().map(str::to_owned).collect();
        lines.sort();
        (status, lines, into)
    });
    if found.as_ref() == Some(&wanted) {
        return Ok(());
    }
    let words = format!("account {label} is {found:?} and should be {wanted:?}");
    Err(Violation::new("DR-13", words))
}

fn of(scene: &Scene<'_, '_>, kept: &Account) -> (String, Vec<String>, String) {
    let status = match (kept.is_house, &kept.bought) {
        (true, _) => "house",
        (false, Some(_)) => "customer",
        (false, None) => "prospect",
    };
    let mut lines: Vec<String> =
        kept.bought.iter().flatten().map(|line| product(*line).to_owned()).collect();
    lines.sort();
    let into = kept.merged_into.and_then(|into| scene.names.accounts.get(&into));
    (status.to_owned(), lines, into.map_or_else(String::new, |id| id.as_str().to_owned()))
}
