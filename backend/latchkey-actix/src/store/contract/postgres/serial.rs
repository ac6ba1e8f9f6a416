//! Every two writes that meet on a user and their sessions, in either order: the outcome is that of one after the other.

use std::collections::{HashMap, hash_map::Entry};

use super::*;
use crate::store::{NewPasswordLink, PasswordLinkStore, PasswordLinkUse};

/// What is done to Ada, who has two sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Write {
    LogIn,
    LogOut,
    SignOutOthers,
    Refresh,
    Touch,
    EndOverdue,
    ChangePassword,
    SetPassword,
    SetEmail,
    Invite,
    UseLink,
    Disable,
    Delete,
}

const WRITES: [Write; 13] = [
    Write::LogIn,
    Write::LogOut,
    Write::SignOutOthers,
    Write::Refresh,
    Write::Touch,
    Write::EndOverdue,
    Write::ChangePassword,
    Write::SetPassword,
    Write::SetEmail,
    Write::Invite,
    Write::UseLink,
    Write::Disable,
    Write::Delete,
];

/// What two writes were answered, and what is in the database then.
type Outcome = ([String; 2], String);

impl Write {
    /// Performs it and returns its answer. A session that it starts has a number of its own.
    async fn perform(self, store: &PostgresStore, number: u8) -> String {
        let (ada, event, token) = (account("ada").user.id, audit(now()), token(0));
        let first = SessionId("session 0".into());
        let ended = match self {
            Self::LogIn => {
                return answer(insert(store, &session("ada", number), "hash of ada", 50).await);
            }
            Self::Refresh => return answer(store.extend_session(&token, now() + 5.hours(), now().into()).await),
            Self::Touch => return answer(store.touch_sessions(&[(token, now() + 1.minute())]).await),
            Self::EndOverdue => return answer(store.end_overdue(&token, (now() + 2.hours()).into()).await),
            Self::ChangePassword => {
                let new_session = &session("ada", number);
                let update = PasswordUpdate {
                    session: &token,
                    current_hash: "hash of ada",
                    new_hash: "hash by Ada",
                    new_session,
                    cleared_subjects: &[],
                };
                let changed = store.change_password(&update, &event).await;
                return answer(changed.map(|changed| changed.map(|(user, ended)| (user, sorted(ended)))));
            }
            Self::SetEmail => return answer(store.set_email(&ada, "lovelace@example.org", &event).await),
            Self::Invite => return answer(store.insert_password_link(&link(&ada, number), &event).await),
            Self::UseLink => {
                let link = PasswordLinkUse { token_hash: &LINK, new_hash: "hash by link", cleared_subjects: &[] };
                return answer(store.use_password_link(&link, &event).await.map(|used| used.map(sorted)));
            }
            Self::LogOut => {
                let this = SessionSelector::Token(&token);
                store.end_sessions(this, EndReason::SignedOut, now().into(), &event).await
            }
            Self::SignOutOthers => {
                let others = SessionSelector::AllBut { id: &first, user: &ada };
                store.end_sessions(others, EndReason::SessionRevoked, now().into(), &event).await
            }
            Self::SetPassword => store.set_password(&ada, "hash by an operator", &event).await,
            Self::Disable => store.set_disabled(&ada, true, &event).await,
            Self::Delete => store.delete_user(&ada, &event).await,
        };
        answer(ended.map(sorted))
    }
}

/// The token hash of the link that Ada has.
const LINK: TokenHash = TokenHash([100; 32]);

fn link(user: &UserId, byte: u8) -> NewPasswordLink<'_> {
    NewPasswordLink { user, token_hash: token(byte), expires_at: now() + 1.hour() }
}

/// An answer as text. An error has to be one in either order, but need not be the same one.
fn answer(answer: Result<impl std::fmt::Debug, StoreError>) -> String {
    answer.map_or_else(|_| "error".into(), |answer| format!("{answer:?}"))
}

fn sorted(mut tokens: Vec<TokenHash>) -> Vec<TokenHash> {
    tokens.sort_by_key(|token| token.0);
    tokens
}

