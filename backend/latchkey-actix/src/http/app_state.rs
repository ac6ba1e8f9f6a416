//! The state that handlers and middleware share: made once, cloned for every worker.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};

use super::{
    cookie::SessionCookie,
    device_cookie::DeviceCookie,
    middleware::{LatchkeyMiddleware, MiddlewareState, same_site::OriginPolicy, security_headers::SecurityHeaders},
    openapi::OpenApi,
    request_state::RequestState,
    route_index::RouteIndex,
    routes,
    spa::Spa,
    trusted_proxies::TrustedProxies,
};
use crate::{
    metrics::requests::RequestMetrics, service::SessionService, settings::Settings, shutdown_state::ShutdownState,
};

/// The state of a server's handlers and middleware.
#[derive(Clone)]
pub struct AppState {
    device_cookie: Data<DeviceCookie>,
    middleware: LatchkeyMiddleware,
    openapi: Data<OpenApi>,
    shutdown_state: Data<ShutdownState>,
}

impl AppState {
    /// The state for a server with these settings.
    #[must_use]
    pub fn new(
        settings: &Settings,
        service: Arc<SessionService>,
        spa: Option<Spa>,
        shutdown_state: Arc<ShutdownState>,
    ) -> Self {
        let public_url = &settings.public_url;
        let cookie = SessionCookie::new(public_url, &settings.cookie_name, settings.lifetimes.session);
        let openapi = Data::new(OpenApi::new(&cookie, routes::operations()));
        let request_state = RequestState {
            service: Data::from(service),
            cookie: Data::new(cookie),
            proxies: Data::new(TrustedProxies::new(settings.trusted_proxies.clone())),
            spa: Data::new(spa),
        };
        let requests = routes::operations().map(|operation| (operation.method, operation.path));
        let (origin_policy, headers) = (OriginPolicy::new(public_url), SecurityHeaders::new(public_url));
        Self {
            device_cookie: Data::new(DeviceCookie::new(public_url, &settings.device_cookie_name)),
            middleware: LatchkeyMiddleware(Arc::new(MiddlewareState {
                origin_policy,
                headers,
                request_state,
                shutdown_state: shutdown_state.clone(),
                requests: Arc::new(RequestMetrics::new(requests)),
                route_index: RouteIndex::of_table(),
            })),
            openapi,
            shutdown_state: Data::from(shutdown_state),
        }
    }

    /// The middleware for an app.
    #[must_use]
    pub fn middleware(&self) -> LatchkeyMiddleware {
        self.middleware.clone()
    }

    /// The counts of requests.
    #[must_use]
    pub fn requests(&self) -> Arc<RequestMetrics> {
        self.middleware.0.requests.clone()
    }

    /// Registers the state as app data.
    pub fn register(&self, app: &mut ServiceConfig) {
        let RequestState { service, cookie, proxies, spa } = self.middleware.0.request_state.clone();
        app.app_data(service)
            .app_data(cookie)
            .app_data(proxies)
            .app_data(spa)
            .app_data(self.device_cookie.clone())
            .app_data(self.openapi.clone())
            .app_data(self.shutdown_state.clone());
    }
}
