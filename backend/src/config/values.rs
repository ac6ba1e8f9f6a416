//! The values that configuration is made of, and how they are read.

use std::{str::FromStr, time::Duration};

/// A duration, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionalDuration(pub Option<Duration>);

impl FromStr for OptionalDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" { Ok(Self(None)) } else { duration(text).map(|duration| Self(Some(duration))) }
    }
}

/// Reads a duration of a second at least.
///
/// # Errors
/// It is none, or too short: in words.
pub fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if duration >= Duration::from_secs(1) { Ok(duration) } else { Err("it must be 1s at least".into()) }
}

/// Reads how old an answer from memory may be.
///
/// # Errors
/// It is no duration, or one that is too long for that: in words.
pub fn staleness(text: &str) -> Result<Duration, String> {
    let staleness = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if staleness <= Duration::from_secs(60) { Ok(staleness) } else { Err("it must be 60s at the most".into()) }
}

/// Reads the lifetime of a session.
///
/// # Errors
/// It is none, or beyond what a cookie can keep: in words.
pub fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    // Browsers keep no cookie for longer than 400 days, and it must outlive its session by one.
    let bounds = Duration::from_secs(1)..=Duration::from_secs(399 * 24 * 60 * 60);
    if bounds.contains(&lifetime) { Ok(lifetime) } else { Err("it must lie between 1s and 399d".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_can_be_off() {
        assert_eq!("off".parse(), Ok(OptionalDuration(None)));
        assert_eq!("30m".parse(), Ok(OptionalDuration(Some(Duration::from_secs(1800)))));
        assert!("0s".parse::<OptionalDuration>().is_err() && "never".parse::<OptionalDuration>().is_err());
    }

    #[test]
    fn memory_may_be_off_and_never_older_than_a_minute() {
        assert_eq!((staleness("0s"), staleness("60s")), (Ok(Duration::ZERO), Ok(Duration::from_secs(60))));
        assert!(staleness("61s").is_err() && staleness("-1s").is_err());
    }

    #[test]
    fn a_lifetime_has_bounds_that_a_cookie_can_keep() {
        assert_eq!(lifetime("7d"), Ok(Duration::from_secs(604_800)));
        for bad in ["0s", "500ms", "400d", "7", "soon", "-1d"] {
            assert!(lifetime(bad).is_err(), "{bad}");
        }
    }
}
