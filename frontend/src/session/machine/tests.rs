//! The rules of the machine, by subject.
