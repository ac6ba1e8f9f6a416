-- The changes of sessions, written by triggers, whether a server, an operator's command or a SQL shell makes them. Servers remove changed
-- sessions from their caches.
--
-- Servers read this table by transaction. Reading by a sequence would lose changes, because its numbers are assigned before transactions
-- commit. A row that a snapshot does not see belongs to a transaction that was in progress, and the next read returns it.
-- The table is unlogged: after a crash, servers empty their caches and do not continue from an earlier position.

CREATE UNLOGGED TABLE session_changes (
    xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    token_hash bytea,      -- null means all sessions
    at         timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX session_changes_by_transaction ON session_changes (xid);

-- Rows up to this transaction may have been deleted. A server whose position is older empties its cache.
CREATE UNLOGGED TABLE session_changes_pruned (
    only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    xid      xid8    NOT NULL
);

-- An ended session cannot be changed.
CREATE FUNCTION latchkey_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION 'an ended session cannot be changed';
END $$;

CREATE TRIGGER sessions_stay_ended BEFORE UPDATE ON sessions
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION latchkey_refuse_change();

CREATE FUNCTION latchkey_announce_session() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO session_changes (token_hash) VALUES (OLD.token_hash);
    RETURN NULL;
END $$;

-- Activity is not announced, unless it moves back: a server reads a session again when a cached deadline has passed.
CREATE TRIGGER sessions_changed AFTER UPDATE ON sessions
FOR EACH ROW WHEN (
    (OLD.id, OLD.token_hash, OLD.user_id, OLD.created_at, OLD.expires_at, OLD.ip, OLD.user_agent, OLD.ended_at, OLD.remembered)
    IS DISTINCT FROM
    (NEW.id, NEW.token_hash, NEW.user_id, NEW.created_at, NEW.expires_at, NEW.ip, NEW.user_agent, NEW.ended_at, NEW.remembered)
    OR NEW.last_seen_at < OLD.last_seen_at
) EXECUTE FUNCTION latchkey_announce_session();

CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions
FOR EACH ROW WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION latchkey_announce_session();

CREATE FUNCTION latchkey_announce_user() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO session_changes (token_hash) SELECT token_hash FROM sessions WHERE user_id = OLD.id AND ended_at IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER users_changed AFTER UPDATE ON users
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION latchkey_announce_user();

CREATE FUNCTION latchkey_announce_all() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO session_changes (token_hash) VALUES (NULL);
    RETURN NULL;
END $$;

CREATE TRIGGER sessions_emptied AFTER TRUNCATE ON sessions
FOR EACH STATEMENT EXECUTE FUNCTION latchkey_announce_all();
