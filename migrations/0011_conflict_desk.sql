-- owner: conflicts
-- A case climbs a ladder of levels until it is decided, and once more on appeal (CF-02, CF-07).
-- state: open while somebody has to decide, decided while it can be appealed, closed at the end.
ALTER TABLE conflict_cases ADD COLUMN phase TEXT NOT NULL DEFAULT 'deciding';
ALTER TABLE conflict_cases ADD COLUMN level BIGINT NOT NULL DEFAULT 1;
ALTER TABLE conflict_cases ADD COLUMN phase_at BIGINT NOT NULL DEFAULT 0;   -- since when that phase and level
ALTER TABLE conflict_cases ADD COLUMN level_due_at BIGINT;                  -- when the level's time is over
ALTER TABLE conflict_cases ADD COLUMN appeal_until BIGINT;
ALTER TABLE conflict_cases ADD COLUMN attention_at BIGINT;                  -- the next thing the clock does
ALTER TABLE conflict_cases ADD COLUMN decider_user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE conflict_cases ADD COLUMN opened_partner_id TEXT NOT NULL DEFAULT '';
ALTER TABLE conflict_cases ADD COLUMN rep_user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE conflict_cases ADD COLUMN clocks_held BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conflict_cases ADD COLUMN features TEXT NOT NULL DEFAULT '{}';  -- what it is compared by (CF-06)
ALTER TABLE conflict_cases ADD COLUMN resolved_at BIGINT;                   -- the first decision, or the closing
ALTER TABLE conflict_cases ADD COLUMN breached_at BIGINT;                   -- when the top level ran out of time
UPDATE conflict_cases SET phase_at = opened_at, attention_at = opened_at WHERE state = 'open';
UPDATE conflict_cases SET phase = 'closed', phase_at = closed_at, resolved_at = closed_at WHERE state <> 'open';
CREATE INDEX conflict_cases_by_attention ON conflict_cases (vendor_id, attention_at)
    WHERE attention_at IS NOT NULL;
CREATE INDEX conflict_cases_by_decider ON conflict_cases (vendor_id, decider_user_id)
    WHERE state = 'open';

-- What happened in a case, in order. Empty words for partners: the vendor alone reads it.
CREATE TABLE conflict_entries (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    rule TEXT NOT NULL,
    words TEXT NOT NULL,
    partner_words TEXT NOT NULL,
    by_name TEXT NOT NULL,
    PRIMARY KEY (vendor_id, case_id, seq)
);

-- One statement of each party (CF-04); partner_id '' is direct sales.
CREATE TABLE conflict_statements (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    words TEXT NOT NULL,
    by_ref TEXT NOT NULL,
    by_name TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    through TEXT NOT NULL,                   -- page, api, link
    PRIMARY KEY (vendor_id, case_id, partner_id)
);

-- Evidence that was asked of a party: the clock stops until it comes, or until stops_until (CF-08).
CREATE TABLE conflict_requests (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    words TEXT NOT NULL,
    asked_by_name TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    stops_until BIGINT NOT NULL,
    answered_at BIGINT,
    answered_by_name TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (vendor_id, case_id, request_id)
);

-- The decision, and the one on appeal (CF-05, CF-06).
CREATE TABLE conflict_decisions (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,                     -- 1, and 2 on appeal
    level BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_by_name TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,                   -- JSON
    outcome_word TEXT NOT NULL,
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,                    -- for the vendor
    words TEXT NOT NULL,                     -- for the parties
    evidence_hash TEXT NOT NULL,             -- the end of the chain that the decider had before it
    evidence_items BIGINT NOT NULL,
    reverses BIGINT NOT NULL,                -- 1 when it changes the decision before it
    PRIMARY KEY (vendor_id, case_id, seq)
);
CREATE INDEX conflict_decisions_by_time ON conflict_decisions (vendor_id, decided_at);

-- The one appeal (CF-07); partner_id '' is direct sales.
CREATE TABLE conflict_appeals (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    words TEXT NOT NULL,
    by_name TEXT NOT NULL,
    appealed_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, case_id)
);

-- What the other side gets (CF-05).
CREATE TABLE conflict_remedies (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    decision_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    remedy TEXT NOT NULL,                    -- influence_credit, priority, margin_accommodation, quota_relief
    partner_id TEXT NOT NULL,                -- '' = direct sales
    party BIGINT NOT NULL,
    share_bp BIGINT NOT NULL,
    until_on TEXT NOT NULL,
    PRIMARY KEY (vendor_id, case_id, decision_seq, seq)
);
CREATE INDEX conflict_remedies_by_partner ON conflict_remedies (vendor_id, partner_id);

-- only sqlite
CREATE TABLE conflict_files (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (vendor_id, case_id, file_id)
);
-- end
-- only postgres
CREATE TABLE conflict_files (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (vendor_id, case_id, file_id)
);
-- end
