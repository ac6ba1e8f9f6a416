//! What the app and the server send each other.

use serde::{Deserialize, Serialize};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 100;
/// The longest text, in characters: a note fits into the 16 KiB that Latchkey lets a request have.
pub const TEXT_MAX: usize = 3000;

/// A note, as the server answers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: i64,
    pub title: String,
    pub text: String,
}

/// What a user writes: the body of POST and PUT.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub title: String,
    pub text: String,
}

impl Draft {
    /// Why the draft cannot be saved, as a sentence for users; nothing if it can.
    pub fn mistake(&self) -> Option<String> {
        if self.title.trim().is_empty() {
            Some("A note needs a title.".to_owned())
        } else if self.title.chars().count() > TITLE_MAX {
            Some(format!("The title is longer than {TITLE_MAX} characters."))
        } else if self.text.chars().count() > TEXT_MAX {
            Some(format!("The text is longer than {TEXT_MAX} characters."))
        } else {
            None
        }
    }
}
