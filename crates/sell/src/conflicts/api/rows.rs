//! Rows of lists as the API shows them.

use domain::conflicts::precedent::Likeness;

use super::bodies::{CaseBody, PrecedentBody};
use crate::conflicts::{precedents::Precedent, store::Case};

pub(crate) fn case_body(case: &Case) -> CaseBody {
    CaseBody {
        reference: case.reference(),
        state: case.state().word(),
        phase: case.phase.word(),
        level: case.level,
        id: case.case_id.as_str().to_owned(),
        kind: case.kind.word(),
        account_id: case.account_id.clone(),
        account_name: case.account_name.clone(),
        asked: case.asked.clone(),
        opened_at: case.opened_at.to_string(),
        due_at: case.due_at.to_string(),
    }
}

pub(crate) fn precedent_body(one: Precedent, likeness: Option<Likeness>) -> PrecedentBody {
    PrecedentBody {
        reference: one.reference(),
        case_id: one.case_id.as_str().to_owned(),
        kind: one.kind.word(),
        outcome: one.decision.outcome,
        rule: one.decision.rule,
        reason: one.decision.reason,
        decided_at: one.decision.decided_at.to_string(),
        likeness_bp: likeness.as_ref().map(|like| like.share.get()),
        agrees: likeness.map(|like| like.agrees).unwrap_or_default(),
    }
}
