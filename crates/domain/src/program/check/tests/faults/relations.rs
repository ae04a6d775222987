use super::Fault;

/// Faults between values.
pub(super) const RELATIONS: &[Fault] = &[
    (
        "code = \"reseller\"",
        "code = \"referral\"",
        "referral\"\nname = \"Reseller",
        "tracks[1].code",
        "duplicate",
    ),
    (
        "name = \"Select\"",
        "name = \"registered\"",
        "\"registered\"\nlive",
        "tiers[1].name",
        "duplicate",
    ),
    (
        "[\"delivery\"]",
        "[\"delivry\"]",
        "delivry",
        "tracks[3].required_certifications[0]",
        "unknown-reference",
    ),
    (
        "segment = \"small\"",
        "segment = \"smal\"",
        "\"smal\"",
        "direct_coverage[0].segment",
        "unknown-reference",
    ),
    (
        "segment = \"small\"",
        "territory = \"atlantis\"",
        "atlantis",
        "direct_coverage[0].territory",
        "unknown-reference",
    ),
    (
        "# [registration.by_tier.premier]",
        "[registration.by_tier.gold]",
        "by_tier.gold",
        "registration.by_tier.gold",
        "unknown-reference",
    ),
    (
        "# [registration.by_tier.premier]",
        "[registration.by_track.vip]",
        "by_track.vip",
        "registration.by_track.vip",
        "unknown-reference",
    ),
    (
        "{ from = 10000000, below = 50000000 }",
        "{ from = 10000001, below = 50000000 }",
        "10000001",
        "tiers[1].sourced_arr_minor.from",
        "gap",
    ),
    (
        "{ from = 10000000, below = 50000000 }",
        "{ from = 9999999, below = 50000000 }",
        "9999999",
        "tiers[1].sourced_arr_minor.from",
        "overlap",
    ),
    (
        "sourced_arr_minor = { from = 0, below = 10000000 }\n",
        "",
        "[[tiers]]",
        "tiers[0].sourced_arr_minor",
        "gap",
    ),
    (
        "{ from = 50, below = 1000 }",
        "{ from = 51, below = 1000 }",
        "from = 51",
        "segments[1].employees.from",
        "gap",
    ),
    (
        "{ from = 50, below = 1000 }",
        "{ from = 49, below = 1000 }",
        "from = 49",
        "segments[1].employees.from",
        "overlap",
    ),
    (
        "{ from = 50, below = 1000 }",
        "{ from = 50, below = 50 }",
        "below = 50 }\n\n[[segments]]\ncode = \"enter",
        "segments[1].employees",
        "empty-band",
    ),
    (
        "{ from = 50, below = 1000 }",
        "{ from = 50 }",
        "{ from = 1000 }",
        "segments[2].employees",
        "overlap",
    ),
    ("{ from = 1000 }", "{ from = 1000, below = 9000 }", "[[segments]]", "segments", "gap"),
    (
        "employees = { from = 1000 }",
        "",
        "[[segments]]\ncode = \"enterprise",
        "segments[2]",
        "empty",
    ),
    (
        "{ from = 75 }",
        "{ from = 75, below = 90 }",
        "bands = [\n  { code = \"decline",
        "qualification.bands",
        "gap",
    ),
    (
        "{ from = 75 }",
        "{ from = 101 }",
        "from = 101",
        "qualification.bands[2].score.from",
        "out-of-range",
    ),
    ("weight = 25", "weight = 24", "criteria = [", "qualification.criteria", "weights"),
    ("weight = 30", "weight = 31", "dimensions = [", "scorecard.dimensions", "weights"),
    (
        "business_days = 1\n",
        "business_days = 2\n",
        "[[conflicts.ladder]]",
        "conflicts.ladder",
        "ladder-too-long",
    ),
    ("level = 3", "level = 4", "level = 4", "conflicts.ladder[3].level", "order"),
    (
        "roles = [\"channel_chief\"]\n",
        "",
        "[[conflicts.ladder]]\nlevel = 3",
        "conflicts.ladder[3]",
        "empty",
    ),
    ("possible_bp = 2500", "possible_bp = 9921", "9921", "matching.possible_bp", "contradiction"),
    (
        "renewal_window_days = 30",
        "renewal_window_days = 91",
        "days = 91",
        "registration.renewal_window_days",
        "contradiction",
    ),
    (
        "lapse_reminder_days = 3 ",
        "lapse_reminder_days = 14 ",
        "reminder_days = 14 ",
        "registration.lapse_reminder_days",
        "contradiction",
    ),
    ("[30, 14, 7, 1]", "[91]", "[91]", "registration.expiry_reminder_days", "contradiction"),
    (
        "decision_escalations = 1",
        "decision_escalations = 4",
        "ations = 4",
        "registration.decision_escalations",
        "contradiction",
    ),
    (
        "countries = [\"FR\"]",
        "countries = [\"FR\", \"DE\"]",
        "\"FR\", \"DE\"",
        "territories[2].countries[1]",
        "overlap",
    ),
    ("countries = [\"FR\"]", "", "[[territories]]\ncode = \"france", "territories[2]", "empty"),
    ("qualified_bp = 2500", "qualified_bp = 900", "= 900", "stages.qualified_bp", "order"),
    (
        "first_cohort_maximum = 10",
        "first_cohort_maximum = 4",
        "maximum = 4",
        "policies.first_cohort_maximum",
        "order",
    ),
    ("from_month = 4", "from_month = 5", "from_month = 5", "roadmap[1].from_month", "gap"),
    (
        "decision = \"payout\"",
        "decision = \"appeal\"",
        "appeal\"\ndecides = \"fin",
        "decision_rights[12].decision",
        "duplicate",
    ),
    (
        "registered_uplift_bp = 1000",
        "registered_uplift_bp = 6501",
        "6501",
        "tiers[2].registered_uplift_bp",
        "out-of-range",
    ),
    (
        "# [discount_table]",
        "[discount_table]\nmethod = \"marginal\"\nbands = [{ amount_minor = { from = 1 }, rate_bp = 1 }]\n#",
        "bands = [{ amount_minor = { from = 1 }",
        "discount_table.bands[0].amount_minor.from",
        "gap",
    ),
    (
        "# [discount_table]",
        DISCOUNTS_THAT_OVERLAP,
        "from = 499",
        "discount_table.bands[1].amount_minor.from",
        "overlap",
    ),
    (
        "# [registration.by_tier.premier]",
        NUMBERS_THAT_CLASH_TOGETHER,
        "[registration.by_tier.premier]",
        "registration.by_tier.premier.renewal_window_days",
        "contradiction",
    ),
];

const DISCOUNTS_THAT_OVERLAP: &str = r#"[discount_table]
method = "retroactive"
bands = [
  { amount_minor = { from = 0, below = 500 }, rate_bp = 100 },
  { amount_minor = { from = 499 }, rate_bp = 200 },
]
#"#;

/// Each of the two is sound alone.
const NUMBERS_THAT_CLASH_TOGETHER: &str = "[registration.by_track.reseller]
renewal_window_days = 60
[registration.by_tier.premier]
validity_days = 50
#";
