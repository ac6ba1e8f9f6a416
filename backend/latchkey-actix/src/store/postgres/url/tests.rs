//! What is shown of a URL, and which URLs are rejected.

use super::*;

fn parse(url: &str) -> Result<PostgresUrl, StoreError> {
    PostgresUrl::parse(url, TlsPolicy::VerifyFull)
}

#[test]
fn a_password_is_never_shown() {
    let options = "sslmode=verify-full&options=-c%20x=hunter2";
    for url in [
        format!("postgres://ada:hunter2@db.example:6432/app?{options}"),
        format!("postgresql://db.example:6432/app?user=ada&password=hunter2&{options}"),
    ] {
        let url = parse(&url).unwrap();
        assert_eq!(format!("{url} {url:?}").matches("postgres://ada@db.example:6432/app").count(), 2, "{url}");
        assert!(!format!("{url} {url:?} {url:#?}").contains("hunter2"));
    }
}

#[test]
fn the_error_about_a_url_does_not_repeat_it() {
    for url in [
        "postgres://ada:hunter2@db.example/app",
        "postgres://ada:hunter2@db.example/app?sslmode=require",
        "postgres://ada:hun/ter2hunter2@db.example/app",
        "postgres://ada@db.example/app?sslmode=verify-full&pasword=hunter2",
        "postgres://ada:hunter2@localhost/app?port=hunter2",
        "postgres://ada:hunter2@[::1/app",
        "postgres://ada:hunter2@localhost:port/app",
        "postgres://ada:SEC?hunter2@localhost/app",
        "postgres://ada:SEC?hunter2=x@localhost/app",
        "postgres://ada:SEC#hunter2@localhost/app",
        "postgres:ada:hunter2@localhost/app",
    ] {
        let error = parse(url).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn an_ipv6_address_is_written_in_brackets_and_used_without() {
    let url = parse("postgres://ada@[::1]:6432/app").unwrap();
    assert_eq!((url.options.get_host(), url.to_string().as_str()), ("::1", "postgres://ada@[::1]:6432/app"));
}

#[test]
fn another_machine_requires_verified_tls_unless_the_policy_is_relaxed() {
    for local in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "%2Frun%2Fpostgresql"] {
        assert!(parse(&format!("postgres://ada@{local}/app")).is_ok(), "{local}");
    }
    assert!(parse("postgres://ada@ignored/app?host=/run/postgresql").is_ok());
    for other in ["db.example", "10.0.0.1", "[2001:db8::1]", "localhost.example"] {
        let url = format!("postgres://ada@{other}/app");
        for mode in ["", "?sslmode=disable", "?sslmode=require", "?sslmode=verify-ca"] {
            let error = parse(&format!("{url}{mode}")).unwrap_err().to_string();
            assert!(error.contains("sslmode=verify-full"), "{error}");
        }
        assert!(parse(&format!("{url}?sslmode=verify-full")).is_ok());
        assert!(PostgresUrl::parse(&url, TlsPolicy::AsUrlSays).is_ok());
    }
}
