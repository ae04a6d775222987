//! Faults that take one check away each: what the check looks at is gone or wrong as soon as it is
//! written. They come in as triggers of the database; none stands in the product's code.

use super::{
    act::{Act, Address, Answer, Door, Hand},
    human::OF_VENDOR,
};

/// A fault.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    /// Its name, which says what is planted.
    pub(super) name: &'static str,
    /// The rules of which one has to be found broken.
    pub(super) rules: &'static [&'static str],
    /// The trigger.
    pub(super) sql: &'static str,
    /// The acts that show it; chance finds the others.
    pub(super) acts: &'static [Act],
}

/// Two people of the vendor and one of a partner, by keys of their own.
const INSIDER: Hand = Hand { face: 0, door: Door::Key };
const COLLEAGUE: Hand = Hand { face: 1, door: Door::Key };
const SELLER: Hand = Hand { face: OF_VENDOR, door: Door::Key };

/// An opportunity is recorded and lost while the registration waits; its owner decides.
const LOST: [Act; 4] = [
    Act::Register { by: SELLER, company: 0, deal: 101 },
    Act::Opportunity { by: COLLEAGUE, company: 0, owner: 0, label: 102 },
    Act::Lose { by: COLLEAGUE, opportunity: 102 },
    Act::Decide { by: INSIDER, deal: 101, answer: Answer::Approve },
];

/// Somebody of the vendor is a partner's admin for a while, and decides for that partner afterwards.
const LEFT: [Act; 4] = [
    Act::Invite {
        by: COLLEAGUE,
        face: 101,
        human: 0,
        side: Some(0),
        address: Address::Own,
        roles: 0,
    },
    Act::Remove { by: COLLEAGUE, face: 101 },
    Act::Register { by: SELLER, company: 0, deal: 102 },
    Act::Decide { by: INSIDER, deal: 102, answer: Answer::Approve },
];

/// Whoever has the territory moves the account out of it and decides: too rare for chance.
const MOVED_AWAY: [Act; 4] = [
    Act::Territories { by: COLLEAGUE, face: 0, codes: 1 },
    Act::Register { by: SELLER, company: 0, deal: 101 },
    Act::Country { by: INSIDER, company: 0, abroad: true },
    Act::Decide { by: INSIDER, deal: 101, answer: Answer::Approve },
];

/// Every fault.
pub(super) const ALL: [Fault; 13] = [
    Fault {
        name: "an account given away is forgotten",
        rules: &["DR-14", "CF-03"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON identity_past_stakes WHEN NEW.kind = 'account' \
              BEGIN DELETE FROM identity_past_stakes WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "an opportunity that ended is forgotten",
        rules: &["DR-14", "CF-03"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON identity_past_stakes \
              WHEN NEW.kind = 'opportunity' \
              BEGIN DELETE FROM identity_past_stakes WHERE rowid = NEW.rowid; END",
        acts: &LOST,
    },
    Fault {
        name: "a territory given away is forgotten",
        rules: &["DR-14", "CF-03"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON identity_past_stakes \
              WHEN NEW.kind = 'territory' \
              BEGIN DELETE FROM identity_past_stakes WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "a partner given away is forgotten",
        rules: &["CF-03"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON identity_past_stakes WHEN NEW.kind = 'partner' \
              BEGIN DELETE FROM identity_past_stakes WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "where an account lay is forgotten",
        rules: &["DR-14", "CF-03"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON account_past_addresses \
              BEGIN DELETE FROM account_past_addresses WHERE rowid = NEW.rowid; END",
        acts: &MOVED_AWAY,
    },
    Fault {
        name: "who invited a person is not kept",
        rules: &["DR-14", "CF-03", "PG-02", "DR-05", "ID-02"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON identity_memberships \
              BEGIN UPDATE identity_memberships SET invited_by = 'system' \
              WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "an address with a tag is another mailbox",
        rules: &["DR-14", "CF-03", "PG-02", "DR-05", "ID-02"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON identity_users WHEN NEW.email LIKE '%+%' \
              BEGIN UPDATE identity_users SET email = REPLACE(email, '+', '.') \
              WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "who left a partner never stood there",
        rules: &["DR-14", "CF-03"],
        sql: "CREATE TRIGGER fault AFTER UPDATE OF ended_at ON identity_memberships \
              WHEN NEW.ended_at IS NOT NULL AND NEW.partner_id <> '' \
              BEGIN DELETE FROM identity_memberships WHERE rowid = NEW.rowid; END",
        acts: &LEFT,
    },
    Fault {
        name: "a key made with a key is somebody else's",
        rules: &["DR-14", "CF-03", "PG-02", "DR-05", "ID-02"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON identity_api_keys \
              WHEN NEW.parent_key_id <> '' AND NEW.partner_id = '' \
              BEGIN UPDATE identity_api_keys SET owner_user_id = (SELECT m.user_id \
              FROM identity_memberships m WHERE m.vendor_id = NEW.vendor_id AND m.partner_id = '' \
              AND m.user_id <> NEW.owner_user_id AND m.joined_at IS NOT NULL \
              ORDER BY m.created_at, m.user_id LIMIT 1) WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "who decided a registration is not kept",
        rules: &["CF-03"],
        sql: "CREATE TRIGGER fault AFTER UPDATE OF decided_by ON deal_registrations \
              WHEN NEW.decided_by <> '' \
              BEGIN UPDATE deal_registrations SET decided_by = '' WHERE rowid = NEW.rowid; \
              UPDATE deal_registration_entries SET by_ref = '' \
              WHERE vendor_id = NEW.vendor_id AND registration_id = NEW.registration_id; END; \
              CREATE TRIGGER fault_of_entries AFTER INSERT ON deal_registration_entries \
              BEGIN UPDATE deal_registration_entries SET by_ref = '' WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "who opened a case is not kept",
        rules: &["CF-03"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON conflict_cases \
              BEGIN UPDATE conflict_cases SET opened_by = '' WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "who wrote a version is not kept",
        rules: &["PG-02"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON program_versions \
              BEGIN UPDATE program_versions SET drafted_by = 'system' \
              WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
    Fault {
        name: "who asked for consent is not kept",
        rules: &["DR-05"],
        sql: "CREATE TRIGGER fault AFTER INSERT ON deal_registration_consents \
              BEGIN UPDATE deal_registration_consents SET asked_by = '' \
              WHERE rowid = NEW.rowid; END",
        acts: &[],
    },
];
