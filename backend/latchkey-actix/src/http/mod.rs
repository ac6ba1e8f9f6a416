//! HTTP: the route table, the middleware around it, and the extractors and problems that an app's own handlers use too. A
//! request passes the request log, the security headers and the same-site check before it is routed.

pub mod route_index;
pub mod routes;

pub mod middleware;

pub mod extract;

pub mod api;

pub mod spa;

pub mod openapi;

pub mod error;
pub mod problem;

pub mod cookie;
pub mod device_cookie;
pub mod trusted_proxies;

pub mod forwarded_request;

pub mod metrics_route;

pub mod app_state;
pub mod request_state;

pub mod quick_check;

pub mod server;
