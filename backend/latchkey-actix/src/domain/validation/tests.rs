//! Which names and passwords are accepted.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory},
};
use latchkey_shared::ProfileChange;

use super::*;

#[test]
fn a_password_has_a_length_and_is_not_a_common_one() {
    assert!(check_new_password("elevenchars").is_err());
    assert!(check_new_password("twelve chars").is_ok());
    assert!(check_new_password(&"é".repeat(128)).is_ok());
    assert!(check_new_password(&"é".repeat(129)).is_err());
    assert!(check_new_password(&"e\u{301}".repeat(128)).is_ok(), "characters are counted, not code points");
    assert!(check_new_password(&"e\u{301}".repeat(11)).is_err());
    assert!(check_new_password("Password1234").is_err());
}

#[test]
fn every_listed_password_is_long_enough_to_be_accepted_otherwise() {
    for common in COMMON_PASSWORDS.lines() {
        assert!(PASSWORD_LENGTH.contains(&common.chars().count()) && common == common.to_lowercase(), "{common}");
    }
    assert!(COMMON_PASSWORDS.lines().count() > 100);
}

#[test]
fn a_name_is_a_line_of_text() {
    assert_eq!(check_name("  Ada Lovelace ").as_deref(), Ok("Ada Lovelace"));
    assert_eq!(check_name("Jose\u{301}").as_deref(), Ok("José"));
    for name in ["", "   ", "a\nb", "a\u{0}b", "a\u{202e}b", "a\u{200b}b", "\u{2060}", "a\u{3164}", &"x".repeat(101)] {
        assert!(check_name(name).is_err(), "{name:?}");
    }
}

/// All Unicode characters except most ideographs and Hangul.
fn characters() -> impl Iterator<Item = char> {
    ('\0'..='\u{33ff}').chain('\u{a000}'..='\u{abff}').chain('\u{d7b0}'..='\u{1ffff}').chain('\u{e0000}'..='\u{e1fff}')
}

#[test]
fn characters_that_unicode_calls_invisible_are_rejected() {
    let sets = [CodePointSetData::new::<DefaultIgnorableCodePoint>(), CodePointSetData::new::<BidiControl>()];
    let category = CodePointMapData::<GeneralCategory>::new();
    for c in characters() {
        let separates = matches!(
            category.get(c),
            GeneralCategory::Control | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator
        );
        if separates || sets.iter().any(|set| set.contains(c)) {
            assert!(is_unseen(c), "{c:?}");
        }
        let says_something = !matches!(
            category.get(c),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::Unassigned
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        );
        if says_something && !sets[0].contains(c) && c != '\u{2800}' {
            assert!(!is_unseen(c), "{c:?}");
        }
    }
}

#[test]
fn the_documented_pattern_of_a_name_is_the_rule_up_to_u_ffff() {
    let mut schemas = schemars::SchemaGenerator::default();
    let schema = schemas.root_schema_for::<ProfileChange>().to_value();
    let pattern = schema["properties"]["name"]["pattern"].as_str().unwrap();
    let schema = serde_json::json!({ "type": "string", "pattern": pattern });
    let documented = jsonschema::draft202012::new(&schema).unwrap();
    for c in characters() {
        for name in [format!("a{c}b"), c.to_string()] {
            let name = serde_json::Value::String(name);
            // Ranges beyond U+FFFF are no pattern to readers that compare UTF-16 units, so the document has none.
            let expected = c > '\u{ffff}' || check_name(name.as_str().unwrap()).is_ok();
            assert_eq!(documented.is_valid(&name), expected, "{name:?}");
        }
    }
}
