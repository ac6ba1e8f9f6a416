//! Access to the app data that Latchkey's routes register. If an app has not mounted them, the log says so.

use actix_web::{HttpMessage, HttpRequest, web::Data};

use crate::http::{error::ApiError, middleware::PassedMiddleware};

/// The log message if an app uses an extractor and has not mounted Latchkey.
const NOT_MOUNTED: &str = "a handler extracts Latchkey's session, but Latchkey is not mounted in this app: add `.configure(latchkey.routes())` and \
     `.wrap(latchkey.middleware())` to it";

/// The log message if an app has not wrapped its routes in the middleware.
const NOT_WRAPPED: &str = "a request was refused because nothing has checked which site sent it: add `.wrap(latchkey.middleware())` to the \
                           app, after `.configure(latchkey.routes())`";

/// Shared data of Latchkey.
///
/// # Errors
/// [`ApiError::NotMounted`]: the app has not mounted Latchkey's routes, or the request has not passed Latchkey's middleware,
/// whose same-site check and headers it needs. The log says which: without the middleware nothing else would.
pub fn get<T: 'static>(request: &HttpRequest) -> Result<&Data<T>, ApiError> {
    let data = request.app_data::<Data<T>>().ok_or_else(|| refuse(request, NOT_MOUNTED))?;
    if !request.extensions().contains::<PassedMiddleware>() {
        return Err(refuse(request, NOT_WRAPPED));
    }
    Ok(data)
}

fn refuse(request: &HttpRequest, why: &str) -> ApiError {
    tracing::error!(path = request.path(), "{why}");
    ApiError::NotMounted
}
