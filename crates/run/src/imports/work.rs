//! Checking and writing a file, as jobs and the command line do it: the rows are read outside any
//! transaction that writes, and written in one.

use std::sync::Arc;

use domain::ids::{ImportId, VendorId};
use serde_json::json;

use super::{
    file::{self, Sheet},
    finding::Findings,
    kinds::{self, Outcome, Plan, Reader},
    store::{self, Import, Report, State},
};
use frame::{access::Permission, ctx::Cx, error::AppError, state::App};
use people::{audit, events, identity};

/// Why an import did not go through.
#[derive(Debug)]
enum Stop {
    /// Rows are at fault; everything is undone.
    Rows(Box<(Findings, Outcome)>),
    /// Only a check was wanted; everything is undone.
    Checked(Box<(Findings, Outcome)>),
    /// It is not in a state in which this can be done: somebody else did it, or gave it up.
    NotNow,
    /// Anything else.
    App(AppError),
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<db::DbError> for Stop {
    fn from(error: db::DbError) -> Self {
        Self::App(error.into())
    }
}

/// One import of one vendor, on this node.
#[derive(Debug, Clone)]
pub(super) struct Work {
    app: Arc<App>,
    vendor_id: VendorId,
    import_id: ImportId,
}

/// An import with its file, read.
#[derive(Debug, Clone)]
struct Loaded {
    import: Import,
    reader: Reader,
}

impl Work {
    pub(super) fn new(app: &Arc<App>, vendor_id: &VendorId, import_id: &ImportId) -> Self {
        Self { app: app.clone(), vendor_id: vendor_id.clone(), import_id: import_id.clone() }
    }

    /// Checks every row; afterwards the import is checked or faulty.
    pub(super) fn check(&self) -> Result<(), AppError> {
        let ended = self.load(State::Checking).and_then(|loaded| match loaded {
            Some(loaded) => self.check_loaded(&loaded),
            None => Ok(()),
        });
        super::progress(&self.app)?.end(self.import_id.as_str());
        ended.or_else(|error| self.failed(error))
    }

    /// Writes every row in one transaction; afterwards the import is done, or faulty or failed
    /// with nothing written.
    pub(super) fn run(&self) -> Result<(), AppError> {
        let ended = self.load(State::Running).and_then(|loaded| match loaded {
            Some(loaded) => self.run_loaded(&loaded),
            None => Ok(()),
        });
        super::progress(&self.app)?.end(self.import_id.as_str());
        ended.or_else(|error| self.failed(error))
    }

    fn check_loaded(&self, loaded: &Loaded) -> Result<(), AppError> {
        let (plan, mut findings) = self.plan(loaded)?;
        let mut outcome = Outcome::default();
        if let Plan::RowByRow = plan {
            match self.write(loaded, (&plan, &findings), true) {
                Err(Stop::Rows(found) | Stop::Checked(found)) => (findings, outcome) = *found,
                Err(Stop::App(error)) => return Err(error),
                Err(Stop::NotNow) | Ok(()) => return Ok(()),
            }
        }
        let state = if findings.has_faults() { State::Faulty } else { State::Checked };
        self.keep(loaded, state, (&findings, &outcome), "")
    }

    fn run_loaded(&self, loaded: &Loaded) -> Result<(), AppError> {
        let (plan, findings) = self.plan(loaded)?;
        if findings.has_faults() {
            return self.keep(loaded, State::Faulty, (&findings, &Outcome::default()), "");
        }
        match self.write(loaded, (&plan, &findings), false) {
            Ok(()) => {}
            Err(Stop::Rows(found) | Stop::Checked(found)) => {
                let (findings, _) = *found;
                return self.keep(loaded, State::Faulty, (&findings, &Outcome::default()), "");
            }
            Err(Stop::App(error)) => return Err(error),
            Err(Stop::NotNow) => return Ok(()),
        }
        // The index would follow when it is next asked; many accounts at once are better taken in
        // here, where nobody waits.
        channel::accounts::index(&self.app)?.fill(&self.app, &self.vendor_id)
    }

