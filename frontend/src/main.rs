//! Starts the app.

fn main() {
    latchkey_frontend::start();
}
