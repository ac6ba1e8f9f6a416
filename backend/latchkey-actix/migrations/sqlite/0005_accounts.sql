-- Failures are counted by several subjects of one account: by client address, by browser, by session and by account alone.
-- What lets the account in forgets them all.
ALTER TABLE login_attempts ADD COLUMN account TEXT NOT NULL DEFAULT ''; -- its address, known or not
UPDATE login_attempts SET account = substr(subject, 9) WHERE subject LIKE 'account %';
CREATE INDEX login_attempts_by_account ON login_attempts (account);

-- Browsers that have signed in to an account before. A device cookie opens nothing: it has a count of failures of its own.
CREATE TABLE devices (
    token_hash   BLOB    NOT NULL, -- SHA-256 of the cookie's value, which is kept nowhere
    user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash, user_id),
    CHECK (length(token_hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX devices_of_user ON devices (user_id, last_used_at);
CREATE INDEX devices_by_age ON devices (last_used_at);

-- A shell has foreign keys off.
CREATE TRIGGER users_deleted_devices AFTER DELETE ON users
BEGIN
    DELETE FROM devices WHERE user_id = OLD.id;
END;