    /// The rows read and recognised without writing.
    fn plan(&self, loaded: &Loaded) -> Result<(Plan, Findings), AppError> {
        let (this, loaded) = (self.clone(), loaded.clone());
        let now = self.app.clock.now();
        self.app.db.read_blocking(move |tx| {
            let mut cx = acting(tx, &this, &loaded.import, now)?;
            cx.writes = false;
            let mut findings = Findings::default();
            let plan = kinds::check(&mut cx, loaded.import.kind, &loaded.reader, &mut findings)?;
            Ok::<_, AppError>((plan, findings))
        })
    }

    /// Writes the rows and ends the import in one transaction; `trial` undoes everything.
    fn write(
        &self,
        loaded: &Loaded,
        (plan, planned): (&Plan, &Findings),
        trial: bool,
    ) -> Result<(), Stop> {
        let (this, loaded) = (self.clone(), loaded.clone());
        let (plan, planned) = (plan.clone(), planned.clone());
        let now = self.app.clock.now();
        self.app.write_for_blocking(&self.vendor_id, move |tx| {
            let mut cx = acting(tx, &this, &loaded.import, now)?;
            let mut import = store::find(&mut cx, &this.import_id)?;
            let due = if trial { State::Checking } else { State::Running };
            if import.state != due {
                return Err(Stop::NotNow);
            }
            let mut findings = planned.clone();
            let kind = import.kind;
            let outcome = kinds::write(&mut cx, (kind, &plan), &loaded.reader, &mut findings)?;
            if findings.has_faults() {
                return Err(Stop::Rows(Box::new((findings, outcome))));
            }
            if trial {
                return Err(Stop::Checked(Box::new((findings, outcome))));
            }
            import.state = State::Done;
            import.finished_at = Some(now);
            import.report = report(&loaded, (&findings, &outcome), "");
            store::update(&mut cx, &import)?;
            store::set_findings(&mut cx, &import.import_id, &findings.list)?;
            store::remember(&mut cx, &import)?;
            tell(&mut cx, &import)?;
            Ok(())
        })
    }

    /// The import and its file; `None` when it is not in the state in which this is due.
    fn load(&self, due: State) -> Result<Option<Loaded>, AppError> {
        let (this, now) = (self.clone(), self.app.clock.now());
        let found = self.app.db.read_blocking(move |tx| {
            let mut cx = Cx::system(tx, &this.app, this.vendor_id.clone(), now);
            cx.writes = false;
            let import = store::find(&mut cx, &this.import_id)?;
            if import.state != due {
                return Ok(None);
            }
            let content = store::content(&mut cx, &this.import_id)?;
            Ok::<_, AppError>(Some((import, content)))
        })?;
        let Some((import, content)) = found else {
            return Ok(None);
        };
        let sheet: Sheet =
            file::read(&content, &import.settings.encoding).map_err(AppError::internal)?;
        let reader = Reader {
            columns: import.mapping.columns(&sheet.headers),
            settings: import.settings.clone(),
            counter: super::progress(&self.app)?.of(self.import_id.as_str()),
            sheet: Arc::new(sheet),
        };
        Ok(Some(Loaded { import, reader }))
    }

    fn keep(
        &self,
        loaded: &Loaded,
        state: State,
        (findings, outcome): (&Findings, &Outcome),
        failure: &str,
    ) -> Result<(), AppError> {
        let report = report(loaded, (findings, outcome), failure);
        let (this, list) = (self.clone(), findings.list.clone());
        let now = self.app.clock.now();
        self.app.write_for_blocking(&self.vendor_id, move |tx| {
            let mut cx = Cx::system(tx, &this.app, this.vendor_id.clone(), now);
            let mut import = store::find(&mut cx, &this.import_id)?;
            if !import.state.is_busy() {
                return Ok(());
            }
            import.state = state;
            import.report = report.clone();
            store::update(&mut cx, &import)?;
            store::set_findings(&mut cx, &this.import_id, &list)
        })
    }

