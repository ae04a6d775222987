-- owner: audit
-- What each row that a decision rests on said, and since when: a second chain beside the audit
-- trail, against which the rows are compared (AU-01). It holds ids, days, instants, amounts and
-- hashes of texts, no personal data.
CREATE TABLE audit_rows (
    vendor_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,              -- the table; 'all' once every row of the vendor is in here
    key TEXT NOT NULL,               -- the row's key without the vendor, its parts separated by '/'
    said TEXT NOT NULL,              -- JSON: the watched columns in order; null = the row is gone
    found BIGINT NOT NULL CHECK (found IN (0, 1)),   -- 1 = found so, and the product did not write it
    audit_seq BIGINT NOT NULL,       -- the last entry of the audit trail before it
    audit_hash TEXT NOT NULL,
    hash TEXT NOT NULL,              -- over all of that and the hash of the link before
    PRIMARY KEY (vendor_id, seq)
);
CREATE INDEX audit_rows_by_key ON audit_rows (vendor_id, kind, key, seq);
CREATE INDEX audit_rows_found ON audit_rows (vendor_id, seq) WHERE found = 1;
-- The last link of each chain, so that a chain cut short is noticed.
CREATE TABLE audit_row_heads (
    vendor_id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
-- only sqlite
CREATE TRIGGER audit_rows_no_update BEFORE UPDATE ON audit_rows
BEGIN
    SELECT RAISE(ABORT, 'what rows said is never changed');
END;
CREATE TRIGGER audit_rows_no_delete BEFORE DELETE ON audit_rows
BEGIN
    SELECT RAISE(ABORT, 'what rows said is never deleted');
END;
-- end
-- only postgres
CREATE TRIGGER audit_rows_no_change BEFORE UPDATE OR DELETE ON audit_rows
    FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse();
-- end
