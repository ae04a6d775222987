//! The cases that a step moved (CF-02 to CF-08).

use jiff::Timestamp;

use super::{Checked, Checker, Scene, Violation};
use crate::{spec::cases::Case, stage::act::Verdict};

/// What is compared of a case, each with its rule.
const FIELDS: [(&str, &str); 10] = [
    ("phase", "CF-02"),
    ("state", "CF-02"),
    ("level", "CF-02"),
    ("phase_at", "CF-02"),
    ("level_due_at", "CF-02"),
    ("appeal_until", "CF-07"),
    ("attention_at", "CF-02"),
    ("clocks_held", "CF-05"),
    ("breached_at", "CF-02"),
    ("account_id", "AC-04"),
];

fn instant(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.as_microsecond().to_string())
}

impl Checker {
    /// Looks at the cases that were moved.
    pub(super) fn conflicts(&mut self, scene: &mut Scene<'_, '_>) -> Checked {
        for label in scene.book.moved.clone() {
            self.case(scene, label)?;
        }
        Ok(())
    }

    /// One case: its row, who decides it, what was said, decided and appealed.
    pub(super) fn case(&mut self, scene: &mut Scene<'_, '_>, label: u32) -> Checked {
        let (Some(id), Some(case)) =
            (scene.names.cases.get(&label).cloned(), scene.book.cases.get(&label))
        else {
            let words = format!("the case {label} was not opened");
            return Err(Violation::new("CF-01", words));
        };
        let params = db::params![scene.cast.vendor_id.as_str(), id.as_str()];
        let found = scene.tx.query_opt(
            "SELECT phase, state, level, phase_at, level_due_at, appeal_until, attention_at, \
             clocks_held, breached_at, account_id, decider_user_id FROM conflict_cases \
             WHERE vendor_id = $1 AND case_id = $2",
            params,
            |row| {
                let number = |column| {
                    row.opt_int(column).map(|n| n.map_or_else(String::new, |n| n.to_string()))
                };
                let mut all = vec![row.text(0)?, row.text(1)?];
                for column in 2..9 {
                    all.push(number(column)?);
                }
                all.extend([row.text(9)?, row.text(10)?]);
                Ok(all)
            },
        )?;
        let found = found.unwrap_or_default();
        self.compared += 1;
        for ((found, wanted), (field, rule)) in found.iter().zip(wanted(scene, case)).zip(FIELDS) {
            if *found != wanted {
                let words =
                    format!("case {label} has {field} “{found}” and should have “{wanted}”");
                return Err(Violation::new(rule, words));
            }
        }
        decider(scene, (label, case), found.last().map_or("", String::as_str))?;
        said(scene, (label, id.as_str()))
    }
}

fn wanted(scene: &Scene<'_, '_>, case: &Case) -> Vec<String> {
    use crate::spec::cases::Phase;
    let state = match case.phase {
        Phase::Deciding | Phase::Appealed => "open",
        Phase::Decided => "decided",
        Phase::Final | Phase::Closed => "closed",
    };
    let until = case.appeal_until.filter(|_| case.phase == Phase::Decided);
    vec![
        case.phase.word().to_owned(),
        state.to_owned(),
        case.level.to_string(),
        instant(Some(case.since)),
        instant(case.level_due),
        instant(until),
        instant(case.attention),
        u8::from(case.holds_clocks).to_string(),
        instant(case.breached_at),
        scene.names.accounts.get(&case.account).map_or_else(String::new, ToString::to_string),
    ]
}

/// Nobody decides who has a stake, and somebody decides where somebody is free (CF-03).
fn decider(scene: &Scene<'_, '_>, (label, case): (u32, &Case), found: &str) -> Checked {
    if !case.is_open() {
        return if found.is_empty() {
            Ok(())
        } else {
            Err(Violation::new("CF-03", format!("case {label} is decided and lies with {found}")))
        };
    }
    let place = (0..).zip(&scene.cast.staff).find(|(_, one)| one.user_id.as_str() == found);
    let person = place.map(|(place, _)| place);
    // Who has a stake is judged when the case reaches its level.
    let fits = match person {
        Some(person) => case.free.contains(&person),
        None => found.is_empty() && case.free.is_empty(),
    };
    if fits {
        return Ok(());
    }
    let words = format!("case {label} lies on level {} with {person:?}", case.level);
    Err(Violation::new("CF-03", words))
}

/// One statement of each party, one appeal, the decisions in order.
fn said(scene: &mut Scene<'_, '_>, (label, id): (u32, &str)) -> Checked {
    let vendor = scene.cast.vendor_id.as_str().to_owned();
    let params = db::params![&vendor, id];
    let Some(case) = scene.book.cases.get(&label) else {
        return Ok(());
    };
    let name = |side: &Option<u32>| {
        let partner = side.and_then(|side| scene.cast.partner(side));
        partner.map_or_else(String::new, |one| one.partner_id.as_str().to_owned())
    };
    let mut stated: Vec<String> = case.statements.keys().map(name).collect();
    stated.sort();
    let found = scene.tx.query(
        "SELECT partner_id FROM conflict_statements WHERE vendor_id = $1 AND case_id = $2 \
         ORDER BY partner_id",
        params,
        |row| row.text(0),
    )?;
    if found != stated {
        let words = format!("case {label} has statements of {found:?}, not of {stated:?}");
        return Err(Violation::new("CF-04", words));
    }
    let appeals = scene.tx.query_one(
        "SELECT COUNT(*) FROM conflict_appeals WHERE vendor_id = $1 AND case_id = $2",
        params,
        |row| row.int(0),
    )?;
    if appeals != i64::from(case.appealed) {
        let words = format!("case {label} has {appeals} appeals");
        return Err(Violation::new("CF-07", words));
    }
    let decisions = scene.tx.query(
        "SELECT level, decided_by, outcome_word FROM conflict_decisions WHERE vendor_id = $1 \
         AND case_id = $2 ORDER BY seq",
        params,
        |row| Ok((row.int(0)?, row.text(1)?, row.text(2)?)),
    )?;
    let text = |one: &crate::spec::cases::Decision| {
        let by = one.by.map_or_else(|| "system".to_owned(), |by| scene.book.reference(by));
        (i64::from(one.level), by, word(one.verdict).to_owned())
    };
    let wanted: Vec<_> = case.decisions.iter().map(text).collect();
    if decisions == wanted {
        return Ok(());
    }
    let words = format!("case {label} was decided {decisions:?}, not {wanted:?}");
    Err(Violation::new("CF-05", words))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Award(_) => "award",
        Verdict::CoSell => "co_sell",
        Verdict::RejectBoth => "reject_both",
        Verdict::Release => "release",
    }
}
