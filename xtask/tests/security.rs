//! docs/security.md names the tests of each requirement. Checks that these files exist.

use std::{path::Path, process::Command};

#[test]
fn every_file_that_the_security_table_names_exists() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let listed = Command::new("git").args(["ls-files"]).current_dir(root).output().unwrap();
    let files = String::from_utf8(listed.stdout).unwrap();
    let table = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let named: Vec<_> =
        table.split('`').skip(1).step_by(2).filter(|name| name.contains('/') && !name.contains(' ')).collect();
    assert!(named.len() > 50, "the table is read: {named:?}");
    let exists = |name: &str| {
        name.starts_with('/') || files.lines().any(|file| format!("/{file}").contains(&format!("/{name}")))
    };
    let missing: Vec<_> = named.into_iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
