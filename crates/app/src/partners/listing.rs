//! Finding partners: filter, order, and pages by position.

use db::{
    Record, Value,
    keyset::{self, Kind},
};
use domain::ids::PartnerId;

use super::{Enrolment, Partner, PartnerStatus, store};
use crate::core::{ctx::Cx, error::AppError, visibility::Visibility};

/// What partners are wanted; empty texts do not filter.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Part of the name or domain.
    pub(super) q: String,
    pub(super) status: Option<PartnerStatus>,
    pub(super) track: String,
    pub(super) tier: String,
    /// The partner manager; `none` for partners that nobody looks after.
    pub(super) manager: String,
    pub(super) order: Order,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    /// By name, A first.
    #[default]
    Name,
    /// By name, Z first.
    NameDown,
    /// The oldest first.
    Created,
    /// The newest first.
    CreatedDown,
}

impl Order {
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "-name" => Self::NameDown,
            "created" => Self::Created,
            "-created" => Self::CreatedDown,
            _ => Self::Name,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameDown => "-name",
            Self::Created => "created",
            Self::CreatedDown => "-created",
        }
    }

    /// The comparison with a cursor, and the order that goes with it. `$8`, `$9` hold a name and
    /// `$10` an instant; `$11` is 0 on the first page.
    const fn clauses(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("(p.name_key, p.partner_id) > ($8, $9)", "p.name_key, p.partner_id"),
            Self::NameDown => {
                ("(p.name_key, p.partner_id) < ($8, $9)", "p.name_key DESC, p.partner_id DESC")
            }
            Self::Created => {
                ("(p.created_at, p.partner_id) > ($10, $9)", "p.created_at, p.partner_id")
            }
            Self::CreatedDown => {
                ("(p.created_at, p.partner_id) < ($10, $9)", "p.created_at DESC, p.partner_id DESC")
            }
        }
    }
}

/// A position in a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Position {
    name_key: String,
    partner_id: String,
    created_at: i64,
    set: bool,
}

impl Filter {
    fn scope(&self) -> String {
        format!(
            "partners:{}:{}:{}:{}:{}:{}",
            self.order.word(),
            self.q,
            self.status.map_or("", PartnerStatus::word),
            self.track,
            self.tier,
            self.manager
        )
    }

    /// The cursor behind a partner in this list.
    pub(super) fn cursor(&self, last: &Partner) -> String {
        keyset::encode(
            &self.scope(),
            &[
                last.name.to_lowercase().into(),
                last.partner_id.as_str().into(),
                last.created_at.as_microsecond().into(),
            ],
        )
    }

    /// The position that a cursor of this list tells; `None` for another list's.
    pub(super) fn position(&self, cursor: &str) -> Option<Position> {
        let kinds = [Kind::Text, Kind::Text, Kind::Int];
        let values = keyset::decode(&self.scope(), cursor, &kinds).ok()?;
        match values.as_slice() {
            [Value::Text(name), Value::Text(id), Value::Int(created_at)] => Some(Position {
                name_key: name.clone().into_owned(),
                partner_id: id.clone().into_owned(),
                created_at: *created_at,
                set: true,
            }),
            _ => None,
        }
    }
}

/// The partners one may see that fit, in order, at most `limit`.
pub(super) fn list(
    cx: &mut Cx<'_, '_>,
    visible: &Visibility,
    filter: &Filter,
    (after, limit): (&Position, i64),
) -> Result<Vec<Partner>, AppError> {
    let (comparison, order) = filter.order.clauses();
    let sql = format!(
        "{} p WHERE p.vendor_id = $1 AND ($2 = '' OR p.partner_id = $2) \
         AND ($3 = '' OR p.name_key LIKE $3 OR p.domain LIKE $3) \
         AND ($4 = '' OR p.status = $4) \
         AND ($5 = '' OR ($5 = 'none' AND p.manager_user_id = '') OR p.manager_user_id = $5) \
         AND (($6 = '' AND $7 = '') OR EXISTS (SELECT 1 FROM partner_enrolments e \
          WHERE e.vendor_id = p.vendor_id AND e.partner_id = p.partner_id \
          AND e.ended_at IS NULL AND ($6 = '' OR e.track = $6) AND ($7 = '' OR e.tier = $7))) \
         AND (CAST($11 AS BIGINT) = 0 OR ({comparison} AND CAST($8 AS TEXT) IS NOT NULL \
          AND CAST($9 AS TEXT) IS NOT NULL AND CAST($10 AS BIGINT) IS NOT NULL)) \
         ORDER BY {order} LIMIT $12",
        Partner::SELECT
    );
    let pattern = like(&filter.q);
    Ok(cx.tx.query_as(
        &sql,
        &[
            visible.vendor(),
            visible.partner(),
            pattern.into(),
            filter.status.map_or("", PartnerStatus::word).into(),
            filter.manager.as_str().into(),
            filter.track.as_str().into(),
            filter.tier.as_str().into(),
            after.name_key.as_str().into(),
            after.partner_id.as_str().into(),
            after.created_at.into(),
            after.set.into(),
            limit.into(),
        ],
    )?)
}

/// A pattern for text that contains `q`; characters with a meaning in patterns match any one.
fn like(q: &str) -> String {
    let q = q.trim().to_lowercase();
    if q.is_empty() {
        return String::new();
    }
    let plain: String = q.chars().map(|c| if matches!(c, '%' | '\\') { '_' } else { c }).collect();
    format!("%{plain}%")
}

/// The enrolments that last, of these partners.
pub(super) fn enrolments(
    cx: &mut Cx<'_, '_>,
    partners: &[Partner],
) -> Result<Vec<Enrolment>, AppError> {
    let mut found = Vec::new();
    for some in partners.chunks(100) {
        let marks: Vec<String> = (0..some.len()).map(|n| format!("${}", n + 2)).collect();
        let condition = format!("e.partner_id IN ({}) AND e.ended_at IS NULL", marks.join(", "));
        let ids: Vec<Value<'_>> = some.iter().map(|p| p.partner_id.as_str().into()).collect();
        found.extend(store::enrolments(cx, &condition, &ids)?);
    }
    Ok(found)
}

/// Those of one partner.
pub(super) fn of<'a>(
    enrolments: &'a [Enrolment],
    partner_id: &'a PartnerId,
) -> impl Iterator<Item = &'a Enrolment> {
    enrolments.iter().filter(move |enrolment| enrolment.partner_id == *partner_id)
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn a_search_cannot_become_a_pattern_of_its_own() {
        assert_eq!(like(" North "), "%north%");
        assert_eq!(like("100%"), "%100_%");
        assert_eq!(like("  "), "");
    }
}
