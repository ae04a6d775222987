//! Programs and versions in the database.

use db::{DbError, FromRow, Row};
use domain::{
    ids::ProgramId,
    program::{
        Document, Version,
        lifecycle::{Act, Lifecycle, Standing, standing},
    },
};
use jiff::Timestamp;

use frame::{
    columns::{self, Ours},
    ctx::Cx,
    error::AppError,
};

db::row! {
    /// A program of the vendor.
    #[derive(Debug, Clone)]
    pub struct Program {
        /// Its id.
        pub program_id: ProgramId,
        /// Its name, that of the document last announced.
        pub name: String,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

db::row! {
    /// A version of a program's document, in whatever state.
    #[derive(Debug, Clone)]
    pub struct VersionRow {
        /// The program.
        pub program_id: ProgramId,
        /// The version's number within the program, from 1.
        pub number: i64,
        /// How far it has come.
        pub state: State,
        /// The document as TOML, as it was written.
        pub source: String,
        /// The fingerprint of the rules in it.
        pub fingerprint: String,
        /// The author's note.
        pub note: String,
        /// Who wrote it last, and when.
        pub drafted: Signature,
        /// Who asked for the review, and when.
        pub proposed: Option<Signature>,
        /// Who approved it, and when.
        pub approved: Option<Signature>,
        /// The version that the approver compared it with; 0 for none.
        pub approved_base: i64 => Option::unwrap_or_default,
        /// The words that were approved, as JSON.
        pub approved_diff: Option<String>,
        /// When the council saw it.
        pub council_saw_at: Option<Timestamp>,
        /// Who announced it, and when.
        pub announced: Option<Signature>,
        /// The first instant at which it holds.
        pub effective_at: Option<Timestamp>,
        /// Counts the changes of this row, for `ETags`.
        pub version: i64,
    }
}

/// Who did something, as audit refers to it, and when.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The actor's reference, for example `user:usr_…`.
    pub by: String,
    /// The instant.
    pub at: Timestamp,
}

/// How far a version has come, in the table's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being written.
    Draft,
    /// Waits for approval.
    InReview,
    /// Approved and not yet announced.
    Approved,
    /// Announced.
    Announced,
    /// Given up before it was announced.
    Withdrawn,
}

impl State {
    /// The word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Approved => "approved",
            Self::Announced => "announced",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Draft, Self::InReview, Self::Approved, Self::Announced, Self::Withdrawn]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

impl VersionRow {
    /// The document, as it was checked when it was saved.
    pub fn document(&self) -> Result<Document, AppError> {
        Document::parse_stored(&self.source).map_err(AppError::internal)
    }

    /// Where it stands on its way; `None` for a withdrawn one. Rule PG-02.
    pub fn lifecycle(&self) -> Option<Lifecycle> {
        let act = |signature: &Option<Signature>| {
            signature.as_ref().map(|signature| Act { by: signature.by.clone(), at: signature.at })
        };
        match self.state {
            State::Draft => Some(Lifecycle::Draft),
            State::InReview => Some(Lifecycle::InReview { submitted: act(&self.proposed)? }),
            State::Approved => Some(Lifecycle::Approved {
                submitted: act(&self.proposed)?,
                approved: act(&self.approved)?,
                council_saw_at: self.council_saw_at,
            }),
            State::Announced => {
                let first = Act { by: self.drafted.by.clone(), at: self.drafted.at };
                Some(Lifecycle::Announced {
                    submitted: act(&self.proposed).unwrap_or_else(|| first.clone()),
                    approved: act(&self.approved).unwrap_or_else(|| first.clone()),
                    council_saw_at: self.council_saw_at,
                    announced: act(&self.announced).unwrap_or(first),
                    effective_at: self.effective_at?,
                })
            }
            State::Withdrawn => None,
        }
    }

    /// The word for what it is at `at`, given the announced versions of its program: a state,
    /// `in_force`, `superseded` or `withdrawn`. Rules PG-01, PG-02.
    pub fn standing(&self, announced: &[Version<()>], at: Timestamp) -> &'static str {
        let number = u32::try_from(self.number).unwrap_or(u32::MAX);
        self.lifecycle().map_or("withdrawn", |life| standing(&life, number, announced, at).as_str())
    }

    /// True when it judges what happens at `at`.
    pub fn is_in_force(&self, announced: &[Version<()>], at: Timestamp) -> bool {
        self.standing(announced, at) == Standing::InForce.as_str()
    }
}

const COLUMNS: &str = "program_id, number, state, document, fingerprint, note, drafted_by, \
    drafted_at, proposed_by, proposed_at, approved_by, approved_at, approved_base, approved_diff, \
    council_saw_at, announced_by, announced_at, effective_at, version";

