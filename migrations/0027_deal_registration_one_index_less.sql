-- An index that no list reads any more. Databases made by some versions do not have it.

-- owner: deal_registration
DROP INDEX IF EXISTS deal_registrations_of_partner_by_status;