/// A database with Ada in it, for one meeting after the other.
struct Meetings {
    database: Database,
    stores: [PostgresStore; 2],
    shell: Shell,
}

impl Meetings {
    async fn begin_anew(&mut self) {
        self.shell.run("TRUNCATE users, sessions, devices, password_links, audit, login_attempts").await;
        add(&self.stores[0], "ada").await;
        begin(&self.stores[0], "ada", 0).await;
        begin(&self.stores[0], "ada", 1).await;
        self.stores[0].insert_password_link(&link(&account("ada").user.id, LINK.0[0]), &audit(now())).await.unwrap();
    }

    /// One write after the other. The answers are in the order of the numbers, not of the writes.
    async fn one_after_the_other(&mut self, writes: [(Write, u8); 2]) -> Outcome {
        self.begin_anew().await;
        let mut answers = [const { String::new() }; 2];
        for (write, number) in writes {
            answers[usize::from(number - FIRST)] = write.perform(&self.stores[0], number).await;
        }
        (answers, self.content().await)
    }

    /// Both at once, and both wait for the same rows, this one first.
    async fn at_once(&mut self, writes: [(Write, u8); 2]) -> Outcome {
        self.begin_anew().await;
        self.shell.run("BEGIN; SELECT 1 FROM users FOR UPDATE; SELECT 1 FROM sessions ORDER BY id FOR UPDATE").await;
        let mut tasks = Vec::new();
        for ((write, number), store) in writes.into_iter().zip(self.stores.clone()) {
            tasks.push(tokio::spawn(async move { write.perform(&store, number).await }));
            self.until_all_wait(&tasks).await;
        }
        self.shell.run("COMMIT").await;
        let mut answers = [const { String::new() }; 2];
        for (task, answer) in tasks.into_iter().zip(&mut answers) {
            *answer = task.await.unwrap();
        }
        (answers, self.content().await)
    }

    async fn until_all_wait(&self, tasks: &[tokio::task::JoinHandle<String>]) {
        let mut shell = self.database.shell().await;
        let waiting = "SELECT count(*) FROM pg_stat_activity
                       WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while shell.number(waiting).await < i64::try_from(tasks.len()).unwrap() {
            assert!(!tasks.iter().any(|task| task.is_finished()), "each of them waits");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn content(&mut self) -> String {
        let content = "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
            SELECT concat_ws(' ', id, email, password_hash, version, disabled_at) AS line FROM users
            UNION ALL SELECT concat_ws(' ', id, expires_at, last_seen_at, ended_at, end_reason) FROM sessions
            UNION ALL SELECT concat_ws(' ', user_id, token_hash, expires_at) FROM password_links
            UNION ALL SELECT concat_ws(' ', action, session_id) FROM audit) AS lines";
        sqlx::query_scalar::<_, Option<String>>(content).fetch_one(&mut self.shell.0).await.unwrap().unwrap_or_default()
    }
}

/// The number of the first write of two.
const FIRST: u8 = 2;

#[tokio::test]
async fn any_two_writes_that_meet_come_to_the_same_as_one_after_the_other() {
    let database = Database::new().await;
    let stores = [database.open().await, database.open().await];
    let shell = database.shell().await;
    let mut meetings = Meetings { database, stores, shell };
    let mut in_order = HashMap::new();
    for (first, second) in WRITES.iter().flat_map(|first| WRITES.map(|second| (*first, second))) {
        let writes = [(first, FIRST), (second, FIRST + 1)];
        let met = meetings.at_once(writes).await;
        let orders = [writes, [writes[1], writes[0]]];
        for order in orders {
            if let Entry::Vacant(unknown) = in_order.entry(order) {
                unknown.insert(meetings.one_after_the_other(order).await);
            }
        }
        let orders = orders.map(|order| &in_order[&order]);
        assert!(orders.contains(&&met), "{first:?} and {second:?}: {met:#?} is neither of {orders:#?}");
    }
}
