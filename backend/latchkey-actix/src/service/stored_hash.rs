//! Password hashes as the store keeps them: Latchkey's own, and those of other programs, which operators import. A foreign hash is checked
//! as it is until its user logs in, and is then replaced.

use argon2::{Params, Version, password_hash::phc::PasswordHash};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use pbkdf2::{hmac::EagerHash, pbkdf2_hmac};
use sha2::{Sha256, Sha512};

use super::argon2_hasher::Argon2Hasher;
use crate::domain::validation::InvalidInput;

const UNSUPPORTED: &str = "The password hash must be a PHC string of argon2, scrypt, pbkdf2-sha256 or pbkdf2-sha512, or a bcrypt hash \
                           ($2a$, $2b$, $2y$).";

/// Longest text of a hash. All supported ones are shorter.
const MAX_BYTES: usize = 512;

/// Most memory for checking one password.
const MAX_MEMORY: u64 = 256 << 20;

/// Most memory that is filled for checking one password, all passes together: about a second of work.
const MAX_FILLED: u64 = 1 << 30;

/// Most rounds of PBKDF2, in all blocks of the output together.
const MAX_ROUNDS: u64 = 5_000_000;

/// Highest cost of bcrypt, which doubles the work with each step.
const MAX_BCRYPT_COST: u32 = 15;

/// Checks that a password hash can be imported: a PHC string of argon2 (`$argon2id$`, `$argon2i$`, `$argon2d$`), scrypt (`$scrypt$`) or PBKDF2
/// (`$pbkdf2-sha256$`, `$pbkdf2-sha512$`, also as passlib writes it), or a bcrypt hash (`$2a$`, `$2b$`, `$2y$`), with which a log-in takes a
/// few seconds at most, and no more than 256 MiB of memory.
///
/// # Errors
/// The message says why the hash cannot be imported, without the hash.
pub fn check_password_hash(hash: &str) -> Result<(), InvalidInput> {
    StoredHash::parse(hash).ok_or(InvalidInput(UNSUPPORTED))?.check_cost()
}

/// A password hash of a supported kind.
pub enum StoredHash {
    /// argon2id, argon2i or argon2d.
    Argon2(PasswordHash, Params),
    /// scrypt, with the salt and the output in the hash.
    Scrypt(PasswordHash, scrypt::Params),
    /// PBKDF2 with HMAC-SHA-256 or HMAC-SHA-512.
    Pbkdf2(Pbkdf2Hash),
    /// bcrypt, in its own notation.
    Bcrypt(String),
}

