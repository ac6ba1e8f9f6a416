//! Stores around stores: every method of [`Store`](super::Store) once, so that a decorator says only what it adds.

/// Implements the store's traits for a type that has
///
/// - `store: Arc<impl Store>` or `Arc<dyn Store>`, the store that answers, and
/// - `async fn around<T>(&self, operation: &'static str, answer: impl Future<Output = Result<T, StoreError>> + Send) ->
///   Result<T, StoreError>`, which awaits the answer, or does not, and
/// - `fn around_feed(&self, feed: Box<dyn ChangeFeed>) -> Box<dyn ChangeFeed>`, for what a feed answers later.
#[macro_export]
macro_rules! decorate_store {
    ($decorator:ty) => {
        const _: () = {
            use jiff::Timestamp;
            use latchkey_shared::{EndReason, SessionId, User, UserId};
            use $crate::store::*;

            #[async_trait::async_trait]
            impl SessionSource for $decorator {
                async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
                    self.around("session", self.store.session(token)).await
                }

                async fn feed(&self) -> Result<Box<dyn ChangeFeed>, StoreError> {
                    Ok(self.around_feed(self.around("feed", self.store.feed()).await?))
                }
            }

            $crate::decorate_store! { $decorator:
                UserStore {
                    insert_user(account: &Account, now: Timestamp) -> Insertion;
                    account(email: &str) -> Option<Account>;
                    accounts() -> Vec<Account>;
                    rename_user(user: &UserId, name: &str) -> (User, Vec<TokenHash>);
                    delete_user(user: &UserId) -> Vec<TokenHash>;
                    set_password(user: &UserId, hash: &str, now: Timestamp) -> Vec<TokenHash>;
                    change_password(change: &OwnChange<'_>, now: Timestamp) -> Option<(User, Vec<TokenHash>)>;
                    rehash_password(user: &UserId, old: &str, new: &str) -> ();
                    set_disabled(user: &UserId, disabled: bool, now: Timestamp) -> Vec<TokenHash>;
                }
                SessionStore {
                    insert_session(session: &NewSession, password_hash: &str, limit: u32) -> Admission;
                    sessions(user: Option<&UserId>, limits: TimeLimits) -> Vec<SessionRecord>;
                    session_with_id(id: &SessionId) -> Option<SessionRecord>;
                    count_sessions(limits: TimeLimits) -> u64;
                    end_sessions(which: Which<'_>, reason: EndReason, limits: TimeLimits) -> Vec<TokenHash>;
                    end_overdue(token: &TokenHash, limits: TimeLimits) -> Option<EndReason>;
                    end_all_overdue(limits: TimeLimits, limit: u32) -> u64;
                    touch_sessions(activity: &[(TokenHash, Timestamp)]) -> ();
                    extend_session(token: &TokenHash, expires_at: Timestamp, limits: TimeLimits) -> bool;
                    sweep_sessions(before: Timestamp, limit: u32) -> u64;
                    newest_instant() -> Option<Timestamp>;
                    ping() -> ();
                }
                AttemptStore {
                    attempts(subject: &str) -> Option<Attempts>;
                    replace_attempts(subject: &str, old: Option<Attempts>, new: Attempts) -> bool;
                    clear_attempts(subject: &str) -> ();
                    sweep_attempts(before: Timestamp, limit: u32) -> u64;
                }
                AuditStore {
                    record(event: &AuditEvent) -> ();
                    audit(since: Timestamp, limit: u32) -> Vec<AuditEntry>;
                    sweep_audit(before: Timestamp, limit: u32) -> u64;
                }
            }
        };
    };
    ($decorator:ty: $($trait:ident { $($method:ident($($argument:ident: $of:ty),*) -> $answer:ty;)* })*) => {$(
        #[async_trait::async_trait]
        impl $trait for $decorator {
            $(async fn $method(&self $(, $argument: $of)*) -> Result<$answer, StoreError> {
                self.around(stringify!($method), self.store.$method($($argument),*)).await
            })*
        }
    )*};
}
