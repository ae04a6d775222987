-- owner: notifications
CREATE TABLE notices (
    vendor_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,                -- the side on which the person reads it
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    href TEXT NOT NULL,
    action TEXT NOT NULL DEFAULT '',         -- what to do, as a verb
    until_at BIGINT,                         -- until when
    subject_id TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    read_at BIGINT,
    done_at BIGINT,
    PRIMARY KEY (vendor_id, notice_id)
);
CREATE INDEX notices_by_user ON notices (vendor_id, user_id, partner_id, created_at);
CREATE INDEX notices_unread ON notices (vendor_id, user_id, partner_id) WHERE read_at IS NULL;
CREATE INDEX notices_by_subject ON notices (vendor_id, subject_id);

CREATE TABLE mails (
    vendor_id TEXT NOT NULL,
    mail_id TEXT NOT NULL,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,                     -- waiting, sent, kept, failed
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    fault TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (vendor_id, mail_id)
);
CREATE INDEX mails_by_age ON mails (vendor_id, created_at);

-- owner: imports
CREATE TABLE imports (
    vendor_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    kind TEXT NOT NULL,                      -- accounts, direct_opportunities, partners, …
    file_name TEXT NOT NULL,
    state TEXT NOT NULL,                     -- uploaded, checking, checked, faulty, running, …
    headers TEXT NOT NULL,                   -- JSON: the names of the columns
    mapping TEXT NOT NULL,                   -- JSON: field -> column
    settings TEXT NOT NULL,
    report TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_by_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, import_id)
);
-- The file, until the import is over.
CREATE TABLE import_contents (
    vendor_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    content
-- only sqlite
        BLOB
-- end
-- only postgres
        BYTEA
-- end
        NOT NULL,
    PRIMARY KEY (vendor_id, import_id)
);
-- Faults, and rows left out on purpose, in the order of the file.
CREATE TABLE import_findings (
    vendor_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    level TEXT NOT NULL,                     -- fault, left out
    line BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (vendor_id, import_id, seq)
);
-- How a file of a kind with these columns was read last.
CREATE TABLE import_mappings (
    vendor_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    headers_hash TEXT NOT NULL,
    mapping TEXT NOT NULL,
    settings TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, kind, headers_hash)
);

-- owner: demo
CREATE TABLE demo_state (
    vendor_id TEXT PRIMARY KEY,
    clock_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
