//! Tests of the API over real HTTP, with a real database and a clock that the test moves. One file per path or topic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop loudly")]

mod support;

mod access;
mod account;
mod anything;
mod audit;
mod backup;
mod bring_users;
mod command_line;
mod config_file;
mod connections;
mod deploy;
mod devices;
mod documents;
mod ends_by_time;
mod errors;
mod faults;
mod files;
mod forward_auth;
mod health;
mod lifetimes;
mod log;
mod login;
mod logout;
mod metrics;
mod monitoring;
mod openapi;
mod operators;
mod password_links;
mod passwords_in_errors;
mod replicas;
mod restart;
mod reverse_proxy;
mod same_site;
mod secrets;
mod service_manager;
mod session_events;
mod shells;
mod spelling;
mod stopped;
mod strangers;
mod sweeping;
mod throttling;
mod unix_sockets;
mod unremembered;
mod verify_session;
