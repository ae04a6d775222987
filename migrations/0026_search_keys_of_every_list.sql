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
CREATE INDEX account_names_by_search_key ON account_names (vendor_id, search_key, account_id);
-- only postgres
-- Trigrams find part of a word without reading every name. Their extensions come with PostgreSQL,
-- but not every operator lets a program make them: search then reads the narrow indexes.
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE EXTENSION IF NOT EXISTS btree_gin;
        CREATE INDEX accounts_by_trigrams ON accounts USING gin (vendor_id, search_key gin_trgm_ops);
        CREATE INDEX account_names_by_trigrams
            ON account_names USING gin (vendor_id, search_key gin_trgm_ops);
    END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'no index of trigrams: %', SQLERRM;
END $$;
-- end
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
CREATE INDEX deal_registrations_by_search_key
    ON deal_registrations (vendor_id, search_key, registration_id);
ALTER TABLE deal_registration_refusals ADD COLUMN search_key TEXT NOT NULL DEFAULT '';

-- only postgres
DO $$ BEGIN
    IF to_regclass('accounts_by_trigrams') IS NOT NULL THEN
        CREATE INDEX deal_registrations_by_trigrams
            ON deal_registrations USING gin (vendor_id, search_key gin_trgm_ops);
    END IF;
END $$;
-- end

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
