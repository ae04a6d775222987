-- owner: identity
-- A program that acts under a name of its own: an administrator owns it and answers for it.
CREATE TABLE identity_services (
    vendor_id TEXT NOT NULL REFERENCES vendors (vendor_id),
    service_id TEXT NOT NULL,
    name TEXT NOT NULL,
    purpose TEXT NOT NULL DEFAULT '',
    partner_id TEXT NOT NULL,        -- '' = the vendor's side
    scopes TEXT NOT NULL,            -- permission words separated by spaces
    owner_user_id TEXT NOT NULL,     -- its keys never do more than this person may at the moment
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, service_id),
    FOREIGN KEY (vendor_id, owner_user_id) REFERENCES identity_users (vendor_id, user_id)
);
CREATE INDEX identity_services_by_partner ON identity_services (vendor_id, partner_id);
CREATE INDEX identity_services_by_owner ON identity_services (vendor_id, owner_user_id);

-- Whose key it is, and which key it was made with. No owner and no service: the operator's.
ALTER TABLE identity_api_keys ADD COLUMN owner_user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_api_keys ADD COLUMN service_id TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_api_keys ADD COLUMN parent_key_id TEXT NOT NULL DEFAULT '';
-- When it would have expired or been used on, had it not been cut to its parent's life.
ALTER TABLE identity_api_keys ADD COLUMN cut_from BIGINT;
CREATE INDEX identity_api_keys_by_owner ON identity_api_keys (vendor_id, owner_user_id);
CREATE INDEX identity_api_keys_by_service ON identity_api_keys (vendor_id, service_id);
CREATE INDEX identity_api_keys_by_parent ON identity_api_keys (vendor_id, parent_key_id);

-- Keys made before: the person at the root of the chain owns each, and none outlives a key above it.
WITH RECURSIVE lineage (vendor_id, key_id, made_by, expires_at, revoked_at, steps) AS (
    SELECT vendor_id, key_id, created_by, expires_at, revoked_at, 0 FROM identity_api_keys
    UNION ALL
    SELECT l.vendor_id, l.key_id, p.created_by, p.expires_at, p.revoked_at, l.steps + 1
    FROM lineage l JOIN identity_api_keys p
        ON p.vendor_id = l.vendor_id AND l.made_by = 'key:' || p.key_id
    WHERE l.steps < 1000
)
UPDATE identity_api_keys SET
    parent_key_id = CASE WHEN created_by LIKE 'key:%' THEN SUBSTR(created_by, 5) ELSE '' END,
    owner_user_id = COALESCE((
        SELECT SUBSTR(MAX(l.made_by), 6) FROM lineage l
        WHERE l.vendor_id = identity_api_keys.vendor_id AND l.key_id = identity_api_keys.key_id
            AND l.made_by LIKE 'user:%'
    ), ''),
    cut_from = CASE WHEN revoked_at IS NULL AND EXISTS (
        SELECT 1 FROM lineage l
        WHERE l.vendor_id = identity_api_keys.vendor_id AND l.key_id = identity_api_keys.key_id
            AND (l.expires_at < identity_api_keys.expires_at OR l.revoked_at IS NOT NULL)
    ) THEN expires_at END,
    expires_at = (
        SELECT MIN(l.expires_at) FROM lineage l
        WHERE l.vendor_id = identity_api_keys.vendor_id AND l.key_id = identity_api_keys.key_id
    ),
    revoked_at = (
        SELECT MIN(l.revoked_at) FROM lineage l
        WHERE l.vendor_id = identity_api_keys.vendor_id AND l.key_id = identity_api_keys.key_id
    );

-- Who invited a person to a side, as a reference: `user:usr_…`, or 'system'; '' = not known.
ALTER TABLE identity_memberships ADD COLUMN invited_by TEXT NOT NULL DEFAULT '';

-- Stakes that people gave up: a decision looks at what was theirs when its matter was submitted,
-- so that giving an account away frees nobody (DR-14, CF-03).
CREATE TABLE identity_past_stakes (
    vendor_id TEXT NOT NULL,
    kind TEXT NOT NULL,              -- account, opportunity, territory, partner
    subject_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until_at BIGINT NOT NULL,        -- it was this person's until then
    PRIMARY KEY (vendor_id, kind, subject_id, user_id, until_at)
);