/// The parts of a PBKDF2 hash.
pub struct Pbkdf2Hash {
    digest: Digest,
    rounds: u32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Digest {
    Sha256,
    Sha512,
}

impl StoredHash {
    /// Parses a PHC string of argon2, scrypt or PBKDF2, passlib's spelling of PBKDF2, or bcrypt's own notation; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        match text.strip_prefix('$')?.split('$').next()? {
            "2a" | "2b" | "2y" => {
                let cost = text.parse::<bcrypt::HashParts>().ok()?.get_cost();
                (4..=31).contains(&cost).then(|| Self::Bcrypt(text.to_owned()))
            }
            "pbkdf2-sha256" => Pbkdf2Hash::parse(Digest::Sha256, text).map(Self::Pbkdf2),
            "pbkdf2-sha512" => Pbkdf2Hash::parse(Digest::Sha512, text).map(Self::Pbkdf2),
            "argon2id" | "argon2i" | "argon2d" => {
                let mut hash = PasswordHash::new(text).ok()?;
                let params = Params::try_from(&hash).ok()?;
                hash.salt.zip(hash.hash)?;
                // Made with a secret key or other data besides the password, which are not in the hash.
                if ["keyid", "data"].into_iter().any(|name| hash.params.get_str(name).is_some()) {
                    return None;
                }
                // Without a version it is the first, says the specification.
                let version = *hash.version.get_or_insert(Version::V0x10.into());
                Version::try_from(version).ok()?;
                Some(Self::Argon2(hash, params))
            }
            "scrypt" => {
                let hash = PasswordHash::new(text).ok()?;
                hash.salt.zip(hash.hash)?;
                let cost = |name: &str| hash.params.get_decimal(name);
                let log_n = u8::try_from(cost("ln")?).ok()?;
                let params = scrypt::Params::new(log_n, cost("r")?, cost("p")?).ok()?;
                Some(Self::Scrypt(hash, params))
            }
            _ => None,
        }
    }

    /// Checks a password.
    #[must_use]
    pub fn verify(&self, password: &str, argon2: &Argon2Hasher) -> bool {
        match self {
            Self::Argon2(hash, _) => argon2.verify(password, hash),
            Self::Scrypt(hash, params) => {
                let (Some(salt), Some(known)) = (&hash.salt, &hash.hash) else { return false };
                let mut output = vec![0; known.len()];
                scrypt::scrypt(password.as_bytes(), salt, params, &mut output)
                    .is_ok_and(|()| same(&output, known.as_bytes()))
            }
            Self::Pbkdf2(hash) => hash.verify(password),
            // Only the first 72 bytes count, in all programs that use bcrypt.
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
        }
    }

    /// Whether the hash should be replaced by one of today's kind and parameters.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        let Self::Argon2(hash, then) = self else { return true };
        let today = Params::DEFAULT;
        hash.algorithm != argon2::ARGON2ID_IDENT
            || hash.version != Some(Version::default().into())
            || then.m_cost() < today.m_cost()
            || then.t_cost() < today.t_cost()
    }

    fn check_cost(&self) -> Result<(), InvalidInput> {
        let (affordable, limit) = match self {
            Self::Argon2(_, params) => {
                let memory = u64::from(params.m_cost()) << 10;
                let filled = memory.saturating_mul(params.t_cost().into());
                (
                    memory <= MAX_MEMORY && filled <= MAX_FILLED,
                    "The password hash is too expensive to check: argon2 may use 256 MiB, and m times t at most 1 GiB.",
                )
            }
            Self::Scrypt(_, params) => {
                let memory = 128_u64.saturating_mul(params.r().into()).saturating_mul(1 << params.log_n().min(63));
                let filled = memory.saturating_mul(params.p().into());
                (
                    memory <= MAX_MEMORY && filled <= MAX_FILLED,
                    "The password hash is too expensive to check: scrypt may use 256 MiB, and 1 GiB in all p passes.",
                )
            }
            Self::Pbkdf2(hash) => (
                hash.all_rounds() <= MAX_ROUNDS,
                "The password hash is too expensive to check: PBKDF2 may have 5 million rounds.",
            ),
            Self::Bcrypt(hash) => {
                let cost = hash.parse::<bcrypt::HashParts>().map_or(u32::MAX, |parts| parts.get_cost());
                (cost <= MAX_BCRYPT_COST, "The password hash is too expensive to check: bcrypt may have a cost of 15.")
            }
        };
        if affordable { Ok(()) } else { Err(InvalidInput(limit)) }
    }
}

impl Pbkdf2Hash {
    /// `$pbkdf2-sha256$i=600000,l=32$salt$output`, or passlib's `$pbkdf2-sha256$600000$salt$output`, which has `.` for `+`.
    fn parse(digest: Digest, text: &str) -> Option<Self> {
        let mut parts = text.split('$').skip(2);
        let (params, salt, output) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let rounds = if params.contains('=') {
            let given = |name: &str| params.split(',').find_map(|param| param.strip_prefix(name)?.strip_prefix('='));
            if given("l").is_some_and(|length| length.parse().ok() != decode(output).map(|output| output.len())) {
                return None;
            }
            given("i")?
        } else {
            params
        };
        let hash = Self { digest, rounds: rounds.parse().ok()?, salt: decode(salt)?, output: decode(output)? };
        (hash.rounds > 0 && (16..=64).contains(&hash.output.len())).then_some(hash)
    }

    fn verify(&self, password: &str) -> bool {
        match self.digest {
            Digest::Sha256 => self.verify_with::<Sha256>(password),
            Digest::Sha512 => self.verify_with::<Sha512>(password),
        }
    }

    fn verify_with<D: EagerHash>(&self, password: &str) -> bool {
        let mut output = vec![0; self.output.len()];
        pbkdf2_hmac::<D>(password.as_bytes(), &self.salt, self.rounds, &mut output);
        same(&output, &self.output)
    }

    fn all_rounds(&self) -> u64 {
        let block = match self.digest {
            Digest::Sha256 => 32,
            Digest::Sha512 => 64,
        };
        u64::from(self.rounds) * self.output.len().div_ceil(block) as u64
    }
}

/// Base64 without padding, with `+` or passlib's `.`.
fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text.replace('.', "+")).ok()
}

/// Compares two outputs in constant time.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differ, (one, other)| differ | (one ^ other)) == 0
}

#[cfg(test)]
mod tests;
