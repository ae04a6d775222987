-- owner: core
-- Answers to writes, kept so that a repeated request has one effect (AP-01).
-- only sqlite
CREATE TABLE idempotency_answers (
    vendor_id TEXT NOT NULL,
    caller TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, caller, route, key)
) WITHOUT ROWID;
-- end
-- only postgres
CREATE TABLE idempotency_answers (
    vendor_id TEXT NOT NULL,
    caller TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    body BYTEA NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, caller, route, key)
);
-- end
CREATE INDEX idempotency_answers_by_age ON idempotency_answers (kept_at);
