//! Set-up and orchestration: `cargo xtask run | dev | test | bench | soak | first-load | dist`. No product logic.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints its results")]

mod api;
mod api_server;
mod axe;
mod bench;
mod browsers;
mod build;
mod clients;
mod demo;
mod dev;
mod dist;
mod first_load;
mod fresh;
mod notes;
mod python;
mod run;
mod shell;
mod soak;
mod steps;
mod system;
mod test;
mod tools;
mod unpacked;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND: builds, runs and tests Latchkey; needs nothing but Rust to begin with

  run [-- ARGS]    build all, add a demo account, serve on http://127.0.0.1:8080 (ARGS go to `latchkey serve`)
  run notes [-- ARGS]
                   the same for examples/notes on http://127.0.0.1:8090 (ARGS go to `notes-server`)
  dev              serve on http://127.0.0.1:8081, and rebuild the SPA on every change
  test [PART]      run all checks of CI, or one part of it: lint, unit, postgres, api, web,
                   e2e; or `browsers`, which CI leaves out: the main stories in Firefox and WebKitGTK
  bench [PART]     measure the performance targets, or one part of them: check, log-in, million, overload, person,
                   postgres, size, start, growth (up to a million sessions, or as many as LATCHKEY_BENCH_SESSIONS says)
  soak [--seconds N] [--seed N]
                   use three replicas on PostgreSQL while faults are injected, and check every answer; more: soak --help
  first-load       find out which functions of the app no first load needs, and write them to frontend/rest.txt
  dist             build target/dist/latchkey, one binary with the SPA inside, and an archive of it
  tools            install trunk and the matching wasm-bindgen, for other apps; the last line of output is what to
                   add to the PATH
  help             print this text

Settings of the server are LATCHKEY_* variables: see `latchkey serve --help`.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            error.chain().skip(1).for_each(|cause| eprintln!("       {cause}"));
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[&str]) -> anyhow::Result<()> {
    // All paths are relative to the workspace, whatever the current folder is.
    std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))?;
    match args {
        ["run"] => run::run(&[]),
        ["run", "--", serve @ ..] => run::run(serve),
        ["run", "notes"] => notes::run(&[]),
        ["run", "notes", "--", arguments @ ..] => notes::run(arguments),
        ["dev"] => dev::dev(),
        ["test"] => test::test(None),
        ["test", part] => test::test(Some(part)),
        ["bench"] => bench::bench(None),
        ["bench", part] => bench::bench(Some(part)),
        ["soak", arguments @ ..] => soak::soak(arguments),
        ["tools"] => tools::get(),
        ["first-load"] => first_load::write(),
        ["dist"] => dist::dist(),
        [] | ["help" | "--help" | "-h"] | [_, "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => anyhow::bail!("no such command: {}\n\n{HELP}", args.join(" ")),
    }
}
