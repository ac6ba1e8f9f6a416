//! The bounds of the settings, and the error for invalid ones.

use std::time::Duration;

use crate::{
    domain::lifetimes::{LifetimeConflict, Lifetimes},
    settings::{InvalidSetting, Settings, check_device_cookie_name},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The longest lifetime of a session: browsers keep a cookie for at most 400 days, and the cookie outlives its session by a day.
const MAX_LIFETIME: Duration = Duration::from_secs(399 * 24 * 60 * 60);

/// Why a [`Latchkey`](crate::Latchkey) cannot start. Each message is one sentence that names the setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The public URL is not set.
    #[error(
        "public_url is not set: it must be the address that browsers show for the app, such as https://notes.example.org or \
         http://localhost:8080"
    )]
    PublicUrlMissing,
    /// A text is not a valid value of a setting.
    #[error("{setting} cannot be used: {reason}")]
    Invalid {
        /// The setting, by the name of its method.
        setting: &'static str,
        /// What is expected.
        reason: InvalidSetting,
    },
    /// A number or a duration is out of bounds.
    #[error("{setting} must be {bounds}")]
    OutOfBounds {
        /// The setting, by the name of its method.
        setting: &'static str,
        /// The bounds.
        bounds: &'static str,
    },
    /// `idle_timeout` is not shorter than `session_lifetime`, so that it could never end a session.
    #[error("idle_timeout must be shorter than session_lifetime")]
    IdleTimeoutTooLong,
    /// `session_max_lifetime` is shorter than `session_lifetime`.
    #[error("session_max_lifetime must not be shorter than session_lifetime")]
    MaxLifetimeTooShort,
    /// There is no tokio runtime for the background tasks.
    #[error("Latchkey must be started in a tokio runtime, such as the one of #[actix_web::main]")]
    NoRuntime,
}

/// Checks that the settings are within their bounds and do not contradict each other.
pub fn check(settings: &Settings) -> Result<(), BuildError> {
    check_device_cookie_name(&settings.device_cookie_name, &settings.cookie_name)
        .map_err(|reason| BuildError::Invalid { setting: "device_cookie_name", reason })?;
    let Lifetimes { session, unremembered, idle, sliding, reauth } = settings.lifetimes;
    let lifetimes = [
        ("session_lifetime", session),
        ("session_lifetime_unremembered", unremembered),
        ("session_max_lifetime", sliding.unwrap_or(session)),
    ];
    for (setting, lifetime) in lifetimes {
        within((SECOND..=MAX_LIFETIME).contains(&lifetime), setting, "between 1 second and 399 days")?;
    }
    let durations = [
        ("idle_timeout", idle.unwrap_or(SECOND)),
        ("reauth_window", reauth),
        ("session_retention", settings.session_retention),
        ("audit_retention", settings.audit_retention),
        ("sweep_every", settings.sweep_every),
    ];
    for (setting, duration) in durations {
        within(duration >= SECOND, setting, "at least 1 second")?;
    }
    within(settings.cache_staleness <= MINUTE, "cache_staleness", "at most 60 seconds")?;
    within((1..=256).contains(&settings.hash_threads), "hash_threads", "between 1 and 256")?;
    within(settings.sessions_per_user > 0, "sessions_per_user", "at least 1")?;
    settings.lifetimes.check().map_err(|conflict| match conflict {
        LifetimeConflict::IdleTooLong => BuildError::IdleTimeoutTooLong,
        LifetimeConflict::MaxTooShort => BuildError::MaxLifetimeTooShort,
    })
}

fn within(holds: bool, setting: &'static str, bounds: &'static str) -> Result<(), BuildError> {
    if holds { Ok(()) } else { Err(BuildError::OutOfBounds { setting, bounds }) }
}
