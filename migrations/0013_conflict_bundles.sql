-- owner: conflicts
-- The evidence of a case as it was when the case ended, for each reader: '' is the vendor, else a
-- partner (CF-04). The contents of its files stay where they are and are put in when it is read.
CREATE TABLE conflict_bundles (
    vendor_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    reader TEXT NOT NULL,
    sealed_at BIGINT NOT NULL,
    signed TEXT NOT NULL,                    -- JSON, with its signature
    PRIMARY KEY (vendor_id, case_id, reader)
);
