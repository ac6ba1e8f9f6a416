//! The wait as it is heard.

use super::spoken;
use crate::texts::Texts;

#[test]
fn it_is_heard_rarely_and_never_too_short() {
    for (left_s, heard) in [
        (125, "3 minutes"),
        (120, "2 minutes"),
        (60, "1 minute"),
        (31, "1 minute"),
        (30, "30 seconds"),
        (11, "30 seconds"),
        (10, "10 seconds"),
        (1, "10 seconds"),
    ] {
        assert_eq!(spoken(&Texts::ENGLISH, left_s), heard, "{left_s} s");
    }
}
