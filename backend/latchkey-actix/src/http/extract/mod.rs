//! Extractors, with which handlers declare the session and the body that they need. A handler gets a session in no other way. An extractor
//! that rejects a request answers it with a problem, and the handler does not run.

mod current_session;
mod maybe_session;
mod recently_authenticated;

mod api_json;
mod authenticated;

mod activity;
mod actix_errors;
mod session_header;

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderMap};

use super::{error::ApiError, request_state::RequestState};
use crate::service::Client;

pub use activity::{ACTIVITY_HEADER, is_navigation, touch, touch_if_active};
pub use actix_errors::register_error_handlers;
pub use api_json::ApiJson;
pub use authenticated::Authenticated;
pub use current_session::{CurrentSession, unauthorized};
pub use maybe_session::{MaybeSession, verify};
pub use recently_authenticated::RecentlyAuthenticated;
pub use session_header::{SESSION_HEADER, check_session_header};

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// Whether a check with these headers does or answers more than one without them.
#[must_use]
pub fn changes_a_check(headers: &HeaderMap) -> bool {
    [ACTIVITY_HEADER, SESSION_HEADER].iter().any(|name| headers.contains_key(name))
}

impl FromRequest for Client {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(RequestState::of(request).map(|state| state.proxies.client(request)))
    }
}
