//! The client for the API of the app's own server, and for the parts of Latchkey's that pages use.

use latchkey_shared::User;

use super::api::ApiError;
use super::api_request::ApiRequest;
use super::manager::SessionManager;
use crate::core::event::Event;

/// The client for the app's own server, within the session; see [`use_api`](crate::use_api). Clones are the same client.
#[derive(Clone, PartialEq)]
pub struct ApiClient(pub(crate) SessionManager);

impl ApiClient {
    /// A `GET` of a path of this site, such as `/api/notes`.
    pub fn get(&self, path: impl Into<String>) -> ApiRequest {
        self.request("GET", path)
    }

    /// A `POST` to a path of this site.
    pub fn post(&self, path: impl Into<String>) -> ApiRequest {
        self.request("POST", path)
    }

    /// A `PUT` of a path of this site.
    pub fn put(&self, path: impl Into<String>) -> ApiRequest {
        self.request("PUT", path)
    }

    /// A `PATCH` of a path of this site.
    pub fn patch(&self, path: impl Into<String>) -> ApiRequest {
        self.request("PATCH", path)
    }

    /// A `DELETE` of a path of this site.
    pub fn delete(&self, path: impl Into<String>) -> ApiRequest {
        self.request("DELETE", path)
    }

    /// A request with any method, in capitals, of a path of this site. Whatever is no such path, as an address of another
    /// site, is an [`ApiError::InvalidRequest`] when it is sent.
    pub fn request(&self, method: &'static str, path: impl Into<String>) -> ApiRequest {
        ApiRequest::new(&self.0, method, path.into())
    }

    /// Sends a request that changes the user and answers with them, as `PATCH /api/me` does, and shows the change everywhere.
    ///
    /// # Errors
    /// Those of [`ApiRequest::send`].
    pub async fn change_user(&self, request: ApiRequest) -> Result<(), ApiError> {
        let user: User = request.send().await?;
        self.0.handle(Event::UserChanged(user));
        Ok(())
    }

    /// Sends a request that begins a new session in the place of this one and answers with it, as `POST /api/me/password` does,
    /// and goes on in that session.
    ///
    /// # Errors
    /// Those of [`ApiRequest::send`].
    pub async fn replace_session(&self, mut request: ApiRequest) -> Result<(), ApiError> {
        request.parts.in_session = true;
        request.parts.keeps_cookie = false;
        request.parts.changes_cookie = true;
        let replacement = Replacement::start(&self.0);
        let answered = self.0.clone().send(request.parts).await;
        match answered.and_then(|(response, sent_at_ms)| Ok((response.json()?, sent_at_ms))) {
            Ok((signed_in, sent_at_ms)) => {
                replacement.end(Event::SessionReplaced { signed_in, sent_at_ms });
                Ok(())
            }
            Err(error) => {
                let outcome_unknown = matches!(
                    error,
                    ApiError::Unavailable { .. } | ApiError::Unexpected { .. } | ApiError::Offline | ApiError::Timeout
                );
                replacement.end(Event::ReplacementFailed { outcome_unknown });
                Err(error)
            }
        }
    }
}

/// A request in flight that replaces the session. Checks wait for it, so its end must reach the machine, also if the component
/// that awaits it goes.
struct Replacement {
    manager: SessionManager,
    end: Option<Event>,
}

impl Replacement {
    fn start(manager: &SessionManager) -> Self {
        manager.handle(Event::ReplacementStarted);
        Self { manager: manager.clone(), end: Some(Event::ReplacementFailed { outcome_unknown: true }) }
    }

    fn end(mut self, event: Event) {
        self.end = Some(event);
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(event) = self.end.take() {
            self.manager.handle(event);
        }
    }
}
