-- owner: program
CREATE TABLE programs (
    vendor_id TEXT NOT NULL REFERENCES vendors (vendor_id),
    program_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, program_id)
);
-- Versions of a program's document (PG-01, PG-02); the text of one that left draft never changes.
CREATE TABLE program_versions (
    vendor_id TEXT NOT NULL,
    program_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,             -- draft, in_review, approved, announced, withdrawn
    document TEXT NOT NULL,          -- TOML
    fingerprint TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    drafted_by TEXT NOT NULL,
    drafted_at BIGINT NOT NULL,
    proposed_by TEXT,
    proposed_at BIGINT,
    approved_by TEXT,
    approved_at BIGINT,
    approved_base BIGINT,            -- the version it was compared with; 0 = none
    approved_diff TEXT,              -- JSON: the words that were signed
    council_saw_at BIGINT,
    announced_by TEXT,
    announced_at BIGINT,
    effective_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, program_id, number),
    FOREIGN KEY (vendor_id, program_id) REFERENCES programs (vendor_id, program_id)
);
CREATE INDEX program_versions_by_effect ON program_versions (vendor_id, program_id, effective_at);

-- The partners whose admins see a change before it is announced (PG-02).
CREATE TABLE program_council (
    vendor_id TEXT NOT NULL,
    program_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, program_id, partner_id)
);
