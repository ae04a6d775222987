-- owner: core
-- When somebody wrote last, in microseconds, always later than the time before: a replica that shows
-- as much shows what they wrote (ADR 19). Kept for a day.
CREATE TABLE core_last_writes (
    vendor_id TEXT NOT NULL,
    writer TEXT NOT NULL,
    wrote_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, writer)
);
