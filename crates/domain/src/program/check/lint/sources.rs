//! Where a warning comes from: the literature of the field, a rule of the product, or plain sense.

/// A guide in seven steps to building a channel program: the thesis.
pub(super) const THESIS: &str = "channel program guide, step 1: the thesis";
/// The same guide: the first cohort.
pub(super) const FIRST_COHORT: &str = "channel program guide, step 6: the first cohort";
/// The same guide: scaling and governance.
pub(super) const GOVERNANCE: &str = "channel program guide, step 7: governance";
/// The same guide: what a registration asks.
pub(super) const FOLLOW_UP: &str = "channel program guide, step 3: deal registration";
/// A guide in six steps to partner programs: which partner types to begin with.
pub(super) const FIRST_TYPES: &str = "partner program guide, step 1: the hypothesis";
/// An article on partner programs: objectives that can be tracked.
pub(super) const OBJECTIVES: &str = "S. Sanyal, Partner programs, part 2: objectives";
/// The same article: what to do and what to avoid, on sponsorship.
pub(super) const SPONSOR: &str = "S. Sanyal, Partner programs, part 5: executive sponsorship";
/// The same article: on incentives that nobody can calculate.
pub(super) const SIMPLE_INCENTIVES: &str =
    "S. Sanyal, Partner programs, part 5: complex incentives";
/// The same article: on measuring results only.
pub(super) const LEADING: &str = "S. Sanyal, Partner programs, part 5: lagging indicators";
/// The product's rule on validity and the sales cycle.
pub(super) const VALIDITY_RULE: &str = "rule DR-17";
/// The product's rule on scorecards.
pub(super) const SCORECARD_RULE: &str = "rule SC-01";
/// The product's rule on incentive plans.
pub(super) const INCENTIVE_RULE: &str = "rule IN-05";
/// The product's rule on calendars.
pub(super) const CALENDAR_RULE: &str = "rule CF-08";
/// A default of the product that no article stands behind.
pub(super) const DEFAULTS: &str = "defaults of the program document";
/// What follows from the numbers themselves.
pub(super) const ARITHMETIC: &str = "arithmetic of the document";
