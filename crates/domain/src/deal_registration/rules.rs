//! The rules of deal registration by name, with a short title for pages and guides.

use crate::rule_id::RuleId;

/// Declares the rules: constant, name and title.
macro_rules! rules {
    ($($constant:ident, $name:literal, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $constant: RuleId = RuleId::new($name);
        )*

        /// Every rule of deal registration with its title, in order.
        pub const ALL: &[(RuleId, &str)] = &[$(($constant, $title)),*];
    };
}

rules! {
    DR_01, "DR-01", "Protection through its last day.";
    DR_02, "DR-02", "One holder per account.";
    DR_03, "DR-03", "Renewal.";
    DR_04, "DR-04", "Free after expiry, ranked by time.";
    DR_05, "DR-05", "Lockout of direct sales.";
    DR_06, "DR-06", "Follow-up clock.";
    DR_07, "DR-07", "Lapse, healing and co-sell.";
    DR_08, "DR-08", "Documented activities.";
    DR_09, "DR-09", "The vendor decides in time.";
    DR_10, "DR-10", "Who may submit.";
    DR_11, "DR-11", "Capacity of a tier.";
    DR_12, "DR-12", "Territory, segment and size.";
    DR_13, "DR-13", "Customers, house accounts and direct deals.";
    DR_14, "DR-14", "Who decides.";
    DR_15, "DR-15", "Reasons for rejection.";
    DR_16, "DR-16", "Submitting again.";
    DR_17, "DR-17", "Warnings.";
    DR_18, "DR-18", "Is it free?";
    DR_19, "DR-19", "Receipts.";
    DR_20, "DR-20", "Reminders.";
    DR_21, "DR-21", "Amendments.";
    DR_22, "DR-22", "Other partners on a deal.";
}

/// Telling apart the accounts: below, between and above the thresholds.
pub const AC_03: RuleId = RuleId::new("AC-03");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_22_every_rule_is_known_by_its_name() {
        assert_eq!(ALL.len(), 22);
        for (rule, _) in ALL {
            assert_eq!(RuleId::find(rule.as_str()), Some(*rule));
        }
    }
}
