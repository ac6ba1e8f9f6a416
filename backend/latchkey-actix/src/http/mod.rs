//! HTTP: the route table, and what stands around it. A request passes the middleware from the outside in: request
//! log, security headers, same-site check, body limit.

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

pub mod metrics_route;

pub mod app_state;

pub mod server;
