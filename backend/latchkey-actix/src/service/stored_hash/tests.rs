//! The hashes were made by other programs: argon2-cffi, the Python packages `bcrypt` and `passlib`, and OpenSSL.

use super::*;

const PASSWORD: &str = "correct horse";

const HASHES: [&str; 12] = [
    "$argon2d$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$q8GmWt1VhoIHx6jP1k9sV3hz6bB9V2QssUGRU1eOj/k",
    "$argon2i$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Um2tQKSMO+0XrtzC+8oOj5XIfVYiz90GkcRUBruZJKQ",
    "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Sh1LF6dsajp2YjljvL/T0Tk68lSWQP232iGGbb+Qa5Y",
    "$argon2i$v=16$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$ZcQyk0S+ej2vW2IQTRjd2wAwveXbpg7+bYvjjB4Ay7M",
    "$2a$04$ciQdaM37hKI6xLN0S3KArO3.a50j/I05pT3M6G0flAhAmHJKMIRCi",
    "$2b$04$QSpBVKopW.rCDK7972WkHu/MvIxD9WdEXnbH7kA4Mt5xM8LfEfCTe",
    "$2y$04$YEPoUreGhgd3P8fIsJrSSeRtSxv.OAjnH5VIcgZfPB0.8YfMTjZlm",
    "$scrypt$ln=4,r=8,p=2$JcTYG8M4x5hzrnWudY5xDg$1e/IBPFkJ+dlm1Tthc0Z6VepgFg/TNhjX3TGPlquV1s",
    "$pbkdf2-sha256$1000$13pPyZkzpnQOwViLkVIK4Q$Lb2JJLIvAI/iAlbXSIXCHDdrtyBKy96fMCbpa7X1W3I",
    "$pbkdf2-sha512$1000$995bC6HU.l.L0ZqTUgrB.A$T7zFCYpzr1Zwyk6Reb6riOLvDvR8okXZXEi4P4N0wLeb4m9JXKefEAlkp1e4U2qS7uruY.4pOGV3rxoLr4vVkQ",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM",
    "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0c2FsdA$EHLBej+uEvxlmr0QnHnceg1vM6h1wbwSP5XErh3SmizNDWZsIi28RPGARe0EssjGRoiACzxgHjNvqwJY1zxKig",
];

fn verify(hash: &str, password: &str) -> bool {
    StoredHash::parse(hash).unwrap().verify(password, &Argon2Hasher::default())
}

#[test]
fn hashes_of_other_programs_are_checked_as_they_are() {
    for hash in HASHES {
        assert!(verify(hash, PASSWORD), "{hash}");
        assert!(!verify(hash, "correct horsf") && !verify(hash, ""), "{hash}");
        assert!(check_password_hash(hash).is_ok(), "{hash}");
    }
}

#[test]
fn every_foreign_hash_is_outdated() {
    let today = Argon2Hasher::default().hash(PASSWORD);
    for hash in HASHES {
        assert!(StoredHash::parse(hash).unwrap().is_outdated(), "{hash}");
    }
    assert!(!StoredHash::parse(&today).unwrap().is_outdated());
    for other in [today.replace("argon2id", "argon2i"), today.replace("v=19", "v=16"), today.replace("v=19$", "")] {
        assert!(StoredHash::parse(&other).unwrap().is_outdated(), "{other}");
    }
}

#[test]
fn argon2_without_a_version_is_its_first_version() {
    let without = HASHES.iter().find(|hash| hash.contains("v=16")).unwrap().replace("v=16$", "");
    assert!(verify(&without, PASSWORD));
}

#[test]
fn bcrypt_ignores_what_follows_the_72nd_byte() {
    let hash = "$2b$04$2k.dTGv2hel3UZyXrRkHx.H/56DcQvwf1hl5t1EdTdVH3VayVO91K";
    let long = PASSWORD.repeat(10);
    assert!(verify(hash, &long) && verify(hash, &long[..72]));
    assert!(!verify(hash, &long[..71]));
}