    /// Keeps why it failed; what the operator should see too goes on as an error.
    fn failed(&self, error: AppError) -> Result<(), AppError> {
        let transient = matches!(error, AppError::Unavailable(_) | AppError::TooMany(_));
        let words = match &error {
            AppError::Internal(cause) => {
                tracing::error!(%cause, import = %self.import_id, "an import failed");
                "Something went wrong on our side; nothing was imported. The operator can find \
                 the cause in the log."
                    .to_owned()
            }
            AppError::Invalid(_)
            | AppError::Malformed(_)
            | AppError::Unauthenticated
            | AppError::Forbidden(_)
            | AppError::NotFound
            | AppError::Refused(_)
            | AppError::Stale
            | AppError::PreconditionRequired
            | AppError::TooLarge(_)
            | AppError::TooSlow
            | AppError::UnsupportedMedia(_)
            | AppError::TooMany(_)
            | AppError::Unavailable(_)
            | AppError::Undone(_) => format!("{error}. Nothing was imported."),
        };
        let (this, now) = (self.clone(), self.app.clock.now());
        self.app.write_for_blocking(&self.vendor_id, move |tx| {
            let mut cx = Cx::system(tx, &this.app, this.vendor_id.clone(), now);
            let mut import = store::find(&mut cx, &this.import_id)?;
            if import.state.is_busy() {
                import.state = State::Failed;
                import.report.failure.clone_from(&words);
                store::update(&mut cx, &import)?;
            }
            Ok::<_, AppError>(())
        })?;
        if transient { Ok(()) } else { Err(error) }
    }
}

fn report(loaded: &Loaded, (findings, outcome): (&Findings, &Outcome), failure: &str) -> Report {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Report {
        reading: loaded.reader.sheet.reading.clone(),
        rows: count(loaded.reader.sheet.rows.len()),
        made: outcome.made,
        changed: outcome.changed,
        unchanged: outcome.unchanged,
        held: outcome.held,
        asked: outcome.asked,
        left_out: count(findings.left_out_count()),
        faults: count(findings.fault_count()),
        remarks: findings.remarks(),
        failure: failure.to_owned(),
        sample: loaded.import.report.sample.clone(),
    }
}

/// The surroundings in which an import acts: for whoever sent the file, with what that person may
/// do now.
fn acting<'a, 't>(
    tx: &'a mut db::Tx<'t>,
    work: &'a Work,
    import: &Import,
    now: jiff::Timestamp,
) -> Result<Cx<'a, 't>, AppError> {
    let mut system = Cx::system(tx, &work.app, work.vendor_id.clone(), now);
    let sender = (import.created_by.as_str(), import.created_by_name.as_str());
    let work_id = import.import_id.as_str();
    let actor = identity::resumed(&mut system, sender, work_id, Permission::ImportsRun)?;
    Ok(Cx { actor, ..system })
}

fn tell(cx: &mut Cx<'_, '_>, import: &Import) -> Result<(), AppError> {
    let report = &import.report;
    let facts = json!({
        "kind": import.kind.word(), "file_name": import.file_name, "rows": report.rows,
        "made": report.made, "changed": report.changed, "unchanged": report.unchanged,
        "held": report.held, "left_out": report.left_out,
    });
    audit::record(
        cx,
        &audit::Entry {
            action: "import.done",
            object_kind: "import",
            object_id: import.import_id.as_str(),
            before: json!(null),
            after: facts.clone(),
        },
    )?;
    events::append(
        cx,
        &events::Event {
            kind: "import.done",
            object_kind: "import",
            object_id: import.import_id.as_str(),
            partner_id: "",
            data: facts,
        },
    )
}
