-- owner: deal_registration
-- Every answer that tells a partner something about an account counts, not only those to a
-- question (DR-18). The door says to what it was the answer: question, submission, case.
ALTER TABLE availability_questions ADD COLUMN door TEXT NOT NULL DEFAULT 'question';
CREATE INDEX availability_questions_by_partner
    ON availability_questions (vendor_id, partner_id, asked_at);

-- A submission that was refused leaves nothing in the partner's list. The vendor reads here what
-- was tried and every check with its reason (DR-13, DR-15).
CREATE TABLE deal_registration_refusals (
    vendor_id TEXT NOT NULL,
    refusal_id TEXT NOT NULL,                -- sorts by time
    partner_id TEXT NOT NULL,
    refused_at BIGINT NOT NULL,
    refused_by TEXT NOT NULL,                -- who submitted
    refused_by_name TEXT NOT NULL,
    source TEXT NOT NULL,                    -- portal, api, link, import
    program_id TEXT NOT NULL,
    account_name TEXT NOT NULL,              -- as the partner named it
    account_domain TEXT NOT NULL,
    account_id TEXT NOT NULL,                -- the account that was recognised; '' for none
    rule TEXT NOT NULL,                      -- the rule that the partner was told
    checks TEXT NOT NULL,                    -- JSON, every check with the words for the vendor
    PRIMARY KEY (vendor_id, refusal_id)
);
CREATE INDEX deal_registration_refusals_by_partner
    ON deal_registration_refusals (vendor_id, partner_id, refusal_id);
CREATE INDEX deal_registration_refusals_by_age ON deal_registration_refusals (refused_at);
