//! The notes of all users, in a table of their own. Every query names the user.

use notes_types::{Draft, Note};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{Error, Row, sqlite::SqliteRow};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL) STRICT";

pub struct Notes(SqlitePool);

impl Notes {
    pub async fn open(file: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        Ok(Self(pool))
    }

    pub async fn all(&self, user: &str) -> Result<Vec<Note>, Error> {
        let rows = sqlx::query("SELECT id, title, text FROM notes WHERE user_id = ? ORDER BY id DESC");
        rows.bind(user).try_map(note).fetch_all(&self.0).await
    }

    pub async fn find(&self, user: &str, id: i64) -> Result<Option<Note>, Error> {
        let row = sqlx::query("SELECT id, title, text FROM notes WHERE user_id = ? AND id = ?");
        row.bind(user).bind(id).try_map(note).fetch_optional(&self.0).await
    }

    pub async fn add(&self, user: &str, draft: Draft) -> Result<Note, Error> {
        let row = sqlx::query("INSERT INTO notes (user_id, title, text) VALUES (?, ?, ?) RETURNING id, title, text");
        row.bind(user).bind(draft.title).bind(draft.text).try_map(note).fetch_one(&self.0).await
    }

    pub async fn save(&self, user: &str, id: i64, draft: Draft) -> Result<Option<Note>, Error> {
        let row =
            sqlx::query("UPDATE notes SET title = ?, text = ? WHERE user_id = ? AND id = ? RETURNING id, title, text");
        row.bind(draft.title).bind(draft.text).bind(user).bind(id).try_map(note).fetch_optional(&self.0).await
    }

    /// Says whether there was one.
    pub async fn delete(&self, user: &str, id: i64) -> Result<bool, Error> {
        let row = sqlx::query("DELETE FROM notes WHERE user_id = ? AND id = ?");
        Ok(row.bind(user).bind(id).execute(&self.0).await?.rows_affected() > 0)
    }
}

fn note(row: SqliteRow) -> Result<Note, Error> {
    Ok(Note { id: row.try_get(0)?, title: row.try_get(1)?, text: row.try_get(2)? })
}
