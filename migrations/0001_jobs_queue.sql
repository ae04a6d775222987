-- owner: jobs
-- Durable jobs. The vendor stands first in every key; '' is the installation itself.

-- The last number given to a job of a vendor. Numbers are never given twice, so that a worker who
-- comes late can never be taken for the holder of another job.
CREATE TABLE jobs_numbers (
    vendor_id TEXT NOT NULL PRIMARY KEY,
    last_number BIGINT NOT NULL
);

-- One row per job that waits, runs or is dead; a job that is done leaves. due_at says when the
-- row next concerns a worker: when it may run, or, while leased, when its lease ends.
CREATE TABLE jobs_queue (
    vendor_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    dedupe_key TEXT,
    payload TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    max_attempts BIGINT NOT NULL CHECK (max_attempts >= 1),
    leased_by TEXT,
    fencing BIGINT NOT NULL,
    repeat_at BIGINT,
    repeat_payload TEXT,
    last_error TEXT,
    dead_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, number)
);

CREATE UNIQUE INDEX jobs_queue_key ON jobs_queue (vendor_id, kind, dedupe_key)
    WHERE dedupe_key IS NOT NULL AND dead_at IS NULL;

CREATE INDEX jobs_queue_due ON jobs_queue (due_at, vendor_id, number) WHERE dead_at IS NULL;

CREATE INDEX jobs_queue_dead ON jobs_queue (vendor_id, number) WHERE dead_at IS NOT NULL;

-- One row per schedule; a tick moves next_at in the transaction that queues the job, so each tick
-- happens once on however many nodes.
CREATE TABLE jobs_schedules (
    vendor_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    every_seconds BIGINT NOT NULL CHECK (every_seconds >= 1),
    offset_seconds BIGINT NOT NULL CHECK (offset_seconds >= 0),
    max_attempts BIGINT NOT NULL CHECK (max_attempts >= 1),
    next_at BIGINT NOT NULL,
    last_at BIGINT,
    PRIMARY KEY (vendor_id, name)
);

CREATE INDEX jobs_schedules_next ON jobs_schedules (next_at);
