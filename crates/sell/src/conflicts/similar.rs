//! Earlier decisions in similar cases. Rule CF-06.

use domain::conflicts::{
    kind::CaseKind,
    precedent::{Features, Likeness, likest},
};

use super::{file::CaseFile, list::Precedents, precedents::Precedent};
use frame::{ctx::Cx, error::AppError, list::first};

/// Most precedents that are compared with a case, the latest.
const MOST: i64 = 1_000;

/// The precedents most like a case, the likest first. Rule CF-06.
pub(super) fn similar(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
) -> Result<Vec<(Precedent, Likeness)>, AppError> {
    let case = &file.case;
    let mut known = first::<Precedents>(cx, &[("kind", case.kind.word())], MOST)?;
    known.retain(|one| one.case_id != case.case_id);
    known.reverse();
    let compared: Vec<(CaseKind, Features)> =
        known.iter().map(|one| (one.kind, one.features.clone())).collect();
    let most = file.terms.conflicts().precedents_shown;
    let found = likest((case.kind, &case.features), &compared, most);
    let each = |(place, likeness): (usize, Likeness)| Some((known.get(place)?.clone(), likeness));
    Ok(found.into_iter().filter_map(each).collect())
}
