-- owner: identity
-- The browsers in which people have signed in. A browser is known by a random secret in a cookie,
-- of which only the hash is kept; several people may share one.
CREATE TABLE identity_devices (
    vendor_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    device_hash TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,    -- when a session began in it last
    PRIMARY KEY (vendor_id, user_id, device_hash)
);
CREATE INDEX identity_devices_by_hash ON identity_devices (vendor_id, device_hash);
CREATE INDEX identity_devices_by_age ON identity_devices (last_seen_at);

-- In which browser a person accepted the invitation to a side. These rows stay when the device has
-- not been seen for long.
CREATE TABLE identity_device_enrolments (
    vendor_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,        -- '' = the vendor's side
    device_hash TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, user_id, partner_id, device_hash)
);
CREATE INDEX identity_device_enrolments_by_hash
    ON identity_device_enrolments (vendor_id, device_hash);
