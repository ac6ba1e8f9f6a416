//! The state that extractors use. A request has it only behind Latchkey's middleware, so no extractor serves a request whose origin
//! nothing has checked; and one look-up finds all of it.

use std::{cell::Cell, fmt, rc::Rc};

use actix_web::{
    HttpRequest,
    dev::{Extensions, ServiceRequest},
    web::Data,
};

use super::{cookie::SessionCookie, error::ApiError, spa::Spa, trusted_proxies::TrustedProxies};
use crate::service::SessionService;

/// The log message if an app uses an extractor and has not mounted Latchkey.
const NOT_MOUNTED: &str = "a handler extracts Latchkey's session, but Latchkey is not mounted in this app: add `.configure(latchkey.routes())` and \
     `.wrap(latchkey.middleware())` to it";

/// The log message if an app has not wrapped its routes in the middleware.
const NOT_WRAPPED: &str = "a request was refused because nothing has checked which site sent it: add `.wrap(latchkey.middleware())` to the \
                           app, after `.configure(latchkey.routes())`";

/// What extractors need of a server.
#[derive(Clone)]
pub struct RequestState {
    /// The session service.
    pub service: Data<SessionService>,
    /// How the session cookie is read and removed.
    pub cookie: Data<SessionCookie>,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub proxies: Data<TrustedProxies>,
    /// The single-page app, if the server has one.
    pub spa: Data<Option<Spa>>,
}

impl fmt::Debug for RequestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestState").finish_non_exhaustive()
    }
}

impl RequestState {
    /// The state of a request.
    ///
    /// # Errors
    /// [`ApiError::NotMounted`]: the app has not mounted Latchkey's routes, or the request has not passed its middleware, whose
    /// same-site check and headers it needs. The log says which.
    pub fn of(request: &HttpRequest) -> Result<&Self, ApiError> {
        request.app_data().ok_or_else(|| {
            let why = if is_mounted(request) { NOT_WRAPPED } else { NOT_MOUNTED };
            tracing::error!(path = request.path(), "{why}");
            ApiError::NotMounted
        })
    }
}

/// A [`RequestState`] in the form that the requests of one worker share.
#[derive(Debug)]
pub struct WorkerState {
    shared: Rc<Extensions>,
    /// Whether the app has mounted Latchkey's routes, as far as it is known.
    mounted: Cell<bool>,
}

impl WorkerState {
    /// Prepares a state for a worker.
    #[must_use]
    pub fn new(state: RequestState) -> Self {
        let mut extensions = Extensions::new();
        extensions.insert(state);
        Self { shared: Rc::new(extensions), mounted: Cell::new(false) }
    }

    /// Gives the state to a request of an app that has mounted Latchkey's routes.
    pub fn give_to(&self, request: &mut ServiceRequest) {
        if !self.mounted.get() {
            self.mounted.set(is_mounted(request.request()));
        }
        if self.mounted.get() {
            request.add_data_container(self.shared.clone());
        }
    }
}

fn is_mounted(request: &HttpRequest) -> bool {
    request.app_data::<Data<SessionService>>().is_some()
}
