-- owner: identity
-- A link that is mailed has no secret until its mail is sent, and then `unsent:<link_id>` in
-- identity_links.secret_hash gives way to the hash of the first one. A mail that is sent again
-- brings further secrets, because the first mail may have arrived all the same: their hashes.
CREATE TABLE identity_link_secrets (
    vendor_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    link_id TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, secret_hash)
);
CREATE INDEX identity_link_secrets_by_link
    ON identity_link_secrets (vendor_id, link_id, made_at);

-- owner: notifications
-- JSON: the links for which the text has words in place of an address. '' marks a mail of an
-- earlier version, whose text holds the addresses; the next housekeeping takes them out.
ALTER TABLE mails ADD COLUMN links TEXT NOT NULL DEFAULT '';
CREATE INDEX mails_with_addresses ON mails (vendor_id, mail_id) WHERE links = '';

-- owner: core
-- Answers that showed a link, a recovery code or the secret of a second factor. That they were
-- given stays noted, so that a repeated request still has one effect.
-- only sqlite
UPDATE idempotency_answers SET body = CAST('This was done already.' AS BLOB)
    WHERE route = '/registrations/link' OR route LIKE '/links/%'
        OR route LIKE '/settings/second-factor%';
-- end
-- only postgres
UPDATE idempotency_answers SET body = convert_to('This was done already.', 'UTF8')
    WHERE route = '/registrations/link' OR route LIKE '/links/%'
        OR route LIKE '/settings/second-factor%';
-- end

-- owner: jobs
-- A mail server that refuses a mail may quote its links.
UPDATE jobs_queue SET last_error = 'the mail server refused the mail'
    WHERE last_error LIKE '%/links/%';
-- Housekeeping takes the addresses out of old mails: it runs at once, not in the coming night.
UPDATE jobs_schedules SET next_at = 0 WHERE name = 'operate.housekeeping';
