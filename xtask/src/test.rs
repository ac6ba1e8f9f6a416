//! `cargo xtask test`: the checks of the repository, the quickest first.

use crate::steps::{self, Step};
use crate::tools::{self, WASM};
use crate::{api, axe, browsers, build, clients, shell, system, unpacked};
use anyhow::{Result, ensure};
use std::process::Command;

/// The parts of the run without arguments, which is that of CI.
const DEFAULT: &[&str] = &["lint", "unit", "postgres", "api", "web", "e2e"];
/// A part that runs only when it is asked for: with its installation it takes longer than the five minutes that CI can spare.
const ON_REQUEST: &str = "browsers";

/// Features that are off by default are tested too.
const FEATURES: &str = "--features latchkey-backend/postgres";

/// The steps, each with the parts that need it. If a step fails, the first of its parts is the one to run again.
const STEPS: &[(&[&str], Step)] = &[
    (&["lint", "web", "e2e", "browsers"], tools::WASM_TARGET),
    (&["web", "e2e", "browsers"], tools::WASM_BINDGEN),
    (&["e2e", "browsers"], tools::TRUNK),
    (&["web", "e2e"], ("Chromium and ChromeDriver", system::browser)),
    (&["browsers"], ("Firefox", system::get_firefox)),
    (&["browsers"], tools::GECKODRIVER),
    (&["browsers"], ("WebKitGTK", system::get_webkit)),
    (&["e2e"], ("axe-core", axe::get)),
    (&["unit", "postgres"], ("nginx, Caddy, HAProxy and Apache", unpacked::get_proxies)),
    (&["e2e"], ("nginx", unpacked::get_nginx)),
    (&["unit", "postgres", "e2e"], ("PostgreSQL", system::get_postgres)),
    (&["unit"], ("pgbouncer", unpacked::get_pgbouncer)),
    (&["api"], ("schemathesis", api::get_schemathesis)),
    (&["api"], ("linters and generators of OpenAPI", clients::get)),
    (&["lint"], ("rustfmt", rustfmt)),
    (&["lint"], ("clippy", clippy)),
    (&["lint"], ("clippy for the browser", clippy_for_the_browser)),
    (&["lint"], ("documentation of the libraries", documentation)),
    (&["lint"], ("packages of the libraries", packages)),
    (&["unit"], ("unit and API tests", unit)),
    (&["postgres"], ("API tests on PostgreSQL", api_on_postgres)),
    (&["api", "e2e", "browsers"], build::SERVER_WITH_ALL),
    (&["api"], ("the API against its document", api::api)),
    (&["api"], ("generated clients of the API", clients::clients)),
    (&["web"], ("component tests in a browser", web)),
    (&["e2e", "browsers"], build::SPA),
    (&["e2e", "browsers"], build::COMPRESSED),
    (&["e2e"], build::SERVER_WITH_APP),
    (&["e2e"], ("the tutorial", tutorial)),
    (&["e2e"], ("end-to-end tests", e2e)),
    (&["e2e"], ("end-to-end tests on two replicas", e2e_on_replicas)),
    (&["browsers"], ("main stories in Firefox", browsers::in_firefox)),
    (&["browsers"], ("main stories in WebKitGTK", browsers::in_webkit)),
];

pub fn test(part: Option<&str>) -> Result<()> {
    let chosen = part.as_ref().map_or(DEFAULT, std::slice::from_ref);
    let within = |parts: &[&str]| parts.iter().any(|part| chosen.contains(part));
    ensure!(
        within(DEFAULT) || chosen == [ON_REQUEST],
        "the parts of the tests are {}, {ON_REQUEST}",
        DEFAULT.join(", ")
    );
    let (parts, steps): (Vec<_>, Vec<_>) = STEPS.iter().filter(|(parts, _)| within(parts)).copied().unzip();
    steps::all(&steps, |index| format!("cargo xtask test {}", parts[index][0]))
}

fn rustfmt() -> Result<()> {
    shell::run(&mut shell::command("cargo fmt --all --check"))
}

