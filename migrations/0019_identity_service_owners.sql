-- owner: identity
-- When its owner was removed. It stays dormant until somebody takes it over, even when the same
-- person is invited again; NULL while it has an owner.
ALTER TABLE identity_services ADD COLUMN owner_left_at BIGINT;
