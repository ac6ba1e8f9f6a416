//! The query plans of the statements that servers run all the time: none of them scans all sessions.

use sqlx::{AssertSqlSafe, Row};

use super::{
    SqliteStore, ends,
    sessions::{NEWEST, SELECT, list},
};

#[tokio::test]
async fn no_statement_scans_all_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap();
    let mut statements = ends::statements();
    statements.extend(["token_hash", "id"].map(|column| format!("{SELECT} WHERE s.{column} = ?")));
    statements.extend([list(true), NEWEST.to_owned()]);
    statements.extend(["DELETE FROM users WHERE id = ?", "DELETE FROM sessions WHERE user_id = ?"].map(str::to_owned));
    for statement in statements {
        let explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
        let plan = explain.fetch_all(&mut *store.writer.acquire().await.unwrap()).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|step| step.get("detail")).collect();
        let scans = steps.iter().any(|step| step.starts_with("SCAN s") || step.starts_with("SCAN users"));
        assert!(!scans && steps.iter().any(|step| step.starts_with("SEARCH")), "{statement}\n{steps:#?}");
    }
}
