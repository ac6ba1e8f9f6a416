-- Whether the browser keeps the session's cookie when it is closed. A session that is not remembered ends sooner, too.
ALTER TABLE sessions ADD COLUMN remembered INTEGER NOT NULL DEFAULT 1 CHECK (remembered IN (0, 1));
