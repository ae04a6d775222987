//! Closing a direct opportunity.

use domain::ids::OpportunityId;
use jiff::civil::Date;
use serde_json::json;
use web::FieldErrors;

use super::{
    Stage,
    record::{note, today},
    store,
};
use channel::accounts;
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Day, OneOf, Text, input},
};

domain::words! {
    /// The outcome of an opportunity.
    pub(super) enum Ending {
        /// Ordered.
        #[default]
        Won = "won", "Won",
        /// Given up or lost to somebody else.
        Lost = "lost", "Lost or abandoned",
    }
}

input! {
    /// The outcome of an opportunity.
    pub(super) struct ClosingInput {
        /// Won or lost.
        outcome: Ending => OneOf::<Ending>::new("Outcome").required("Choose an outcome"),
        /// The day; today by default.
        closed_on: Option<Date> => Day::new("Day").optional(),
        /// Why.
        note: String => Text::lines("Why", 4_000),
    }
}

impl ClosingInput {
    /// Closes this opportunity.
    pub(super) fn run(self, cx: &mut Cx<'_, '_>, id: &OpportunityId) -> Result<(), AppError> {
        let (opportunity_id, won) = (id.clone(), self.outcome == Ending::Won);
        let close =
            CloseOpportunity { opportunity_id, won, closed_on: self.closed_on, note: self.note };
        close.run(cx)
    }
}

/// Closes an opportunity as won or lost.
#[derive(Debug)]
pub struct CloseOpportunity {
    /// The opportunity.
    pub opportunity_id: OpportunityId,
    /// Won or lost.
    pub won: bool,
    /// The day; `None` for today.
    pub closed_on: Option<Date>,
    /// Why; may be empty.
    pub note: String,
}

impl CloseOpportunity {
    /// Closes it; a won one makes its account a customer of the product line (DR-13 asks).
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let known = store::find(cx, &self.opportunity_id)?;
        let today = today(cx)?;
        let closed_on = self.closed_on.unwrap_or(today);
        let mut errors = FieldErrors::new();
        if known.stage != Stage::Open {
            errors.add("outcome", format!("it is already {}", known.stage.word()));
        }
        if closed_on > today {
            errors.add("closed_on", format!("is in the future; today is {today}"));
        }
        if closed_on < known.opened_on {
            errors.add("closed_on", format!("is before the opening date {}", known.opened_on));
        }
        let words = match self.note.trim() {
            "" => Some(String::new()),
            text => errors.take("note", domain::text::lines(text, 4_000)),
        };
        let (Some(words), true) = (words, errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        let stage = if self.won { Stage::Won } else { Stage::Lost };
        store::close(cx, &known, (stage, closed_on), &words)?;
        let data = json!({ "stage": stage.word(), "closed_on": closed_on.to_string() });
        note(cx, "direct_opportunity.closed", self.opportunity_id.as_str(), data)?;
        if self.won {
            accounts::bought(cx, &known.account_id, &[known.product.as_str()])?;
        }
        Ok(())
    }
}
