//! The machine's rules, by subject.

mod attempts;
mod calls;
mod checks;
mod contact;
mod ends;
mod news;
mod start;
