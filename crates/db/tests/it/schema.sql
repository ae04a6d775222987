CREATE TABLE accounts (
    vendor_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    parent_id TEXT,
    balance BIGINT NOT NULL CHECK (balance >= 0),
    PRIMARY KEY (vendor_id, id),
    FOREIGN KEY (vendor_id, parent_id) REFERENCES accounts (vendor_id, id)
);

CREATE UNIQUE INDEX accounts_name ON accounts (vendor_id, LOWER(name));

CREATE TABLE journal (
    vendor_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    note TEXT,
    -- only sqlite
    digest BLOB,
    -- end
    -- only postgres
    digest BYTEA,
    -- end
    PRIMARY KEY (vendor_id, number),
    FOREIGN KEY (vendor_id, account_id) REFERENCES accounts (vendor_id, id)
);

-- only sqlite
CREATE TRIGGER journal_keeps_rows BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'rows of the journal are never changed');
END;

CREATE TRIGGER journal_loses_none BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'rows of the journal are never removed');
END;
-- end

-- only postgres
CREATE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the journal are never changed; not even by %', TG_OP;
END;
$$;

CREATE TRIGGER journal_keeps_rows BEFORE UPDATE OR DELETE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses();
-- end