fn clippy() -> Result<()> {
    let line = format!("cargo clippy --workspace {FEATURES} --all-targets -- --deny warnings");
    shell::run(&mut shell::command(&line))
}

/// Much of the client's code is compiled only for the wasm target.
fn clippy_for_the_browser() -> Result<()> {
    let line = format!(
        "cargo clippy --package latchkey-yew --package latchkey-frontend --package notes-app --target {WASM} --all-targets -- --deny warnings"
    );
    shell::run(&mut shell::command(&line))
}

const LIBRARIES: &str = "--package latchkey-shared --package latchkey-actix --package latchkey-yew";

fn documentation() -> Result<()> {
    for features in ["", "--features latchkey-actix/postgres"] {
        let mut cargo = shell::command(&format!("cargo doc --no-deps {LIBRARIES} {features}"));
        shell::run(cargo.env("RUSTDOCFLAGS", "--deny warnings"))?;
    }
    Ok(())
}

/// Packages the libraries as for a registry, with uncommitted changes, and without building the packages.
fn packages() -> Result<()> {
    shell::run(&mut shell::command(&format!("cargo package --no-verify --allow-dirty {LIBRARIES}")))
}

fn unit() -> Result<()> {
    let line = format!("cargo test --workspace --exclude latchkey-e2e {FEATURES}");
    let mut cargo = shell::command(&line);
    let servers = [&unpacked::PROXIES[..], &[unpacked::PGBOUNCER]].concat();
    shell::run(unpacked::with_servers(&mut cargo, &servers)?)
}

/// Runs the API tests on PostgreSQL. The command line selects the same packages as `unit`, so that nothing is compiled twice.
fn api_on_postgres() -> Result<()> {
    let line = format!("cargo test --workspace --exclude latchkey-e2e {FEATURES} --test api");
    let mut cargo = shell::command(&line);
    shell::run(unpacked::with_servers(cargo.env("LATCHKEY_TEST_STORE", "postgres"), &unpacked::PROXIES)?)
}

fn web() -> Result<()> {
    let mut cargo = tools::command(&format!(
        "cargo test --package latchkey-yew --package latchkey-frontend --target {WASM} --test web"
    ))?;
    shell::run(cargo.env("CHROMEDRIVER", system::chromedriver()?))
}

/// Runs before the stories, which use the notes app that it builds.
fn tutorial() -> Result<()> {
    shell::run(&mut shell::command("cargo test --package latchkey-e2e --test tutorial"))
}

/// Runs the stories against the binary that is deployed, which has the release build of the SPA inside.
fn e2e() -> Result<()> {
    let mut cargo = shell::command("cargo test --package latchkey-e2e --lib --test stories");
    let notes = build::target()?.join("tutorial");
    cargo.env("LATCHKEY_E2E_EMBEDDED", "1");
    cargo.env("NOTES_BIN", notes.join("notes-server")).env("NOTES_DIST", notes.join("notes/app/dist"));
    shell::run(with_browser(cargo.env("AXE", axe::script()))?.env("LATCHKEY_BIN", build::latchkey_with_app()?))
}

/// The stories for which it matters that another replica may answer.
const ON_REPLICAS: &str = "sign_in:: sign_out:: session_end:: route_changes:: tabs:: devices::";

fn e2e_on_replicas() -> Result<()> {
    let mut cargo = shell::command(&format!("cargo test --package latchkey-e2e --test stories -- {ON_REPLICAS}"));
    shell::run(with_browser(cargo.env("LATCHKEY_E2E_REPLICAS", "2"))?)
}

/// Sets the environment variables that the harness in `e2e` reads.
pub fn with_browser(command: &mut Command) -> Result<&mut Command> {
    let command = with_server(command)?.env("CHROMIUM", system::chromium()?).env("NGINX_BIN", unpacked::NGINX.path()?);
    Ok(command.env("CHROMEDRIVER", system::chromedriver()?))
}

/// Sets those of the server and the app.
pub fn with_server(command: &mut Command) -> Result<&mut Command> {
    command.env("LATCHKEY_BIN", build::latchkey()?);
    Ok(command.env("LATCHKEY_DIST", std::env::current_dir()?.join("dist")))
}
