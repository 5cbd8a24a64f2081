//! The SSE server that the tests and the demo talk to. Prints one JSON line with its two origins when it is ready.

use std::{
    ffi::OsString,
    io::{self, Write},
    process::{self, ExitCode},
    thread,
};

use lexopt::{Arg, Parser, ValueExt};
use sse_server::Config;

const USAGE: &str = "\
usage: sse-server [options]

  --port N            port of the first origin (0, the default, takes a free one)
  --second-port N     port of the second origin
  --www DIR           folder served at /
  --pkg DIR           folder served at /pkg/
  --mount /NAME=DIR   one more folder, may be repeated
  --exit-with-stdin   end when stdin is closed
";

fn arguments() -> Result<(Config, bool), lexopt::Error> {
    let mut config = Config::default();
    let mut exit_with_stdin = false;
    let mut parser = Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => config.port = parser.value()?.parse()?,
            Arg::Long("second-port") => config.second_port = parser.value()?.parse()?,
            Arg::Long("www") => config.www = Some(parser.value()?.into()),
            Arg::Long("pkg") => config.pkg = Some(parser.value()?.into()),
            Arg::Long("mount") => config.mounts.push(mount(parser.value()?)?),
            Arg::Long("exit-with-stdin") => exit_with_stdin = true,
            Arg::Long("help") | Arg::Short('h') => {
                print!("{USAGE}");
                process::exit(0);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok((config, exit_with_stdin))
}

fn mount(value: OsString) -> Result<(String, std::path::PathBuf), lexopt::Error> {
    let text = value.string()?;
    match text.split_once('=') {
        Some((prefix, folder)) if prefix.starts_with('/') => {
            Ok((prefix.trim_end_matches('/').to_owned(), folder.into()))
        }
        _ => Err(format!("--mount wants /NAME=DIR, got {text:?}").into()),
    }
}

fn main() -> ExitCode {
    let (config, exit_with_stdin) = match arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprint!("sse-server: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if exit_with_stdin {
        thread::spawn(|| {
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            process::exit(0);
        });
    }
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sse-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(config: Config) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let running = sse_server::serve(config).await?;
        let ready = serde_json::json!({ "origin": running.origin, "second": running.second });
        let mut stdout = io::stdout();
        writeln!(stdout, "{ready}")?;
        stdout.flush()?;
        running.wait().await;
        Ok(())
    })
}