#[test]
fn what_cannot_be_checked_is_no_hash() {
    let outputs = "c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let mut none: Vec<String> = [
        "",
        "!",
        "*",
        "correct horse",
        "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "$6$saltsalt$x",
        "$2x$04$aaC0ZnxK7GSfhF3VUYyn3uxTDNh9FK4fY34Som6ncXAFzdh9VM.9O",
        "$2b$03$aaC0ZnxK7GSfhF3VUYyn3uxTDNh9FK4fY34Som6ncXAFzdh9VM.9O",
        "$2b$32$aaC0ZnxK7GSfhF3VUYyn3uxTDNh9FK4fY34Som6ncXAFzdh9VM.9O",
        "$2b$04$aaC0ZnxK7GSfhF3VUYyn3uxTDNh9FK4fY34Som6ncXAFzdh9VM.9",
        "$argon2id$v=19$m=64,t=2,p=1",
        "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA",
        "$pbkdf2-sha256$i=1000$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
        "$pbkdf2-sha256$l=32$c2FsdHNhbHRzYWx0c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM",
    ]
    .map(str::to_owned)
    .into();
    for params in [
        "v=18$m=64,t=2,p=1",
        "v=19$m=7,t=2,p=1",
        "v=19$m=64,t=0,p=1",
        "v=19$m=64,t=2,p=0",
        "v=19$m=99999999999,t=2,p=1",
        "v=19$m=64,t=2,p=1,keyid=Hj5+dsK0",
        "v=19$m=64,t=2,p=1,data=c2FsdA",
        "v=19$m=64,t=2,p=1,keyid=Hj5+dsK0,data=c2FsdA",
    ] {
        none.push(format!("$argon2id${params}${outputs}"));
    }
    for (scheme, params) in [("scrypt", "ln=64,r=8,p=1"), ("scrypt", "r=8,p=1"), ("scrypt", "ln=4,r=0,p=1")] {
        none.push(format!("${scheme}${params}${outputs}"));
    }
    for params in ["0", "i=0", "-1", "99999999999", "i=1000,l=31"] {
        none.push(format!("$pbkdf2-sha256${params}${outputs}"));
    }
    none.push(format!("$pbkdf2-sha256$1000${outputs}$x"));
    none.push(format!("$argon2id$v=19$m=64,t=2,p=1${outputs}{}", "A".repeat(600)));
    for text in none {
        assert!(StoredHash::parse(&text).is_none() && check_password_hash(&text).is_err(), "{text}");
    }
}

#[test]
fn a_hash_that_takes_too_long_or_too_much_memory_is_too_expensive() {
    let outputs = "c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let bcrypt = "aaC0ZnxK7GSfhF3VUYyn3uxTDNh9FK4fY34Som6ncXAFzdh9VM.9O";
    let affordable = |hash: String| StoredHash::parse(&hash).unwrap_or_else(|| panic!("{hash}")).check_cost().is_ok();
    for (scheme, params, expected) in [
        ("argon2id$v=19", "m=262144,t=4,p=4", true),
        ("argon2id$v=19", "m=262145,t=1,p=1", false),
        ("argon2id$v=19", "m=65536,t=17,p=1", false),
        ("argon2id$v=19", "m=4194304,t=1,p=1", false),
        ("argon2id$v=19", "m=8,t=4294967295,p=1", false),
        ("argon2i", "m=1048576,t=4,p=1", false),
        ("scrypt", "ln=17,r=8,p=1", true),
        ("scrypt", "ln=18,r=8,p=1", true),
        ("scrypt", "ln=19,r=8,p=1", false),
        ("scrypt", "ln=17,r=8,p=9", false),
        ("scrypt", "ln=1,r=1,p=1000000000", false),
        ("pbkdf2-sha256", "1200000", true),
        ("pbkdf2-sha512", "i=5000000", true),
        ("pbkdf2-sha256", "4294967295", false),
        ("pbkdf2-sha512", "i=5000001", false),
    ] {
        assert_eq!(affordable(format!("${scheme}${params}${outputs}")), expected, "{scheme} {params}");
    }
    assert!(affordable(format!("$2y$15${bcrypt}")) && !affordable(format!("$2y$16${bcrypt}")));
    let two_blocks = format!("$pbkdf2-sha256$3000000$c2FsdA${}", "A".repeat(86));
    assert!(!affordable(two_blocks), "each block of the output has all rounds");
}

#[test]
fn a_check_of_the_highest_allowed_cost_is_possible() {
    let outputs = "c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for hash in [format!("$argon2id$v=19$m=262144,t=1,p=1${outputs}"), format!("$scrypt$ln=18,r=8,p=1${outputs}")] {
        assert!(!verify(&hash, PASSWORD), "{hash}");
    }
}
