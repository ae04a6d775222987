-- owner: deal_registration
-- What lists show stands first: a row is read from its beginning.
CREATE TABLE deal_registrations (
    vendor_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    number BIGINT NOT NULL,                  -- what people say: R-000123 of a vendor
    partner_id TEXT NOT NULL,
    account_id TEXT NOT NULL DEFAULT '',     -- '' while a draft or while a person decides which it is
    account_name TEXT NOT NULL,
    status TEXT NOT NULL,                    -- draft … released
    stage TEXT NOT NULL,
    amount_minor BIGINT,                     -- expected ARR
    currency TEXT NOT NULL,
    close_on TEXT NOT NULL DEFAULT '',
    submitted_at BIGINT,                     -- the latest submission
    decision_due_at BIGINT,                  -- NULL when nothing is to be decided
    protected_until TEXT NOT NULL DEFAULT '',    -- the last protected day
    lapses_on TEXT NOT NULL DEFAULT '',          -- the first day of a lapse if nothing is documented
    co_sell_at BIGINT,                           -- direct engaged under a lapse (DR-07)
    in_dispute BIGINT NOT NULL DEFAULT 0 CHECK (in_dispute IN (0, 1)),
    escalation_level BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    holds_account BIGINT NOT NULL DEFAULT 0 CHECK (holds_account IN (0, 1)),
    attention_at BIGINT,                     -- when the clocks next have something to do
    last_activity_on TEXT NOT NULL DEFAULT '',   -- the day from which the follow-up clock runs
    program_id TEXT NOT NULL,
    policy_version BIGINT NOT NULL,          -- the version in force at submission
    track TEXT NOT NULL,                     -- as they were at submission
    tier TEXT NOT NULL,
    source TEXT NOT NULL,                    -- portal, api, link, import
    submitted_by TEXT NOT NULL DEFAULT '',   -- the partner's person
    created_at BIGINT NOT NULL,
    ranked_at BIGINT,                        -- the submission time that counts (DR-04, DR-16)
    returned_at BIGINT,
    withdrawn_at BIGINT,
    resubmissions BIGINT NOT NULL DEFAULT 0,
    breached_at BIGINT,                      -- the decision came too late, or is late (DR-09)
    decided_at BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    decision_reason TEXT NOT NULL DEFAULT '',
    approved_at BIGINT,
    approved_on TEXT NOT NULL DEFAULT '',
    renewed_on TEXT NOT NULL DEFAULT '',
    renewals BIGINT NOT NULL DEFAULT 0,
    ended_at BIGINT,                         -- when protection ended: expiry, win, loss, release …
    closed_on TEXT NOT NULL DEFAULT '',
    lost_reason TEXT NOT NULL DEFAULT '',
    reminders TEXT NOT NULL DEFAULT '',      -- what the clocks did already, words separated by spaces
    freezes TEXT NOT NULL DEFAULT '',        -- stretches in which the clocks stand still: from/until …
    account_domain TEXT NOT NULL DEFAULT '',
    account_country TEXT NOT NULL DEFAULT '',
    account_postal_code TEXT NOT NULL DEFAULT '',
    account_city TEXT NOT NULL DEFAULT '',
    contact_name TEXT NOT NULL DEFAULT '',
    contact_role TEXT NOT NULL DEFAULT '',
    contact_email TEXT NOT NULL DEFAULT '',
    contact_phone TEXT NOT NULL DEFAULT '',
    products TEXT NOT NULL DEFAULT '[]',     -- JSON: [{code, quantity}]
    contract_minor BIGINT,                   -- expected contract value, same currency
    origin TEXT NOT NULL DEFAULT 'sourced',  -- sourced, assigned
    rfp_on TEXT NOT NULL DEFAULT '',
    first_meeting_on TEXT NOT NULL DEFAULT '',
    relationship TEXT NOT NULL DEFAULT '',
    need TEXT NOT NULL DEFAULT '',
    competitor TEXT NOT NULL DEFAULT '',
    help_wanted TEXT NOT NULL DEFAULT '',
    evidence_note TEXT NOT NULL DEFAULT '',
    return_note TEXT NOT NULL DEFAULT '',
    decision_note TEXT NOT NULL DEFAULT '',
    checks TEXT NOT NULL DEFAULT '[]',       -- JSON: the automatic checks of the latest submission
    PRIMARY KEY (vendor_id, registration_id)
);
-- DR-02: one live approved registration per account and program, held by the database.
CREATE UNIQUE INDEX deal_registrations_one_holder
    ON deal_registrations (vendor_id, account_id, program_id) WHERE holds_account = 1;
CREATE UNIQUE INDEX deal_registrations_by_number ON deal_registrations (vendor_id, number);
CREATE INDEX deal_registrations_by_partner ON deal_registrations (vendor_id, partner_id, number);
CREATE INDEX deal_registrations_by_account ON deal_registrations (vendor_id, account_id, number);
CREATE INDEX deal_registrations_by_status ON deal_registrations (vendor_id, status, number);
CREATE INDEX deal_registrations_by_change ON deal_registrations (vendor_id, changed_at);
CREATE INDEX deal_registrations_by_attention ON deal_registrations (attention_at)
    WHERE attention_at IS NOT NULL;
