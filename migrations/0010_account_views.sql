-- owner: partners
CREATE VIEW partners_v_names AS
    SELECT vendor_id, partner_id, name, status FROM partners;

-- owner: deal_registration
-- What an account's page shows of its registrations.
CREATE VIEW deal_registration_v_by_account AS
    SELECT r.vendor_id, r.account_id, r.registration_id, r.number, r.status, r.protected_until,
        p.name AS partner_name
    FROM deal_registrations r
    JOIN partners_v_names p ON p.vendor_id = r.vendor_id AND p.partner_id = r.partner_id
    WHERE r.status <> 'draft';

-- owner: direct_sales
-- What an account's page shows of direct sales.
CREATE VIEW direct_sales_v_by_account AS
    SELECT vendor_id, account_id, opportunity_id, name, stage, amount_minor, currency, opened_on,
        owner_name
    FROM direct_opportunities;

-- owner: audit
-- The history of a thing, for its own page.
CREATE VIEW audit_v_history AS
    SELECT e.vendor_id, e.object_id, e.seq, e.at, e.actor, e.action, d.details
    FROM audit_entries e
    LEFT JOIN audit_details d ON d.vendor_id = e.vendor_id AND d.seq = e.seq;
