//! Conflict cases: who is in the case, about which account, what is asked, what the parties say,
//! who decides it by when, and what comes of it. Rules open cases (DR-05, AC-04) and people of
//! both sides; a case climbs until somebody without a stake decides it, and the decision can be
//! appealed once. Rules CF-01 to CF-09.
//!
//! A partner sees its own cases only, and never the name of another partner (AC-05).

mod api;
mod appeal;
mod change;
mod close;
mod course;
mod decide;
pub mod evidence;
mod file;
mod jobs;
mod kept;
mod list;
mod measures;
mod merges;
mod naming;
mod notes;
mod open;
mod open_by;
mod pages;
mod precedents;
pub mod proof;
mod providers;
mod requests;
mod seats;
mod similar;
mod statements;
mod store;
mod tell;
mod terms;
pub mod waiting;

use std::sync::Arc;

use domain::ids::{CaseId, PartnerId, RegistrationId};

pub use appeal::AppealInput;
pub use close::{ClosingInput, HoldInput};
pub use course::EscalationInput;
pub use decide::DecisionInput;
pub use domain::conflicts::kind::CaseKind;
use jobs::schedule;
pub use jobs::settle;
pub use kept::KEPT;
pub use list::{CaseHit, search};
pub use merges::MERGES;
pub use notes::NoteInput;
pub use open::{NewCase, is_open, not_final_on, open, open_case_for};
pub use open_by::CaseInput;
pub use providers::{
    ClaimView, Claims, Direct, DirectView, EvidenceFile, Gathered, Nameable, Providers, RuledParty,
    Ruling, Signed,
};
pub use requests::{EvidenceAnswerInput, RequestInput};
pub use statements::{AddFile, StatementInput, Upload};

use web::Icon;

use frame::access::Permission;
use frame::parts::{NavGroup, NavItem, Parts, Sides};
use frame::{ctx::Cx, error::AppError, routes::Routes, state::App};

/// Somebody in a case.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// The partner; `None` for direct sales.
    pub partner_id: Option<&'a PartnerId>,
    /// Its registration, where there is one.
    pub registration_id: Option<&'a RegistrationId>,
}

/// Who decides a case now; `None` when nobody has to, or nobody may. For the vendor.
pub fn decider_of(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
) -> Result<Option<domain::ids::UserId>, AppError> {
    Ok(store::find(cx, case_id)?.decider)
}

/// The partners in a case, each once. For the vendor.
pub fn partners_in(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<PartnerId>, AppError> {
    let sides = tell::sides(&store::all_parties(cx, case_id)?);
    Ok(sides.into_iter().flatten().collect())
}

/// What this slice brings; `providers` are what the slices above do for cases.
pub fn parts(providers: Providers) -> Parts {
    Parts::of(routes()).jobs(jobs).schedule(schedule).shares(providers).nav(NavItem {
        group: NavGroup::Sell,
        icon: Icon::Conflict,
        label: "Conflicts",
        href: "/conflicts",
        needs: Permission::ConflictsTakePart,
        side: Sides::Both,
        place: 40,
    })
}

/// What the slices above do for cases.
fn providers(app: &App) -> Result<&Providers, AppError> {
    app.shared()
}

/// The routes of this slice.
fn routes() -> Routes {
    pages::routes(api::routes(Routes::of("conflicts")))
}

/// The jobs of this slice.
fn jobs(app: &Arc<App>, handlers: ::jobs::Handlers) -> ::jobs::Handlers {
    jobs::handlers(app, handlers)
}
