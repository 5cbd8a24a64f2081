//! The tasks of this repository: `cargo xtask <command>`, one file per command.

mod bench;
mod build;
mod check;
mod demo;
mod process;
mod rust_users;
mod size;
mod soak;
mod sse_server;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

const HELP: &str = "\
cargo xtask <command>

  build                         make the npm package in pkg/ (sets up every tool it needs)
  demo [--port N] [--no-open]   build, start the SSE server and serve the demo page
  test [suite…] [--list]        build, then run every suite, or those whose name contains a word given
       [--skip suite]           leave a suite out; the summary says so
  check                         formatting, clippy, docs, types, exports
  size [--parts]                sizes of what is shipped, against xtask/size-budget.json;
                                --parts: what each crate costs inside the wasm
  bench [--quick] [--filter part of a case] [--host part of a host] | --native
                                speed beside others' parsers; a whole run rewrites tests/bench/results.md and bench.svg
  soak [--minutes 10] [--sources 200]
                                many sources against a server that misbehaves at random: nothing lost, memory flat,
                                nothing left behind the closing
  help                          this list
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let arguments: Vec<String> = arguments.collect();
    match run(&command, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask {command}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, arguments: &[String]) -> Result<()> {
    match command {
        "bench" => bench::command(&Workspace::find()?, arguments),
        "build" => build::command(&Workspace::find()?, arguments),
        "demo" => demo::command(&Workspace::find()?, arguments),
        "test" => test::command(&Workspace::find()?, arguments),
        "check" => check::command(&Workspace::find()?, arguments),
        "size" => size::command(&Workspace::find()?, arguments),
        "soak" => soak::command(&Workspace::find()?, arguments),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        _ => bail!("there is no such command\n\n{HELP}"),
    }
}
