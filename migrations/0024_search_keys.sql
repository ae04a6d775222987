-- owner: accounts
-- Lists beside an account find it by its key, since a database may lower ASCII letters only.
DROP VIEW accounts_v_names;
CREATE VIEW accounts_v_names AS
    SELECT vendor_id, account_id, name, country, owner_user_id, merged_into, name_key FROM accounts;

-- owner: conflicts
-- The words of a decision in lower case and without accents, for the search of precedents. Decisions
-- of before have none and are found by their words as they stand.
ALTER TABLE conflict_decisions ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
