//! One step after the other, in the product and in the book, compared after each.

use std::sync::Arc;

use db::Tx;
use frame::App;
use jiff::{SignedDuration, Timestamp};

use super::{Checked, Checker, Scene, Violation, expect, outcome};
use crate::{
    spec::book::Book,
    stage::{
        act::{Came, Intent},
        cast::Cast,
        perform::{Names, Play},
    },
};

/// What is walked through: the book beside the product.
#[derive(Debug, Clone)]
pub struct Walk {
    /// What should be true.
    pub book: Book,
    /// The ids behind the labels.
    pub names: Names,
    /// Who and what there is.
    pub cast: Arc<Cast>,
    /// What compares.
    pub checker: Checker,
    /// By how much the clock of jobs is wrong, where a fault makes it so.
    pub late: SignedDuration,
}

impl Walk {
    /// Takes a step, and compares everything that it touched.
    pub fn step(
        &mut self,
        tx: &mut Tx<'_>,
        app: &Arc<App>,
        intent: &Intent,
    ) -> Result<Came, Violation> {
        let at = instant(intent.at);
        app.clock.set(at);
        self.book.begin();
        if intent.swept {
            self.jobs(tx, app, at)?;
        }
        let cast = self.cast.clone();
        let expected = expect(&mut self.book, &self.names, at, &intent.act);
        let mut play = Play { tx, app, cast: &cast, names: &mut self.names };
        let came = play.act(at, &intent.act);
        outcome(&intent.act, &expected, &came)?;
        let (book, names) = (&self.book, &self.names);
        self.checker.after(&mut Scene { tx, book, names, cast: &cast }, at, &intent.act)?;
        Ok(came)
    }

    /// The jobs run, on both sides.
    fn jobs(&mut self, tx: &mut Tx<'_>, app: &Arc<App>, at: Timestamp) -> Checked {
        let now = at.saturating_add(self.late).unwrap_or(at);
        let mut cx = frame::Cx::system(tx, app, self.cast.vendor_id.clone(), now);
        let ran = sell::deal_registration::settle(&mut cx)
            .and_then(|()| sell::conflicts::settle(&mut cx));
        ran.map_err(|e| Violation::new("OP-02", format!("a job failed: {e}")))?;
        self.book.sweep(at);
        let swept = self.book.sweep_cases(at);
        swept.map_err(|rules| {
            Violation::new("CF-02", format!("the book cannot sweep its cases: {rules:?}"))
        })
    }

    /// Compares everything there is.
    pub fn everything(&mut self, tx: &mut Tx<'_>, at: Timestamp) -> Checked {
        let (book, names, cast) = (&self.book, &self.names, &self.cast);
        self.checker.everything(&mut Scene { tx, book, names, cast }, at)
    }
}

/// The instant of so many microseconds.
pub fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
