//! The trace that a request belongs to, for its log line: the header `traceparent` of W3C Trace Context, if it is well-formed.

use actix_web::http::header::{HeaderMap, HeaderName};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The bytes of version, trace id, parent id and flags, with the dashes between them.
const LENGTH: usize = 55;

/// The header's value, as far as this version of the format defines it. Nothing else is passed on, because logs are read by programs.
#[must_use]
pub fn of(request: &HeaderMap) -> Option<&str> {
    let mut values = request.get_all(&TRACEPARENT);
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (known, rest) = value.split_at_checked(LENGTH)?;
    let fields: [&str; 4] = known.split('-').collect::<Vec<_>>().try_into().ok()?;
    let hex = |field: &str| field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let nothing = |field: &str| field.bytes().all(|byte| byte == b'0');
    let [version, trace, parent, flags] = fields;
    let well_formed = fields.iter().all(|field| hex(field))
        && [version, trace, parent, flags].map(str::len) == [2, 32, 16, 2]
        && !nothing(trace)
        && !nothing(parent)
        // A later version may have more fields.
        && (rest.is_empty() || version != "00" && rest.starts_with('-'))
        && version != "ff";
    well_formed.then_some(known)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn traceparent(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACEPARENT, HeaderValue::try_from(*value).unwrap());
        }
        of(&headers).map(str::to_owned)
    }

    #[test]
    fn a_well_formed_trace_is_passed_on() {
        assert_eq!(traceparent(&[GOOD]).as_deref(), Some(GOOD));
        let later = format!("cc{}-what-the-future-holds", &GOOD[2..]);
        assert_eq!(traceparent(&[&later]).as_deref(), Some(&later[..LENGTH]));
    }

    #[test]
    fn nothing_else_reaches_the_log() {
        let upper = GOOD.to_ascii_uppercase();
        let with = |at: usize, other: &str| format!("{}{other}{}", &GOOD[..at], &GOOD[at + other.len()..]);
        for bad in [
            "",
            "00",
            &upper,
            &with(0, "ff"),
            &with(3, &"0".repeat(32)),
            &with(36, &"0".repeat(16)),
            &with(10, "-"),
            &with(10, "g"),
            &with(35, "0"),
            &GOOD[..54],
            &format!("{GOOD}-"),
            &format!("{GOOD}0"),
            &format!("cc{}0", &GOOD[2..]),
            &format!("{GOOD} x=\"y\""),
        ] {
            assert_eq!(traceparent(&[bad]), None, "{bad}");
        }
        assert_eq!(traceparent(&[GOOD, GOOD]), None, "there is one trace or none");
        assert_eq!(traceparent(&[]), None);
    }
}
