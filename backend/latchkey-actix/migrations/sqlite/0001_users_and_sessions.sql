-- Instants are milliseconds since 1970-01-01T00:00:00Z.

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE, -- lower case
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,        -- PHC string
    version       INTEGER NOT NULL,        -- rises with every change
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER
) STRICT;

CREATE TABLE sessions (
    id           TEXT    NOT NULL PRIMARY KEY, -- the public handle
    token_hash   BLOB    NOT NULL UNIQUE,      -- SHA-256 of the token; the token itself is kept nowhere
    user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,             -- also the last proof of the password: a new proof is a new session
    expires_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ip           TEXT,
    user_agent   TEXT,
    ended_at     INTEGER,                      -- set once: an ended session stays as its own tombstone
    end_reason   TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK (length(token_hash) = 32)
) STRICT;

CREATE INDEX sessions_of_user ON sessions (user_id, created_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_deadline ON sessions (expires_at) WHERE ended_at IS NULL;

-- Whatever writes, this server, another one or an operator's shell: an ended session stays ended.
CREATE TRIGGER sessions_stay_ended
BEFORE UPDATE ON sessions WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT raise(ABORT, 'an ended session cannot be changed');
END;

-- What servers that remember sessions must forget. Readers follow `seq`; the table prunes itself, and a reader that
-- has fallen further behind than its length forgets everything.
CREATE TABLE session_changes (
    seq        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB    NOT NULL
) STRICT;

CREATE TRIGGER sessions_updated AFTER UPDATE ON sessions
BEGIN
    INSERT INTO session_changes (token_hash) VALUES (OLD.token_hash);
END;

CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions WHEN OLD.ended_at IS NULL
BEGIN
    INSERT INTO session_changes (token_hash) VALUES (OLD.token_hash);
END;

CREATE TRIGGER users_updated AFTER UPDATE ON users
BEGIN
    INSERT INTO session_changes (token_hash)
    SELECT token_hash FROM sessions WHERE user_id = OLD.id AND ended_at IS NULL;
END;

CREATE TRIGGER session_changes_pruned AFTER INSERT ON session_changes
BEGIN
    DELETE FROM session_changes WHERE seq <= NEW.seq - 10000;
END;

-- Failed log-ins since the last success, by what was tried: an address, known or not, or a signed-in device.
CREATE TABLE login_attempts (
    subject  TEXT    NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX login_attempts_by_age ON login_attempts (last_at);

-- Who did what, when and from where. Never a secret.
CREATE TABLE audit (
    seq        INTEGER NOT NULL PRIMARY KEY,
    at         INTEGER NOT NULL,
    action     TEXT    NOT NULL,
    outcome    TEXT    NOT NULL,
    actor      TEXT    NOT NULL, -- the e-mail that was given, or `operator`
    subject    TEXT,             -- the e-mail of the user that it was done to, if another
    session_id TEXT,
    ip         TEXT
) STRICT;

CREATE INDEX audit_by_time ON audit (at);
