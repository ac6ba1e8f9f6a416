//! The program, called wrongly. `cargo xtask soak` calls it rightly.

use std::process::Command;

#[test]
fn without_a_length_and_a_seed_that_are_numbers_nothing_is_started() {
    for arguments in [&[][..], &["60"], &["60", "seven"], &["long", "7"], &["60", "7", "8"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_latchkey-soak")).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text, "soak: usage: latchkey-soak SECONDS SEED\n", "{arguments:?}");
    }
}