CREATE INDEX deal_registrations_in_queue ON deal_registrations (vendor_id, decision_due_at, number)
    WHERE decision_due_at IS NOT NULL;
CREATE INDEX deal_registrations_expiring ON deal_registrations (vendor_id, protected_until, number)
    WHERE holds_account = 1;
CREATE INDEX deal_registrations_lapsing ON deal_registrations (vendor_id, lapses_on, number)
    WHERE holds_account = 1 AND lapses_on <> '';
CREATE INDEX deal_registrations_held ON deal_registrations (vendor_id, partner_id, last_activity_on)
    WHERE holds_account = 1;

CREATE TABLE deal_registration_activities (
    vendor_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    kind TEXT NOT NULL,                      -- call, meeting, demo, proposal, email, visit
    occurred_on TEXT NOT NULL,
    contact TEXT NOT NULL,
    note TEXT NOT NULL,
    logged_by TEXT NOT NULL,
    logged_by_name TEXT NOT NULL,
    logged_at BIGINT NOT NULL,
    counts_from TEXT NOT NULL,               -- the day it counts for the follow-up clock (DR-08)
    PRIMARY KEY (vendor_id, registration_id, activity_id)
);

-- Everything that happened to a registration, in order, with the rule that acted.
CREATE TABLE deal_registration_entries (
    vendor_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    by_name TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',         -- a word for the rules, for example the new sales stage
    vendor_only BIGINT NOT NULL DEFAULT 0 CHECK (vendor_only IN (0, 1)),
    PRIMARY KEY (vendor_id, registration_id, seq)
);

CREATE TABLE deal_registration_consents (
    vendor_id TEXT NOT NULL,
    consent_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,                  -- the vendor's person; '' when given unasked
    asked_by_name TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',         -- '', given, refused
    answered_by TEXT NOT NULL DEFAULT '',
    answered_by_name TEXT NOT NULL DEFAULT '',
    answered_at BIGINT,
    answered_through TEXT NOT NULL DEFAULT '',   -- portal, link, api
    until_on TEXT NOT NULL DEFAULT '',           -- the last day it holds; '' = as long as protection
    withdrawn_at BIGINT,
    PRIMARY KEY (vendor_id, consent_id)
);
CREATE INDEX deal_registration_consents_by_registration
    ON deal_registration_consents (vendor_id, registration_id);
CREATE INDEX deal_registration_consents_awaited ON deal_registration_consents (vendor_id, asked_at)
    WHERE answer = '';
CREATE INDEX deal_registration_consents_by_asker
    ON deal_registration_consents (vendor_id, asked_by, asked_at);

-- The keys that sign receipts; vendor_id '' is the installation.
CREATE TABLE deal_registration_keys (
    vendor_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    secret TEXT NOT NULL,                    -- hexadecimal
    created_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, key_id)
);
-- Receipts, chained per program (DR-19).
CREATE TABLE deal_registration_receipts (
    vendor_id TEXT NOT NULL,
    program_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    registration_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    account_fingerprint TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    policy_version BIGINT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    signature TEXT NOT NULL,
    key_id TEXT NOT NULL,
    PRIMARY KEY (vendor_id, program_id, number)
);
CREATE INDEX deal_registration_receipts_by_registration
    ON deal_registration_receipts (vendor_id, registration_id, number);

-- Other partners' roles on a deal (DR-22).
CREATE TABLE deal_registration_roles (
    vendor_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    role TEXT NOT NULL,                      -- services, technology, influence, distributor
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, registration_id, partner_id, role)
);
CREATE INDEX deal_registration_roles_by_partner ON deal_registration_roles (vendor_id, partner_id);

-- only sqlite
CREATE TABLE deal_registration_files (
    vendor_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_by_name TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (vendor_id, registration_id, file_id)
);
-- end
-- only postgres
CREATE TABLE deal_registration_files (
    vendor_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_by_name TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (vendor_id, registration_id, file_id)
);
-- end

-- Figures of a program that checks read (DR-17); a job renews them daily.
CREATE TABLE deal_registration_figures (
    vendor_id TEXT NOT NULL,
    program_id TEXT NOT NULL,
    sales_cycle_days BIGINT,                 -- the median from submission to the order; NULL = too few
    counted BIGINT NOT NULL,
    computed_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, program_id)
);

-- "Is it free?" questions, for the limits and the alarm (DR-18); kept for a day.
CREATE TABLE availability_questions (
    vendor_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    question_id TEXT NOT NULL,               -- sorts by time
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    missed BIGINT NOT NULL CHECK (missed IN (0, 1)),    -- nobody knows the company
    alarmed BIGINT NOT NULL CHECK (alarmed IN (0, 1)),
    PRIMARY KEY (vendor_id, partner_id, question_id)
);
CREATE INDEX availability_questions_by_age ON availability_questions (asked_at);

