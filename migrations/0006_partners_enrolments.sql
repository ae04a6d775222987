-- owner: partners
CREATE TABLE partners (
    vendor_id TEXT NOT NULL REFERENCES vendors (vendor_id),
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL DEFAULT '',   -- the name in lower case, to find and sort by
    domain TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,            -- onboarding, active, paused, offboarding, left
    manager_user_id TEXT NOT NULL DEFAULT '',   -- the PAM
    external_id TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, partner_id)
);
CREATE INDEX partners_by_name ON partners (vendor_id, name_key, partner_id);
CREATE INDEX partners_by_external_id ON partners (vendor_id, external_id);
CREATE INDEX partners_by_manager ON partners (vendor_id, manager_user_id);

-- A partner in a program (PG-05): its track, tier, territory and agreement.
CREATE TABLE partner_enrolments (
    vendor_id TEXT NOT NULL,
    program_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    track TEXT NOT NULL,
    tier TEXT NOT NULL,
    territories TEXT NOT NULL DEFAULT '',    -- codes separated by spaces; '' = unlimited
    segments TEXT NOT NULL DEFAULT '',
    agreement_from TEXT,                     -- dates; NULL = none signed
    agreement_until TEXT,                    -- the last day; NULL = open
    enrolled_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, program_id, partner_id),
    FOREIGN KEY (vendor_id, partner_id) REFERENCES partners (vendor_id, partner_id)
);
CREATE INDEX partner_enrolments_by_partner ON partner_enrolments (vendor_id, partner_id);

-- Who is enrolled where, for slices below that must name affected partners (PG-04).
CREATE VIEW partners_v_enrolments AS
    SELECT e.vendor_id, e.program_id, e.partner_id, p.name, p.status, e.track, e.tier,
        e.territories
    FROM partner_enrolments e
    JOIN partners p ON p.vendor_id = e.vendor_id AND p.partner_id = e.partner_id
    WHERE e.ended_at IS NULL;

-- Certificates that gates ask for (DR-10): who of a partner holds which, until when.
CREATE TABLE partner_certificates (
    vendor_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    certificate_id TEXT NOT NULL,
    code TEXT NOT NULL,
    holder TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    expires_on TEXT,                         -- the last day; NULL = never
    PRIMARY KEY (vendor_id, partner_id, certificate_id),
    FOREIGN KEY (vendor_id, partner_id) REFERENCES partners (vendor_id, partner_id)
);

-- Each change of tier, track, status or manager with its day and reason (TR-09 reads it later).
CREATE TABLE partner_changes (
    vendor_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    change_id TEXT NOT NULL,
    program_id TEXT NOT NULL DEFAULT '',
    what TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, partner_id, change_id)
);
