//! The single-page app: its documents and its files.

pub mod documents;

pub mod dist;

pub mod compressed;
pub mod folder;
