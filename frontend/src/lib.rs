//! Latchkey's single-page app.
//!
//! The rooms: `app` wires everything; `session` knows who is signed in and `toast` tells people things, and both lift out
//! into another app with `api`, `browser`, the fields and buttons of `components` and the `shared` crate beside them; `api`
//! talks to the server; `browser` is the only room that touches web-sys; `pages` and `components` are what people see.

pub mod app;
pub mod route;
pub mod session;
pub mod toast;

pub mod components;
pub mod pages;

pub mod api;
pub mod browser;

pub use app::start;

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_shows_the_example_that_is_compiled() {
        let (readme, example) = (include_str!("../../README.md"), include_str!("../examples/minimal.rs"));
        let (_, code) = example.split_once("use latchkey_frontend").unwrap();
        assert!(readme.contains(&format!("```rust\nuse latchkey_frontend{code}```")));
    }
}
