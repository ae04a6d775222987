-- owner: identity
-- Who invited a person to a side before the invitation that counts now: inviting once more does
-- not hide who did it first (DR-14, CF-03, PG-02).
CREATE TABLE identity_past_inviters (
    vendor_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,        -- '' = the vendor's side
    user_id TEXT NOT NULL,
    invited_by TEXT NOT NULL,        -- as in identity_memberships
    PRIMARY KEY (vendor_id, partner_id, user_id, invited_by)
);

-- owner: accounts
-- Where an account lay before: whose territory it was counts from the submission on (DR-14, CF-03).
CREATE TABLE account_past_addresses (
    vendor_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    country TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    until_at BIGINT NOT NULL,        -- it lay there until then
    PRIMARY KEY (vendor_id, account_id, country, postal_code, until_at)
);

-- owner: deal_registration
-- Who did what an entry tells, as a reference; '' for entries written earlier.
ALTER TABLE deal_registration_entries ADD COLUMN by_ref TEXT NOT NULL DEFAULT '';
