//! Argon2 with memory that is used again.

use std::cell::RefCell;

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        self, CustomizedPasswordHasher, PasswordVerifier,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};

/// Argon2 with its working memory, which is reused for the next password. Allocating it for each password takes a tenth of the work,
/// and the allocator would retain three times as much per hashing thread.
#[derive(Default)]
pub struct Argon2Hasher {
    memory: RefCell<Vec<Block>>,
}

impl Argon2Hasher {
    #[expect(clippy::expect_used, reason = "fails only for parameters out of range or without a random source")]
    /// The hash of a password with today's parameters, as a PHC string.
    pub fn hash(&self, password: &str) -> String {
        let mut salt = [0; Salt::RECOMMENDED_LENGTH];
        getrandom::fill(&mut salt).expect("the operating system gives random bytes");
        let hash = self.hash_password_customized(password.as_bytes(), &salt, None, None, Params::DEFAULT);
        hash.expect("argon2 hashes with its default parameters").to_string()
    }

    /// Checks a password against a hash of any variant, version and parameters.
    pub fn verify(&self, password: &str, hash: &PasswordHash) -> bool {
        self.verify_password(password.as_bytes(), hash).is_ok()
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Argon2Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let mut output = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        let mut memory = self.memory.borrow_mut();
        memory.resize(params.block_count(), Block::new());
        let argon2 = Argon2::new(algorithm, version, params.clone());
        let hashed = argon2.hash_password_into_with_memory(password, salt, &mut output, memory.as_mut_slice());
        // An imported hash may need much more, which is not kept.
        memory.truncate(Params::DEFAULT.block_count());
        memory.shrink_to(Params::DEFAULT.block_count());
        hashed?;
        phc(&params, algorithm, version, salt, &output)
    }
}

impl std::fmt::Debug for Argon2Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Argon2Hasher([redacted])")
    }
}

/// A hash of no password: random, with today's parameters, so that checking it costs what checking a hash does. Hashing a password for it
/// would delay the server's start.
#[expect(clippy::expect_used, reason = "fails only for constants out of range or without a random source")]
pub fn decoy() -> String {
    let (mut salt, mut output) = ([0; Salt::RECOMMENDED_LENGTH], [0; Params::DEFAULT_OUTPUT_LEN]);
    getrandom::fill(&mut salt)
        .and_then(|()| getrandom::fill(&mut output))
        .expect("the operating system gives random bytes");
    phc(&Params::DEFAULT, Algorithm::default(), Version::default(), &salt, &output)
        .expect("the lengths are usual")
        .to_string()
}

/// A hash in its parts.
fn phc(
    params: &Params,
    algorithm: Algorithm,
    version: Version,
    salt: &[u8],
    output: &[u8],
) -> password_hash::Result<PasswordHash> {
    Ok(PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(output)?),
    })
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher as _;

    use super::*;

    #[test]
    fn hashes_equal_those_of_the_argon2_crate() {
        let hasher = Argon2Hasher::default();
        for (m_cost, t_cost) in [(19_456, 2), (64, 1), (128, 3)] {
            let params = Params::new(m_cost, t_cost, 1, None).unwrap();
            let ours = hasher.hash_password_customized(b"correct horse", &[7; 16], None, None, params.clone()).unwrap();
            let theirs = Argon2::from(params).hash_password_with_salt(b"correct horse", &[7; 16]).unwrap();
            assert_eq!(ours.to_string(), theirs.to_string());
        }
    }

    #[test]
    fn memory_beyond_todays_parameters_is_not_kept() {
        let hasher = Argon2Hasher::default();
        let large = Params::new(65_536, 1, 1, None).unwrap();
        hasher.hash_password_customized(b"correct horse", &[7; 16], None, None, large).unwrap();
        assert!(hasher.memory.borrow().capacity() <= Params::DEFAULT.block_count());
    }
}
