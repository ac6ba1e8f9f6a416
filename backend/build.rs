//! Has Cargo build the binary again when the app that is embedded in it has changed, which includes files that are new.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_EMBEDDED").is_some() {
        println!("cargo::rerun-if-changed=../dist");
    }
}
