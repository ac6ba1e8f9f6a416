-- Instants are milliseconds since 1970-01-01T00:00:00Z. Text with the collation "C" is sorted by its bytes.

CREATE TABLE users (
    id            text   NOT NULL PRIMARY KEY,
    email         text   COLLATE "C" NOT NULL UNIQUE, -- lower case
    name          text   NOT NULL,
    password_hash text   NOT NULL,                    -- PHC string
    version       bigint NOT NULL,                    -- incremented with every change
    created_at    bigint NOT NULL,
    disabled_at   bigint
);

CREATE TABLE sessions (
    id           text    COLLATE "C" NOT NULL PRIMARY KEY,              -- the public id
    token_hash   bytea   NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256 of the token, which is not stored
    user_id      text    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   bigint  NOT NULL, -- also when the password was last checked: a new check begins a new session
    expires_at   bigint  NOT NULL,
    last_seen_at bigint  NOT NULL,
    ip           text,
    user_agent   text,
    ended_at     bigint,           -- set once; the row stays as a tombstone
    end_reason   text,
    remembered   boolean NOT NULL, -- whether the browser keeps the cookie when it is closed
    seq          bigint  NOT NULL GENERATED ALWAYS AS IDENTITY, -- the order of insertion
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX sessions_by_user ON sessions (user_id, ended_at);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_deadline ON sessions (expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_activity ON sessions (last_seen_at) WHERE ended_at IS NULL;

-- Failed log-ins since the last success, by subject.
CREATE TABLE login_attempts (
    subject  text    NOT NULL PRIMARY KEY,
    account  text    NOT NULL, -- its e-mail address, whether or not the account exists; a log-in clears all failures of the account
    failures integer NOT NULL,
    last_at  bigint  NOT NULL
);

CREATE INDEX login_attempts_by_age ON login_attempts (last_at);
CREATE INDEX login_attempts_by_account ON login_attempts (account);

-- Devices: browsers in which users have logged in before. A device cookie grants no access; failures with it are counted separately.
CREATE TABLE devices (
    token_hash   bytea  NOT NULL CHECK (length(token_hash) = 32), -- SHA-256 of the cookie's value, which is not stored
    user_id      text   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    last_used_at bigint NOT NULL,
    PRIMARY KEY (token_hash, user_id)
);

CREATE INDEX devices_of_user ON devices (user_id, last_used_at);
CREATE INDEX devices_by_age ON devices (last_used_at);

-- Who did what, when and from where. It contains no secrets.
CREATE TABLE audit (
    seq        bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         bigint NOT NULL,
    action     text   NOT NULL,
    outcome    text   NOT NULL,
    actor      text   NOT NULL, -- the submitted e-mail address, or `operator`
    subject    text,            -- the e-mail address of the affected user, if that is another one
    session_id text,
    ip         text
);

CREATE INDEX audit_by_time ON audit (at);