columns::words!(State);

impl FromRow<Ours> for Signature {
    const WIDTH: usize = 2;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        let (by, at) = FromRow::from_row(row, first)?;
        Ok(Signature { by, at })
    }
}

/// Marks how a signature that may be missing is read.
pub(super) enum Maybe {}

/// `None` where nothing was signed; one without a name is the system's.
impl FromRow<Maybe> for Option<Signature> {
    const WIDTH: usize = 2;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        let (by, at): (Option<String>, Option<Timestamp>) = FromRow::from_row(row, first)?;
        Ok(at.map(|at| Signature { by: by.unwrap_or_else(|| "system".into()), at }))
    }
}

/// The programs the actor may know of, the oldest first: all of the vendor, or those in which
/// its partner is enrolled. Rule PG-05.
pub(super) fn programs(cx: &mut Cx<'_, '_>) -> Result<Vec<Program>, AppError> {
    let visible = cx.actor.visibility();
    Ok(cx.tx.query_as(
        "SELECT program_id, name, created_at FROM programs p WHERE vendor_id = $1 \
         AND ($2 = '' OR EXISTS (SELECT 1 FROM partners_v_enrolments e \
           WHERE e.vendor_id = $1 AND e.program_id = p.program_id \
           AND e.partner_id = $2)) \
         ORDER BY created_at, program_id LIMIT 200",
        &[visible.vendor(), visible.partner()],
    )?)
}

/// One program the actor may know of; 404 otherwise.
pub(super) fn program(cx: &mut Cx<'_, '_>, program_id: &ProgramId) -> Result<Program, AppError> {
    let mut known = programs(cx)?;
    known.retain(|program| program.program_id == *program_id);
    known.pop().ok_or(AppError::NotFound)
}

/// Every version of a program, the newest first.
pub fn versions(cx: &mut Cx<'_, '_>, program_id: &ProgramId) -> Result<Vec<VersionRow>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "SELECT {COLUMNS} FROM program_versions WHERE vendor_id = $1 AND program_id = $2 \
         ORDER BY number DESC LIMIT 500"
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), program_id.as_str()])?)
}

/// One version; 404 when there is none of that number.
pub fn version(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    number: i64,
) -> Result<VersionRow, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "SELECT {COLUMNS} FROM program_versions WHERE vendor_id = $1 AND program_id = $2 \
         AND number = $3"
    );
    let params = db::params![vendor_id.as_str(), program_id.as_str(), number];
    cx.tx.query_opt_as(&sql, params)?.ok_or(AppError::NotFound)
}

/// The announced versions of a program: number and first instant.
pub(super) fn announced(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
) -> Result<Vec<Version<()>>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query_as::<(i64, Option<Timestamp>), _>(
        "SELECT number, effective_at FROM program_versions WHERE vendor_id = $1 \
         AND program_id = $2 AND state = 'announced' ORDER BY effective_at, number",
        db::params![vendor_id.as_str(), program_id.as_str()],
    )?;
    let version = |(number, effective_at): (i64, Option<Timestamp>)| Version {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        effective_at: effective_at.unwrap_or(Timestamp::MAX),
        document: (),
    };
    Ok(rows.into_iter().map(version).collect())
}

/// The announced version that begins last, now or later: what a further one is compared with.
pub(super) fn latest_announced(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
) -> Result<Option<VersionRow>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "SELECT {COLUMNS} FROM program_versions WHERE vendor_id = $1 AND program_id = $2 \
         AND state = 'announced' ORDER BY effective_at DESC, number DESC LIMIT 1"
    );
    let params = db::params![vendor_id.as_str(), program_id.as_str()];
    Ok(cx.tx.query_opt_as(&sql, params)?)
}

fn codes_of(text: &str) -> Vec<String> {
    text.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

db::row! {
    /// A partner in a program, as far as changes of the program concern it.
    #[derive(Debug, Clone)]
    pub struct Enrolled {
        /// The partner's id.
        pub partner_id: String,
        /// Its name.
        pub name: String,
        /// Its track's code.
        pub track: String,
        /// Its tier's code.
        pub tier: String,
        /// The codes of the territories its agreement names; empty = all.
        pub territories: Vec<String> => |codes: String| codes_of(&codes),
    }
}

/// The partners of a program by id, after `after`, at most `limit`.
pub(super) fn enrolled(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    after: &str,
    limit: i64,
) -> Result<Vec<Enrolled>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT partner_id, name, track, tier, territories FROM partners_v_enrolments \
         WHERE vendor_id = $1 AND program_id = $2 AND partner_id > $3 AND status <> 'left' \
         ORDER BY partner_id LIMIT $4",
        db::params![vendor_id.as_str(), program_id.as_str(), after, limit],
    )?)
}
