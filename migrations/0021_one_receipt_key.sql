-- owner: deal_registration
-- The installation has one key for receipts. Vendors write side by side, so two that need the first
-- key at the same moment could each make one (DR-19).
CREATE UNIQUE INDEX deal_registration_keys_one ON deal_registration_keys (vendor_id);
