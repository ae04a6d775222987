//! Making a failing run small: fewer days, fewer acts, fewer partners, as long as the same rule is
//! found broken.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are told in parts; what one part does not name belongs to the next"
)]

use rig::Outcome;

use super::{
    faults::Fault,
    run::{Length, Script, Stopped, run},
};
use crate::stage::act::{Act, Intent};

/// A failing run that was made small.
#[derive(Debug, Clone)]
pub struct Small {
    /// How long and large it still is.
    pub length: Length,
    /// The acts that are left.
    pub intents: Vec<Intent>,
    /// What is found.
    pub stopped: Stopped,
    /// How many runs it took.
    pub runs: u32,
}

/// What is being made small.
struct Work<'f> {
    seed: u64,
    rule: &'static str,
    fault: Option<&'f Fault>,
    left: u32,
    best: Small,
}

/// Makes a failing run small, in at most so many runs; `None` when it does not fail again.
pub fn shrink(
    (seed, length): (u64, Length),
    (intents, rule): (Vec<Intent>, &'static str),
    fault: Option<&Fault>,
    most: u32,
) -> Outcome<Option<Small>> {
    let again = run(seed, &length, Script::Given(intents.clone()), fault)?;
    let Some(stopped) = again.stopped.filter(|stopped| stopped.violation.rule == rule) else {
        return Ok(None);
    };
    let intents = intents.into_iter().take(stopped.step).collect();
    let best = Small { length, intents, stopped, runs: 1 };
    let mut work = Work { seed, rule, fault, left: most, best };
    work.fewer_days()?;
    work.fewer_acts()?;
    work.fewer_partners()?;
    Ok(Some(work.best))
}

impl Work<'_> {
    /// Whether it fails in the same way with these; then they are the best so far.
    fn fails(&mut self, length: Length, intents: Vec<Intent>) -> Outcome<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        self.best.runs += 1;
        let again = run(self.seed, &length, Script::Given(intents.clone()), self.fault)?;
        let Some(stopped) = again.stopped.filter(|one| one.violation.rule == self.rule) else {
            return Ok(false);
        };
        let intents = intents.into_iter().take(stopped.step).collect();
        self.best = Small { length, intents, stopped, runs: self.best.runs };
        Ok(true)
    }

    /// Halves the days, as long as what is found is found before the end.
    fn fewer_days(&mut self) -> Outcome<()> {
        let mut length = self.best.length;
        while length.days > 1 {
            length.days /= 2;
            if !self.fails(length, self.best.intents.clone())? {
                break;
            }
        }
        Ok(())
    }

    /// Leaves acts out: first halves, then quarters, at last one after the other.
    fn fewer_acts(&mut self) -> Outcome<()> {
        let mut size = self.best.intents.len().div_ceil(2).max(1);
        loop {
            let mut from = 0;
            while from < self.best.intents.len() && self.left > 0 {
                let mut fewer = self.best.intents.clone();
                fewer.drain(from..(from + size).min(fewer.len()));
                if !self.fails(self.best.length, fewer)? {
                    from += size;
                }
            }
            if size == 1 || self.left == 0 {
                return Ok(());
            }
            size = size.div_ceil(2);
        }
    }

    /// Leaves out the partners behind the last that acts.
    fn fewer_partners(&mut self) -> Outcome<()> {
        let acts = self.best.intents.iter().filter_map(|intent| partner(&intent.act));
        let mut length = self.best.length;
        length.size.partners = acts.max().map_or(1, |last| last + 1);
        self.fails(length, self.best.intents.clone()).map(drop)
    }
}

/// The partner that an act names.
fn partner(act: &Act) -> Option<u32> {
    match act {
        Act::Draft { partner, .. } | Act::Register { partner, .. } | Act::Pry { partner, .. } => {
            Some(*partner)
        }
        Act::State { side, .. }
        | Act::Appeal { side, .. }
        | Act::Ask { side, .. }
        | Act::Answer { side, .. } => *side,
        _ => None,
    }
}
