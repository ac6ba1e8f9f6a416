use super::announced;
use crate::texts::Texts;

#[test]
fn it_is_heard_rarely_and_never_too_short() {
    for (remaining_s, text) in [
        (125, "3 minutes"),
        (120, "2 minutes"),
        (60, "1 minute"),
        (31, "1 minute"),
        (30, "30 seconds"),
        (11, "30 seconds"),
        (10, "10 seconds"),
        (1, "10 seconds"),
    ] {
        assert_eq!(announced(&Texts::ENGLISH, remaining_s), text, "{remaining_s} s");
    }
}
