-- owner: deal_registration
-- The lists of one partner, each in its own order: none walks through the rows of the others.
CREATE INDEX deal_registrations_of_partner_in_queue
    ON deal_registrations (vendor_id, partner_id, decision_due_at, number)
    WHERE decision_due_at IS NOT NULL;
CREATE INDEX deal_registrations_of_partner_expiring
    ON deal_registrations (vendor_id, partner_id, protected_until, number)
    WHERE holds_account = 1;
CREATE INDEX deal_registrations_of_partner_lapsing
    ON deal_registrations (vendor_id, partner_id, lapses_on, number)
    WHERE holds_account = 1 AND lapses_on <> '';
CREATE INDEX deal_registrations_of_partner_by_status
    ON deal_registrations (vendor_id, partner_id, status, number);
