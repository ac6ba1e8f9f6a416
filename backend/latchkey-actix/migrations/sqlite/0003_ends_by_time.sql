-- Ends by time are written like every other end, and a deleted user has no sessions.

-- Finds the sessions of a user that is deleted, ended ones included.
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Finds the sessions that reached the idle limit.
CREATE INDEX sessions_by_activity ON sessions (last_seen_at) WHERE ended_at IS NULL;

-- Activity is not announced: a cached deadline that has passed is read again anyway. Everything else is, and activity that
-- somebody takes back.
DROP TRIGGER sessions_updated;

CREATE TRIGGER sessions_changed
AFTER UPDATE OF id, token_hash, user_id, created_at, expires_at, ip, user_agent, ended_at, end_reason ON sessions
BEGIN
    INSERT INTO session_changes (token_hash) VALUES (OLD.token_hash);
END;

CREATE TRIGGER sessions_moved_back
AFTER UPDATE OF last_seen_at ON sessions WHEN NEW.last_seen_at < OLD.last_seen_at
BEGIN
    INSERT INTO session_changes (token_hash) VALUES (OLD.token_hash);
END;

-- Foreign keys are off in a shell unless it turns them on, so the cascade alone would leave sessions that servers remember.
CREATE TRIGGER users_deleted BEFORE DELETE ON users
BEGIN
    DELETE FROM sessions WHERE user_id = OLD.id;
END;
