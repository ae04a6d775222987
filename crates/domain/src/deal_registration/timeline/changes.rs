//! Stages, amendments, roles and disputes.

use super::{EntryKind, Story};
use crate::deal_registration::rules::{DR_21, DR_22};
use crate::rule_id::RuleId;
use crate::wording::list;

/// A case is opened by a side or by the system.
const CF_01: RuleId = RuleId::new("CF-01");
/// When the clock of a case, and of what it is about, stops.
const CF_08: RuleId = RuleId::new("CF-08");

/// Tells what changed without touching holder or clocks, and which cases were open.
pub(super) fn tell(story: &mut Story<'_>) {
    let facts = story.facts;
    for stage in &facts.stages {
        let words = format!("Sales stage: {}.", stage.stage.label());
        story.tell(stage.at, EntryKind::StageChanged, DR_21, words);
    }
    for amendment in &facts.amendments {
        let fields: Vec<&str> = amendment.fields.iter().map(|field| field.title()).collect();
        let words = format!("Changed: {}. Holder and clocks were not affected.", list(&fields));
        story.tell(amendment.at, EntryKind::Amended, DR_21, words);
    }
    for role in &facts.roles {
        let words = format!("Another partner takes part: {}.", role.grant.role.label());
        story.tell(role.at, EntryKind::RoleAdded, DR_22, words);
    }
    for dispute in &facts.disputes {
        let (rule, words) = if dispute.freezes_clocks {
            (CF_08, "A conflict case was opened; the clocks are stopped.")
        } else {
            (CF_01, "A conflict case was opened; the clocks keep running.")
        };
        story.tell(dispute.opened_at, EntryKind::DisputeOpened, rule, words);
        if let Some(closed_at) = dispute.closed_at {
            let words = "The conflict case was closed.";
            story.tell(closed_at, EntryKind::DisputeClosed, rule, words);
        }
    }
}
