//! Ids of sessions and users. They are no secrets: whoever knows one can do nothing with it.

/// 89 random bits: among a thousand million ids, two are equal with a probability of one in a thousand million. The store refuses
/// the second.
const LENGTH: usize = 15;

/// Letters and digits only, so that no id looks like an option of a command.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new id. It is shorter than a UUID, because each check of a session carries two.
#[must_use]
#[expect(clippy::expect_used, reason = "without randomness nobody can sign in")]
pub fn public_id() -> String {
    let mut id = String::with_capacity(LENGTH);
    while id.len() < LENGTH {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        // Two of 64 values are left out: so all characters are equally likely.
        let characters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
        id.extend(characters.take(LENGTH - id.len()).map(|character| char::from(*character)));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_have_one_length_and_differ() {
        let ids: BTreeSet<_> = (0..1_000).map(|_| public_id()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 15 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())), "{ids:?}");
    }

    #[test]
    fn each_character_occurs_in_each_place() {
        let mut seen = [const { BTreeSet::new() }; LENGTH];
        for _ in 0..2_000 {
            seen.iter_mut().zip(public_id().bytes()).for_each(|(seen, byte)| seen.extend([byte]));
        }
        assert!(seen.iter().all(|seen| seen.len() == ALPHABET.len()), "{seen:?}");
    }
}
