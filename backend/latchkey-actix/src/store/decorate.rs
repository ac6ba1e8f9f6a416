//! Decorators of stores: the macro lists every method of [`Store`](super::Store) once, so that a decorator has only its own code.

/// Implements the store's traits for a type that has
///
/// - `store: Arc<impl Store>` or `Arc<dyn Store>`, the decorated store,
/// - `async fn around<T>(&self, operation: &'static str, answer: impl Future<Output = Result<T, StoreError>> + Send) ->
///   Result<T, StoreError>`, which awaits the answer or returns an error instead, and
/// - `fn around_feed(&self, feed: Box<dyn ChangeFeed>) -> Box<dyn ChangeFeed>`, which may decorate the feed.
#[macro_export]
macro_rules! decorate_store {
    ($decorator:ty) => {
        const _: () = {
            use $crate::{
                Timestamp,
                shared::{EndReason, SessionId, User, UserId},
                store::*,
            };

            #[$crate::store::async_trait]
            impl SessionSource for $decorator {
                async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
                    self.around("session", self.store.session(token)).await
                }

                async fn feed(&self) -> Result<Box<dyn ChangeFeed>, StoreError> {
                    Ok(self.around_feed(self.around("feed", self.store.feed()).await?))
                }

                fn observe_waits(&self, observer: WaitObserver) {
                    self.store.observe_waits(observer);
                }
            }

            $crate::decorate_store! { $decorator:
                UserStore {
                    insert_user(account: &Account, audit: &AuditEvent) -> InsertUserOutcome;
                    insert_users(users: &[(Account, AuditEvent)]) -> Option<usize>;
                    account(email: &str) -> Option<Account>;
                    accounts() -> Vec<Account>;
                    rename_user(user: &UserId, name: &str, audit: &AuditEvent) -> (User, Vec<TokenHash>);
                    set_email(user: &UserId, email: &str, audit: &AuditEvent) -> SetEmailOutcome;
                    delete_user(user: &UserId, audit: &AuditEvent) -> Vec<TokenHash>;
                    set_password(user: &UserId, hash: &str, audit: &AuditEvent) -> Vec<TokenHash>;
                    change_password(change: &PasswordUpdate<'_>, audit: &AuditEvent) -> Option<(User, Vec<TokenHash>)>;
                    set_disabled(user: &UserId, disabled: bool, audit: &AuditEvent) -> Vec<TokenHash>;
                }
                PasswordLinkStore {
                    insert_password_link(link: &NewPasswordLink<'_>, audit: &AuditEvent) -> bool;
                    password_link(token: &TokenHash, now: Timestamp) -> Option<User>;
                    use_password_link(link: &PasswordLinkUse<'_>, audit: &AuditEvent) -> Option<Vec<TokenHash>>;
                }
                SessionStore {
                    insert_session(log_in: &LogIn<'_>) -> InsertSessionOutcome;
                    sessions(user: Option<&UserId>, limits: TimeLimits) -> Vec<SessionRecord>;
                    session_with_id(id: &SessionId) -> Option<SessionRecord>;
                    count_sessions(limits: TimeLimits) -> u64;
                    end_sessions(selector: SessionSelector<'_>, reason: EndReason, limits: TimeLimits, audit: &AuditEvent) -> Vec<TokenHash>;
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
                    count_failure(failure: &Failure<'_>, audit: &AuditEvent) -> ();
                    sweep_attempts(before: Timestamp, limit: u32) -> u64;
                }
                DeviceStore {
                    users_of_device(device: &TokenHash) -> Vec<UserId>;
                    sweep_devices(before: Timestamp, limit: u32) -> u64;
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
        #[$crate::store::async_trait]
        impl $trait for $decorator {
            $(async fn $method(&self $(, $argument: $of)*) -> Result<$answer, StoreError> {
                self.around(stringify!($method), self.store.$method($($argument),*)).await
            })*
        }
    )*};
}
