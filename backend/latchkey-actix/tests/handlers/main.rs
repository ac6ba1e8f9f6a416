//! Handlers of an app's own, over real HTTP: what Latchkey's extractors and problems do for them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop loudly")]

mod app;
mod support;

mod bodies;
mod errors;
mod sessions;
mod spa;
