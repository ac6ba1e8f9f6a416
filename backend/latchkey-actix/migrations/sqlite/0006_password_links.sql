-- One-time links with which users set a password. A user has at most one.
CREATE TABLE password_links (
    user_id    TEXT    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_hash BLOB    NOT NULL UNIQUE, -- SHA-256 of the token in the link, which is not stored
    expires_at INTEGER NOT NULL,
    CHECK (length(token_hash) = 32)
) STRICT;

-- A link is for the account as it was when the link was made. Also for changes in a SQL shell.
CREATE TRIGGER users_changed_password_links AFTER UPDATE OF email, password_hash, disabled_at ON users
WHEN OLD.email <> NEW.email OR OLD.password_hash <> NEW.password_hash OR OLD.disabled_at IS NOT NEW.disabled_at
BEGIN
    DELETE FROM password_links WHERE user_id = OLD.id;
END;

-- A shell has foreign keys off.
CREATE TRIGGER users_deleted_password_links AFTER DELETE ON users
BEGIN
    DELETE FROM password_links WHERE user_id = OLD.id;
END;
