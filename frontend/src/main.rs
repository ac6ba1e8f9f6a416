//! The app's start: read what the server wrote into the page, then render over the shell of index.html.

fn main() {
    latchkey_frontend::start();
}
