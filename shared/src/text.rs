//! Characters that nobody sees. In a name or an address they would make two look like one, so that none may have them.

use std::ops::RangeInclusive;

/// Control characters, separators of lines and paragraphs, what turns the direction of the text after it, everything that
/// Unicode lets be ignored when it is shown (`Default_Ignorable_Code_Point`), and the blank Braille pattern.
const UNSEEN: [RangeInclusive<char>; 21] = [
    '\u{0}'..='\u{1f}',
    '\u{7f}'..='\u{9f}',
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{2029}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Whether nobody sees a character: it is neither a sign nor a blank.
#[must_use]
pub fn is_unseen(character: char) -> bool {
    UNSEEN.iter().any(|range| range.contains(&character))
}

/// The pattern of a line of text, for JSON Schema: nothing unseen, and not blanks alone. Characters beyond U+FFFF are left out, because
/// readers that compare UTF-16 units do not accept ranges of them.
#[cfg(feature = "schema")]
#[must_use]
pub fn line_of_text() -> String {
    let unseen: String = UNSEEN
        .iter()
        .filter(|range| *range.end() <= '\u{ffff}')
        .map(|range| format!("{}-{}", escape(*range.start()), escape(*range.end())))
        .collect();
    format!("^[^{unseen}]*[^\\s{unseen}][^{unseen}]*$")
}

/// Control characters as escapes, everything else as it is: not every reader of patterns knows escapes beyond two digits.
#[cfg(feature = "schema")]
fn escape(character: char) -> String {
    let code = u32::from(character);
    if code < 0x100 { format!("\\x{code:02x}") } else { character.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_hides_or_joins_is_unseen_and_letters_blanks_and_signs_are_not() {
        for character in "\0\t\n\u{7f}\u{85}\u{ad}\u{200b}\u{200d}\u{200e}\u{2028}\u{202e}\u{2060}\u{2066}\u{3164}\u{fe0f}\u{feff}\u{e0061}".chars() {
            assert!(is_unseen(character), "{character:?}");
        }
        for character in " aéßΩя中\u{301}\u{a0}\u{3000}–’€😀".chars() {
            assert!(!is_unseen(character), "{character:?}");
        }
    }
}
