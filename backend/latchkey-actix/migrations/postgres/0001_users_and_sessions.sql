-- Instants are milliseconds since 1970-01-01T00:00:00Z. Text that is compared or sorted is compared byte by byte.

CREATE TABLE users (
    id            text   NOT NULL PRIMARY KEY,
    email         text   COLLATE "C" NOT NULL UNIQUE, -- lower case
    name          text   NOT NULL,
    password_hash text   NOT NULL,                    -- PHC string
    version       bigint NOT NULL,                    -- rises with every change
    created_at    bigint NOT NULL,
    disabled_at   bigint
);

CREATE TABLE sessions (
    id           text    COLLATE "C" NOT NULL PRIMARY KEY,              -- the public handle
    token_hash   bytea   NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256 of the token, which is kept nowhere
    user_id      text    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   bigint  NOT NULL, -- also the last proof of the password: a new proof is a new session
    expires_at   bigint  NOT NULL,
    last_seen_at bigint  NOT NULL,
    ip           text,
    user_agent   text,
    ended_at     bigint,           -- set once: an ended session stays as its own tombstone
    end_reason   text,
    remembered   boolean NOT NULL, -- whether the browser keeps the cookie when it is closed
    seq          bigint  NOT NULL GENERATED ALWAYS AS IDENTITY, -- the order among those of one millisecond
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX sessions_by_user ON sessions (user_id, ended_at);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_deadline ON sessions (expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_activity ON sessions (last_seen_at) WHERE ended_at IS NULL;

-- Failed log-ins since the last success, by what was tried.
CREATE TABLE login_attempts (
    subject  text    NOT NULL PRIMARY KEY,
    account  text    NOT NULL, -- its address, known or not: what lets the account in forgets them all
    failures integer NOT NULL,
    last_at  bigint  NOT NULL
);

CREATE INDEX login_attempts_by_age ON login_attempts (last_at);
CREATE INDEX login_attempts_by_account ON login_attempts (account);

-- Browsers that have signed in to an account before. A device cookie opens nothing: it has a count of failures of its own.
CREATE TABLE devices (
    token_hash   bytea  NOT NULL CHECK (length(token_hash) = 32), -- SHA-256 of the cookie's value, which is kept nowhere
    user_id      text   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    last_used_at bigint NOT NULL,
    PRIMARY KEY (token_hash, user_id)
);

CREATE INDEX devices_of_user ON devices (user_id, last_used_at);
CREATE INDEX devices_by_age ON devices (last_used_at);

-- Who did what, when and from where. Never a secret.
CREATE TABLE audit (
    seq        bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         bigint NOT NULL,
    action     text   NOT NULL,
    outcome    text   NOT NULL,
    actor      text   NOT NULL, -- the e-mail that was given, or `operator`
    subject    text,            -- the e-mail of the user that it was done to, if another
    session_id text,
    ip         text
);

CREATE INDEX audit_by_time ON audit (at);
