//! PostgreSQL for tests, with a database for each test. The server is one temporary cluster per process, started from the installed
//! programs, or the one whose URL is in `LATCHKEY_TEST_POSTGRES_URL`.

#![expect(clippy::expect_used, reason = "a test that cannot get its database must fail")]
#![expect(clippy::print_stdout, reason = "the output of the tests lists what was skipped")]

mod cluster;
mod database;
mod gate;
mod pgbouncer;

pub use cluster::{Cluster, TlsServer};
pub use database::TestDatabase;
pub use gate::Gate;
pub use pgbouncer::{Pgbouncer, PoolMode};
