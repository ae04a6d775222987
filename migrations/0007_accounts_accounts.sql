-- owner: accounts
CREATE TABLE accounts (
    vendor_id TEXT NOT NULL REFERENCES vendors (vendor_id),
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,                  -- normalised, for the exact look-up
    country TEXT NOT NULL DEFAULT '',
    region TEXT NOT NULL DEFAULT '',
    postal_code TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    parent_account_id TEXT NOT NULL DEFAULT '',
    owner_user_id TEXT NOT NULL DEFAULT '',  -- the direct owner
    status TEXT NOT NULL,                    -- prospect, customer, house
    segment TEXT NOT NULL DEFAULT '',
    industry TEXT NOT NULL DEFAULT '',
    employees BIGINT,
    product_lines TEXT NOT NULL DEFAULT '',  -- what a customer has bought, codes separated by spaces
    merged_into TEXT NOT NULL DEFAULT '',    -- the account that took this one in
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, account_id)
);
CREATE INDEX accounts_by_name_key ON accounts (vendor_id, name_key);
CREATE INDEX accounts_by_name ON accounts (vendor_id, name, account_id);
CREATE INDEX accounts_by_parent ON accounts (vendor_id, parent_account_id);

CREATE TABLE account_names (
    vendor_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (vendor_id, account_id, name)
);
CREATE INDEX account_names_by_key ON account_names (vendor_id, name_key);

CREATE TABLE account_domains (
    vendor_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    domain TEXT NOT NULL,                    -- registrable, ASCII, lower case
    PRIMARY KEY (vendor_id, account_id, domain)
);
CREATE INDEX account_domains_by_domain ON account_domains (vendor_id, domain);

CREATE TABLE account_external_ids (
    vendor_id TEXT NOT NULL,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (vendor_id, system, external_id)
);
CREATE INDEX account_external_ids_by_account ON account_external_ids (vendor_id, account_id);

-- Merges, with what is needed to undo one (AC-04).
CREATE TABLE account_merges (
    vendor_id TEXT NOT NULL,
    merge_id TEXT NOT NULL,
    kept_account_id TEXT NOT NULL,
    merged_account_id TEXT NOT NULL,
    moved TEXT NOT NULL,                     -- JSON: what went from one to the other
    reason TEXT NOT NULL,
    merged_by TEXT NOT NULL,
    merged_by_name TEXT NOT NULL,
    merged_at BIGINT NOT NULL,
    undone_by TEXT NOT NULL DEFAULT '',
    undone_at BIGINT,
    PRIMARY KEY (vendor_id, merge_id)
);
CREATE INDEX account_merges_by_kept ON account_merges (vendor_id, kept_account_id);
CREATE INDEX account_merges_by_merged ON account_merges (vendor_id, merged_account_id);

-- Accounts made while nobody could be asked whether they exist already (AC-03).
CREATE TABLE account_questions (
    vendor_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    account_id TEXT NOT NULL,                -- the account made meanwhile
    asked_by TEXT NOT NULL,                  -- page, api, import, crm
    asked_at BIGINT NOT NULL,
    candidates TEXT NOT NULL,                -- JSON: the accounts that it may be, as found then
    answer TEXT NOT NULL DEFAULT '',         -- '', same, different
    answered_by_name TEXT NOT NULL DEFAULT '',
    answered_at BIGINT,
    PRIMARY KEY (vendor_id, question_id)
);
CREATE INDEX account_questions_open ON account_questions (vendor_id, asked_at, question_id)
    WHERE answer = '';
CREATE INDEX account_questions_by_account ON account_questions (vendor_id, account_id);

-- Pairs of accounts that may be one company; a job looks for them.
CREATE TABLE account_duplicates (
    vendor_id TEXT NOT NULL,
    left_account_id TEXT NOT NULL,           -- the smaller id of the two
    right_account_id TEXT NOT NULL,
    probability_bp BIGINT NOT NULL,
    reasons TEXT NOT NULL,                   -- JSON: a list of words
    found_at BIGINT NOT NULL,
    different BIGINT NOT NULL DEFAULT 0 CHECK (different IN (0, 1)),   -- a person said so
    PRIMARY KEY (vendor_id, left_account_id, right_account_id)
);
CREATE INDEX account_duplicates_best
    ON account_duplicates (vendor_id, different, probability_bp, left_account_id);
CREATE TABLE account_duplicate_searches (
    vendor_id TEXT NOT NULL,
    searched_at BIGINT NOT NULL,
    accounts BIGINT NOT NULL,
    pairs BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, searched_at)
);

-- A person's answer to "is it the same company?" (AC-03); weights learn from these.
CREATE TABLE account_match_decisions (
    vendor_id TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    given TEXT NOT NULL,                     -- JSON: what was asked about and the account, as they were
    given_account_id TEXT NOT NULL DEFAULT '',   -- the account asked about, when it was one
    account_id TEXT NOT NULL,
    probability_bp BIGINT NOT NULL,
    same BIGINT NOT NULL CHECK (same IN (0, 1)),
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, decision_id)
);

-- A number that grows with every change of an account, so that each node's index can follow.
CREATE TABLE account_changes (
    vendor_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (vendor_id, seq)
);

-- Weights of the matching engine in use per vendor.
CREATE TABLE account_match_weights (
    vendor_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    weights TEXT NOT NULL,
    figures TEXT NOT NULL,                   -- JSON: before and after, measured on the decisions
    decisions BIGINT NOT NULL,               -- how many they were learned from; 0 = as shipped
    learned_at BIGINT NOT NULL,
    adopted_by_name TEXT NOT NULL DEFAULT '',
    adopted_at BIGINT,                       -- NULL = proposed
    PRIMARY KEY (vendor_id, number)
);

CREATE VIEW accounts_v_names AS
    SELECT vendor_id, account_id, name, country, owner_user_id, merged_into FROM accounts;
