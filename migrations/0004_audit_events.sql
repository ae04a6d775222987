-- owner: audit
-- Who did what, when, from where (AU-01). Entries are chained by hash and never changed; what
-- can hold personal data stands in audit_details and can be erased without breaking the chain.
CREATE TABLE audit_entries (
    vendor_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    details_hash TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (vendor_id, seq)
);
CREATE INDEX audit_entries_by_object ON audit_entries (vendor_id, object_id, seq);
CREATE TABLE audit_details (
    vendor_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    salt TEXT NOT NULL,
    details TEXT NOT NULL,           -- JSON: actor's name, origin, before, after
    PRIMARY KEY (vendor_id, seq)
);
-- The last entry of each chain, so that a chain cut short is noticed.
CREATE TABLE audit_heads (
    vendor_id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
-- only sqlite
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never deleted');
END;
-- end
-- only postgres
CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or deleted';
END;
$$;
CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse();
-- end

-- owner: events
-- The feed (AP-02): what happened, in order, never changed.
CREATE TABLE events_feed (
    vendor_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,        -- the partner that may see it; '' = the vendor alone
    data TEXT NOT NULL,
    PRIMARY KEY (vendor_id, seq)
);
CREATE INDEX events_feed_by_partner ON events_feed (vendor_id, partner_id, seq);
