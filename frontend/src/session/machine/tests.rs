//! The machine's rules, by subject.

mod attempts;
mod checks;
mod contact;
mod ends;
mod start;