-- owner: direct_sales
CREATE TABLE direct_opportunities (
    vendor_id TEXT NOT NULL,
    opportunity_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_user_id TEXT NOT NULL DEFAULT '',
    owner_name TEXT NOT NULL DEFAULT '',
    product TEXT NOT NULL DEFAULT '',
    stage TEXT NOT NULL,                     -- open, won, lost
    amount_minor BIGINT NOT NULL DEFAULT 0,
    currency TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    close_on TEXT NOT NULL DEFAULT '',
    external_id TEXT NOT NULL DEFAULT '',
    permitted_by TEXT NOT NULL DEFAULT '',   -- why it could be recorded while protected, in words
    through TEXT NOT NULL DEFAULT 'page',    -- page, api, import, crm
    closed_on TEXT NOT NULL DEFAULT '',
    closing_note TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    created_by_name TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, opportunity_id)
);
CREATE INDEX direct_opportunities_by_opening
    ON direct_opportunities (vendor_id, opened_on, opportunity_id);
CREATE INDEX direct_opportunities_by_account ON direct_opportunities (vendor_id, account_id, stage);
CREATE INDEX direct_opportunities_by_external ON direct_opportunities (vendor_id, external_id);
CREATE TABLE direct_activities (
    vendor_id TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    opportunity_id TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_by_name TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    permitted_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (vendor_id, activity_id)
);
CREATE INDEX direct_activities_by_account ON direct_activities (vendor_id, account_id);
-- Open direct opportunities, for the checks of a registration (DR-13, DR-14).
CREATE VIEW direct_sales_v_open AS
    SELECT vendor_id, account_id, opened_on, created_at, owner_user_id
    FROM direct_opportunities WHERE stage = 'open';
-- Attempts that the lockout refused (DR-05).
CREATE TABLE direct_refusals (
    vendor_id TEXT NOT NULL,
    refusal_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    attempted_by TEXT NOT NULL,
    attempted_by_name TEXT NOT NULL,
    attempted_at BIGINT NOT NULL,
    what TEXT NOT NULL,
    through TEXT NOT NULL,                   -- page, api, import, crm
    rule TEXT NOT NULL,
    words TEXT NOT NULL,                     -- why, as the person read it
    protected_until TEXT NOT NULL,
    held TEXT NOT NULL DEFAULT '',           -- JSON: what arrived and waits for the case to be settled
    external_id TEXT NOT NULL DEFAULT '',    -- of what arrived
    settled_at BIGINT,                       -- when it was recorded or dropped after all
    settled_as TEXT NOT NULL DEFAULT '',     -- recorded, dropped
    asked_for TEXT NOT NULL DEFAULT '',      -- the way on that was taken: consent, co_sell
    case_id TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (vendor_id, refusal_id)
);
CREATE INDEX direct_refusals_by_registration ON direct_refusals (vendor_id, registration_id);
CREATE INDEX direct_refusals_by_time ON direct_refusals (vendor_id, attempted_at, refusal_id);
CREATE INDEX direct_refusals_by_external
    ON direct_refusals (vendor_id, external_id) WHERE external_id <> '';
-- What a conflict case shows of the attempts that led to it.
CREATE VIEW direct_sales_v_attempts AS
    SELECT vendor_id, case_id, refusal_id, what, attempted_by_name, attempted_at, through
    FROM direct_refusals;

-- owner: conflicts
CREATE TABLE conflict_cases (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    number BIGINT NOT NULL,                  -- what people say: C-000123 of a vendor
    kind TEXT NOT NULL,                      -- partner_direct, partner_partner, duplicate_accounts, decision
    account_id TEXT NOT NULL,
    asked TEXT NOT NULL,                     -- the vendor's words
    asked_of_partners TEXT NOT NULL,         -- the same for partners: names no other partner
    opened_by TEXT NOT NULL,
    opened_by_name TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,                  -- the end of the time that the program gives a case
    state TEXT NOT NULL,                     -- open, closed
    closed_by_name TEXT NOT NULL DEFAULT '',
    closed_at BIGINT,
    closing_note TEXT NOT NULL DEFAULT '',   -- for the vendor
    closing_words TEXT NOT NULL DEFAULT '',  -- for the parties
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, case_id)
);
CREATE UNIQUE INDEX conflict_cases_by_number ON conflict_cases (vendor_id, number);
CREATE INDEX conflict_cases_by_account ON conflict_cases (vendor_id, account_id);

-- Who is in a case: partners with their registrations, and direct sales (partner_id '').
CREATE TABLE conflict_parties (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    partner_id TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    PRIMARY KEY (vendor_id, case_id, seq)
);
CREATE INDEX conflict_parties_by_partner ON conflict_parties (vendor_id, partner_id, case_id);
CREATE INDEX conflict_parties_by_registration
    ON conflict_parties (vendor_id, registration_id) WHERE registration_id <> '';

-- What the parties say. A partner reads its own notes, the vendor reads all.
CREATE TABLE conflict_notes (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    note_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,                -- '' = the vendor
    by_name TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (vendor_id, case_id, note_id)
);
