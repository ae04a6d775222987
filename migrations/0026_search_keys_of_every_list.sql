-- What lists are searched and ordered by: their texts folded (docs/adr/0023), the same on both
-- databases, which neither lower nor compare letters beyond ASCII alike. The slice that writes the
-- text writes the key; the program fills the keys of rows that were there before.

-- owner: accounts
-- only sqlite
ALTER TABLE accounts ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
ALTER TABLE account_names ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
-- end
-- only postgres
ALTER TABLE accounts ADD COLUMN search_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE account_names ADD COLUMN search_key TEXT COLLATE "C" NOT NULL DEFAULT '';
-- end
CREATE INDEX accounts_by_search_key ON accounts (vendor_id, search_key, account_id);
DROP VIEW accounts_v_names;
CREATE VIEW accounts_v_names AS
    SELECT vendor_id, account_id, name, country, owner_user_id, merged_into, search_key
    FROM accounts;

-- owner: partners
-- only postgres
ALTER TABLE partners ALTER COLUMN name_key TYPE TEXT COLLATE "C";
-- end
-- The name and the domain; name_key holds the folded name alone.
ALTER TABLE partners ADD COLUMN search_key TEXT NOT NULL DEFAULT '';

-- owner: deal_registration
ALTER TABLE deal_registrations ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
ALTER TABLE deal_registration_refusals ADD COLUMN search_key TEXT NOT NULL DEFAULT '';

-- owner: direct_sales
-- only sqlite
ALTER TABLE direct_opportunities ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
-- end
-- only postgres
ALTER TABLE direct_opportunities ADD COLUMN search_key TEXT COLLATE "C" NOT NULL DEFAULT '';
-- end

-- owner: identity
CREATE VIEW identity_v_vendors AS SELECT vendor_id FROM vendors;
ALTER TABLE identity_users ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
-- The name that an invitation was written to.
ALTER TABLE identity_memberships ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
-- only sqlite
ALTER TABLE identity_services ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
-- end
-- only postgres
ALTER TABLE identity_services ADD COLUMN search_key TEXT COLLATE "C" NOT NULL DEFAULT '';
-- end
ALTER TABLE identity_api_keys ADD COLUMN search_key TEXT NOT NULL DEFAULT '';

-- owner: imports
ALTER TABLE imports ADD COLUMN search_key TEXT NOT NULL DEFAULT '';

-- owner: notifications
ALTER TABLE mails ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
