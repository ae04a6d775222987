-- owner: identity
-- A secret names its vendor, and is looked up and unique among that vendor's alone. Sessions and keys
-- that were made before name none: they are found by the hash of 256, or 178, random bits, and two
-- rows with the same one count for nothing.
DROP INDEX identity_sessions_by_secret;
CREATE UNIQUE INDEX identity_sessions_by_secret ON identity_sessions (vendor_id, secret_hash);
CREATE INDEX identity_sessions_by_hash ON identity_sessions (secret_hash);

DROP INDEX identity_api_keys_by_secret;
CREATE UNIQUE INDEX identity_api_keys_by_secret ON identity_api_keys (vendor_id, secret_hash);
CREATE INDEX identity_api_keys_by_hash ON identity_api_keys (secret_hash);

-- The vendor of a link is that of the host on which it is opened.
DROP INDEX identity_links_by_secret;
CREATE UNIQUE INDEX identity_links_by_secret ON identity_links (vendor_id, secret_hash);
