use super::{ago_in_words, in_words};

#[test]
fn a_duration_is_given_in_its_largest_unit_and_the_next() {
    for (seconds, words) in [
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (150, "3 minutes"),
        (3_600, "1 hour"),
        (3_661, "1 hour and 1 minute"),
        (86_399, "1 day"),
        (86_400, "1 day"),
        (93_600, "1 day and 2 hours"),
        (602_000, "6 days and 23 hours"),
        (604_798, "7 days"),
        (604_800, "7 days"),
    ] {
        assert_eq!(in_words(seconds), words, "{seconds} s");
    }
}

#[test]
fn the_past_is_given_in_the_largest_unit_that_fits() {
    for (seconds, words) in [
        (0, "now"),
        (59, "now"),
        (60, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (86_399, "23 hours ago"),
        (86_400, "1 day ago"),
        (950_400, "11 days ago"),
    ] {
        assert_eq!(ago_in_words(seconds), words, "{seconds} s");
    }
}
