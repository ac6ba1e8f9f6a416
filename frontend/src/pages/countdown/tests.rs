//! The wait as it is seen and heard.

use super::{clock, spoken};

#[test]
fn it_is_seen_to_the_second() {
    for (left_s, seen) in [(1, "0:01"), (59, "0:59"), (60, "1:00"), (125, "2:05"), (3_600, "60:00")] {
        assert_eq!(clock(left_s), seen);
    }
}

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
        assert_eq!(spoken(left_s), heard, "{left_s} s");
    }
}
