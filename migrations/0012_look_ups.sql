-- owner: core
-- The body is as long as a page: kept in order of arrival, found by a small index.
-- only sqlite
CREATE TABLE idempotency_answers_kept (
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
);
INSERT INTO idempotency_answers_kept (vendor_id, caller, route, key, fingerprint, status, headers, body, kept_at)
    SELECT vendor_id, caller, route, key, fingerprint, status, headers, body, kept_at
    FROM idempotency_answers ORDER BY kept_at;
DROP TABLE idempotency_answers;
ALTER TABLE idempotency_answers_kept RENAME TO idempotency_answers;
CREATE INDEX idempotency_answers_by_age ON idempotency_answers (kept_at);
-- end

-- owner: program
-- Which version is in force, without reading the documents.
CREATE INDEX program_versions_in_force
    ON program_versions (vendor_id, program_id, state, effective_at, number, fingerprint);

-- owner: accounts
DROP INDEX account_domains_by_domain;
CREATE INDEX account_domains_by_domain ON account_domains (vendor_id, domain, account_id);
DROP INDEX accounts_by_name_key;
CREATE INDEX accounts_by_name_key ON accounts (vendor_id, name_key, account_id);
