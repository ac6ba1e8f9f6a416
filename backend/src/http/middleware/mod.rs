//! What stands around every route, from the outside in. One `from_fn` a file; none of them returns an error, because
//! an error would skip those outside of it.

pub mod request_log;
pub mod security_headers;

pub mod same_site;

pub mod body_limit;
