-- One-time links with which users set a password. A user has at most one.
CREATE TABLE password_links (
    user_id    text   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_hash bytea  NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256 of the token in the link, which is not stored
    expires_at bigint NOT NULL
);

-- A link is for the account as it was when the link was made. Also for changes in a SQL shell.
CREATE FUNCTION latchkey_delete_password_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM password_links WHERE user_id = OLD.id;
    RETURN NULL;
END $$;

-- Whoever changes a user: the function finds the table in the schema of the users.
DO $$
DECLARE
    home text := (SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.oid = 'users'::regclass);
BEGIN
    EXECUTE format('ALTER FUNCTION %s.latchkey_delete_password_link() SET search_path = %s, pg_temp', home, home);
END $$;

CREATE TRIGGER users_changed_password_links AFTER UPDATE ON users
FOR EACH ROW WHEN (
    (OLD.email, OLD.password_hash, OLD.disabled_at) IS DISTINCT FROM (NEW.email, NEW.password_hash, NEW.disabled_at)
) EXECUTE FUNCTION latchkey_delete_password_link();
