//! Set-up and orchestration: `cargo xtask run | dev | test | bench | dist`. No product logic.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command line tool: printing is its work")]

mod api;
mod axe;
mod bench;
mod build;
mod demo;
mod dev;
mod dist;
mod fresh;
mod notes;
mod run;
mod shell;
mod steps;
mod system;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND: everything that Latchkey needs, from a machine with nothing but Rust

  run [-- ARGS]    build all, make a demo account, serve on http://127.0.0.1:8080 (ARGS go to `latchkey serve`)
  run notes [-- ARGS]
                   the same for examples/notes on http://127.0.0.1:8090 (ARGS go to `notes-server`)
  dev              the SPA rebuilt on every change on http://127.0.0.1:8081, the API behind it
  test [PART]      everything that CI runs, or one part of it: lint, unit, api, web, e2e
  bench [PART]     what the bar asks for, each beside its limit, or one part of it: check, log-in, million,
                   overload, person
  dist             an archive of the server and the SPA in target/dist
  tools            trunk and the matching wasm-bindgen for other apps; the last line is what to add to the PATH
  help             this text

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
    // Paths below are relative to the workspace, wherever in it the person stands.
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
        ["tools"] => tools::get(),
        ["dist"] => dist::dist(),
        [] | ["help" | "--help" | "-h"] | [_, "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => anyhow::bail!("no such command: {}\n\n{HELP}", args.join(" ")),
    }
}
