-- How many registrations of a partner have a status, and the newest of them. Databases made by some
-- versions have this index already.

-- owner: deal_registration
CREATE INDEX IF NOT EXISTS deal_registrations_of_partner_by_status
    ON deal_registrations (vendor_id, partner_id, status, number);
