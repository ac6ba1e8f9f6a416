//! TLS handshakes with a real server, whose certificate is signed by an authority made for the test.

use std::{fs, net::TcpListener};

use latchkey_test_postgres::TlsServer;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use super::*;
use crate::store::StoreError;

const PASSWORD: &str = "hunter2";

/// An authority that signs certificates.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

#[tokio::test]
async fn verify_full_accepts_only_the_named_server_of_a_trusted_authority() {
    let (trusted, other) = (authority("trusted"), authority("other"));
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &trusted).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tls = TlsServer { port, certificate: certificate.pem(), key: key.serialize_pem(), password: PASSWORD.into() };
    let Some(cluster) = Cluster::with_tls(&tls) else { return };
    let database = Database(cluster.create("template0").await);
    let folder = tempfile::tempdir().unwrap();
    let open = async |host: &str, password: &str, authority: Option<&CertifiedIssuer<'_, KeyPair>>| {
        let mut url = format!("postgres://postgres:{password}@{host}:{port}/{}?sslmode=verify-full", database.0.name);
        if let Some(authority) = authority {
            let file = folder.path().join("authority.pem");
            fs::write(&file, authority.pem()).unwrap();
            url += &format!("&sslrootcert={}", file.display());
        }
        PostgresStore::open_url(&patient(&url)).await
    };

    let store = open("localhost", PASSWORD, Some(&trusted)).await.unwrap();
    store.ping().await.unwrap();
    let unencrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'latchkey' AND NOT ssl";
    let all = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'latchkey'";
    let mut shell = database.shell().await;
    assert_eq!(shell.number(unencrypted).await, 0);
    assert!(shell.number(all).await > 0);

    let errors = [
        ("another name", open("127.0.0.1", PASSWORD, Some(&trusted)).await, "not valid for name"),
        ("an unknown authority", open("localhost", PASSWORD, Some(&other)).await, "UnknownIssuer"),
        ("the system's authorities", open("localhost", PASSWORD, None).await, "UnknownIssuer"),
        ("a wrong password", open("localhost", "hunter22", Some(&trusted)).await, "password authentication failed"),
    ];
    for (case, result, message) in errors {
        let error = result.unwrap_err();
        assert!(chain(&error).contains(message), "{case}: {}", chain(&error));
        assert!(!format!("{error} {error:?} {}", chain(&error)).contains(PASSWORD), "{case}: {error:?}");
    }
}

/// The messages of an error and of its causes.
fn chain(error: &StoreError) -> String {
    std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
