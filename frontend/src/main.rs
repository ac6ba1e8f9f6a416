//! Starts the app.

fn main() {
    latchkey_frontend::start();
}

/// Rust's own allocator is 2.6 kB more to download.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
