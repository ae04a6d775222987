//! What people of the demo write: evidence, activities, questions, refusals.

/// Why a partner says that it knows the account.
pub(crate) const EVIDENCE: &[&str] = &[
    "Workshop with operations and IT on site; minutes attached to our CRM.",
    "We run their ERP since 2019; the process owner asked for a proposal.",
    "Met the head of finance at the regional trade fair and agreed a follow-up.",
    "Pilot with two departments finished; they want a plan for all sites.",
    "Existing service contract; the CIO named document routing as this year's project.",
    "Answered their request for information last month, invited to present.",
    "Referred by their auditor, who works with us on three other accounts.",
    "Their old archive is going out of support; first scoping call held.",
    "Process analysis done with the plant manager, results presented.",
    "They attended our customer day and asked for a comparison.",
    "Long-standing hardware customer, budget for automation was approved.",
    "Two calls with the project lead; she shared the list of requirements.",
];

/// What the buyer needs.
pub(crate) const NEEDS: &[&str] = &[
    "Invoice approval takes three weeks and nobody knows where an invoice is.",
    "Contracts are spread over six network drives.",
    "Quality records must be kept for fifteen years and found in minutes.",
    "Purchasing works by e-mail and loses discounts for early payment.",
    "The works council asks for traceable onboarding of new employees.",
    "Service reports arrive on paper and are typed in twice.",
    "A new subsidiary has to be brought onto the same processes by spring.",
    "Customs papers are checked by hand for every shipment.",
];

/// What happened in an activity.
pub(crate) const ACTIVITY: &[&str] = &[
    "Went through open points of the offer; legal still reads the terms.",
    "Showed the routing of invoices with their own examples.",
    "Agreed the scope of the pilot and who takes part.",
    "Answered questions on data residency and single sign-on.",
    "The project lead is on leave until Monday; next call is fixed.",
    "Presented the business case to the head of finance.",
    "Walked through the warehouse process on site.",
    "Sent the revised proposal with the second phase as an option.",
    "IT security has no objections; purchasing takes over.",
    "Compared our proposal with the incumbent's renewal.",
    "Reference call with another customer was held, feedback is good.",
    "Budget round is next week; they want a smaller first step.",
    "Talked through licence numbers for the two new sites.",
    "Steering committee postponed the decision by two weeks.",
];

/// What the vendor asks when it returns a registration.
pub(crate) const QUESTIONS: &[&str] = &[
    "Which department owns the project, and whom did you speak with?",
    "Please name the product lines; the amount seems to cover more than one.",
    "What shows that you work this account? A date of a meeting is enough.",
    "Is this the group's head office or the subsidiary? Give the postal code.",
    "The close date is within three weeks: what is still open?",
];

/// How the partner answers such a question.
pub(crate) const ANSWERS: &[&str] = &[
    "We spoke with the head of administration; the project belongs to finance.",
    "The first phase covers one line only, corrected above.",
    "First meeting held at their site, minutes available on request.",
    "It is the subsidiary; the address is corrected.",
    "The order is planned for the end of the quarter, date corrected.",
];

/// What direct sales wants to do on a protected account.
pub(crate) const PURPOSES: &[&str] = &[
    "Invite their CIO to our executive round in January.",
    "Join the next steering committee to speak about the group contract.",
    "The group's headquarters asked us for a price for all subsidiaries.",
    "They asked for our product roadmap under a non-disclosure agreement.",
];

/// What direct opportunities are called after the account's name.
pub(crate) const OPPORTUNITIES: &[&str] = &[
    "renewal of archive",
    "invoice automation",
    "group rollout",
    "analytics pilot",
    "contract management",
];

/// Roles of contacts.
pub(crate) const ROLES: &[&str] = &[
    "Head of finance",
    "CIO",
    "Head of operations",
    "IT manager",
    "Purchasing manager",
    "Plant manager",
    "Head of administration",
    "Quality manager",
    "Project lead",
    "Managing director",
];

/// Whom a partner sells against.
pub(crate) const COMPETITORS: &[&str] = &[
    "",
    "",
    "",
    "In-house development",
    "Incumbent archive vendor",
    "DocuStream",
    "Flowbase",
    "Papyra",
    "A module of their ERP",
];

/// Reasons a vendor gives beside a rejection.
pub(crate) const REJECTIONS: &[&str] = &[
    "We could not reach the contact you named.",
    "The account's project ended last quarter, as its IT manager told us.",
    "The note does not say what you did at this account.",
    "Their requirement is outside the scope of our products.",
];
