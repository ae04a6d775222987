-- owner: identity
-- Vendors, their people and their partners' people, how they sign in and what acts for them.
CREATE TABLE vendors (
    vendor_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    host TEXT NOT NULL,              -- the host name of its portal; '' answers to any
    zone TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX vendors_by_host ON vendors (host);

CREATE TABLE identity_users (
    vendor_id TEXT NOT NULL REFERENCES vendors (vendor_id),
    user_id TEXT NOT NULL,
    email TEXT NOT NULL,             -- lower case
    name TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT '',
    zone TEXT NOT NULL DEFAULT '',   -- '' = the vendor's
    password_phc TEXT,               -- NULL = none set; signs in by link
    totp_secret TEXT,
    totp_confirmed_at BIGINT,
    totp_last_step BIGINT NOT NULL DEFAULT 0,   -- a code works once
    last_seen_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, user_id)
);
CREATE UNIQUE INDEX identity_users_by_email ON identity_users (vendor_id, email);

-- One-time codes for a person who lost the device; hashes of 120 random bits each.
CREATE TABLE identity_recovery_codes (
    vendor_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (vendor_id, user_id, code_hash)
);

-- The partners for which people may act, by the name that pages and mails say.
CREATE TABLE identity_sides (
    vendor_id TEXT NOT NULL REFERENCES vendors (vendor_id),
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    closed_at BIGINT,                -- the partner left: nobody acts for it
    PRIMARY KEY (vendor_id, partner_id)
);

-- A person may act for the vendor and for several partners; a session acts for one of them.
CREATE TABLE identity_memberships (
    vendor_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,        -- '' = the vendor's side
    roles TEXT NOT NULL,             -- words separated by spaces
    invited_as TEXT NOT NULL DEFAULT '',     -- the name the invitation was written to, shown until accepted
    territories TEXT NOT NULL DEFAULT '',   -- codes of the territories a vendor person's quota lies in
    invited_at BIGINT,               -- when the last invitation was sent
    joined_at BIGINT,                -- NULL = the invitation is not accepted yet
    suspended_at BIGINT,
    ended_at BIGINT,
    used_at BIGINT NOT NULL DEFAULT 0,   -- when a session for it began last
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, user_id, partner_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES identity_users (vendor_id, user_id)
);
CREATE INDEX identity_memberships_by_partner ON identity_memberships (vendor_id, partner_id);

-- Whom notices may be mailed to: people who may act for some side. What slices below read.
CREATE VIEW identity_v_addresses AS
    SELECT u.vendor_id, u.user_id, u.email, u.name FROM identity_users u
    WHERE EXISTS (
        SELECT 1 FROM identity_memberships m
        WHERE m.vendor_id = u.vendor_id AND m.user_id = u.user_id AND m.joined_at IS NOT NULL
            AND m.suspended_at IS NULL AND m.ended_at IS NULL
    );

CREATE TABLE identity_sessions (
    vendor_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,        -- '' = the vendor's side
    method TEXT NOT NULL,            -- password, link, demo
    origin TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (vendor_id, session_id)
);
CREATE UNIQUE INDEX identity_sessions_by_secret ON identity_sessions (secret_hash);
CREATE INDEX identity_sessions_by_user ON identity_sessions (vendor_id, user_id, ended_at);
CREATE INDEX identity_sessions_by_age ON identity_sessions (expires_at);

CREATE TABLE identity_api_keys (
    vendor_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    prefix TEXT NOT NULL,            -- the first characters, to recognise it by
    name TEXT NOT NULL,
    partner_id TEXT NOT NULL,        -- '' = the vendor's side
    scopes TEXT NOT NULL,            -- permission words separated by spaces
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (vendor_id, key_id)
);
CREATE UNIQUE INDEX identity_api_keys_by_secret ON identity_api_keys (secret_hash);
CREATE INDEX identity_api_keys_by_partner ON identity_api_keys (vendor_id, partner_id);

-- Signed links: one purpose each; only the hash of the secret is kept.
CREATE TABLE identity_links (
    vendor_id TEXT NOT NULL,
    link_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,           -- sign_in, step, invitation, password, register, consent, answer, follow_up, statement
    user_id TEXT NOT NULL DEFAULT '',
    partner_id TEXT NOT NULL DEFAULT '',
    subject_id TEXT NOT NULL DEFAULT '',   -- what it acts on
    uses_left BIGINT NOT NULL,       -- -1 = any number until it expires
    used_count BIGINT NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (vendor_id, link_id)
);
CREATE UNIQUE INDEX identity_links_by_secret ON identity_links (secret_hash);
CREATE INDEX identity_links_by_subject ON identity_links (vendor_id, subject_id);
CREATE INDEX identity_links_by_user ON identity_links (vendor_id, user_id);
CREATE INDEX identity_links_by_partner ON identity_links (vendor_id, partner_id);
CREATE INDEX identity_links_by_age ON identity_links (expires_at);

-- Attempts in a window of time, for limits that hold across nodes.
CREATE TABLE identity_attempts (
    vendor_id TEXT NOT NULL,
    subject TEXT NOT NULL,           -- for example sign_in:<hash of the address> or link:<origin>
    window_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, subject, window_at)
);
CREATE INDEX identity_attempts_by_age ON identity_attempts (window_at);

-- Keys of the installation: the receipt key and others, by name.
CREATE TABLE identity_secrets (
    vendor_id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, name)
);
