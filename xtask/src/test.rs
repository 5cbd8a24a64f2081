//! `cargo xtask test`: builds, runs every suite, and says what passed.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::build::{self, Built};
use crate::check;
use crate::process;
use crate::sse_server::{self, SseServer};
use crate::tools;
use crate::workspace::Workspace;

/// A suite that runs longer than this hangs.
const LONGEST: Duration = Duration::from_secs(30 * 60);

struct Suite {
    name: &'static str,
    work: Work,
}

enum Work {
    /// The build itself.
    Build,
    Sources(check::SourceCheck),
    Package(check::PackageCheck),
    /// A Node script that is given the SSE server and the package.
    Script {
        line: &'static [&'static str],
        needs: &'static [Need],
    },
}

/// What a script needs beside Node and the packages of tests/js.
enum Need {
    Chromium,
    Jsc,
    /// The packages of tests/mini.
    Mini,
    /// nginx, and the packages of tests/faults.
    Faults,
}

/// The one build that every suite uses, once it has been tried.
type Build = Option<std::result::Result<Built, String>>;

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

fn suites() -> Vec<Suite> {
    let script = |name, line, needs| Suite { name, work: Work::Script { line, needs } };
    let mut suites = vec![Suite { name: "build", work: Work::Build }];
    suites.extend(check::OF_SOURCES.map(|(name, check)| Suite { name, work: Work::Sources(check) }));
    suites.extend(check::OF_PACKAGE.map(|(name, check)| Suite { name, work: Work::Package(check) }));
    suites.push(Suite { name: "cargo", work: Work::Sources(cargo_test) });
    suites.push(script("node", &["tests/js/run-node.mjs"], &[]));
    suites.push(script("chromium", &["tests/js/run-chromium.mjs"], &[Need::Chromium]));
    suites.push(script("differential", &["tests/js/differential.mjs"], &[]));
    suites.push(script("linear", &["tests/js/linear.mjs"], &[]));
    suites.push(script("counted", &["tests/bench/counted.mjs", "--no-core"], &[]));
    suites.push(script("readme", &["tests/js/readme.mjs"], &[Need::Mini]));
    suites.push(script("demo", &["tests/js/demo.mjs"], &[Need::Chromium]));
    suites.push(script("faults", &["tests/faults/run.mjs"], &[Need::Chromium, Need::Faults]));
    suites.push(script("packages", &["tests/package/run.mjs"], &[Need::Chromium]));
    let mini = &["tests/mini/run.mjs", "weapp-wasm", "weapp-js", "jsc", "quickjs", "quirks"];
    suites.push(script("mini", mini, &[Need::Mini, Need::Jsc]));
    suites.push(script("taro", &["tests/mini/run.mjs", "taro-webpack5", "taro-vite"], &[Need::Mini]));
    suites.push(script("taro-builds", &["tests/mini/taro.mjs"], &[Need::Mini, Need::Chromium]));
    suites
}

/// The command.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let mut suites = suites();
    let mut filters = Vec::new();
    let mut skipped = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--list" => {
                suites.iter().for_each(|suite| println!("{}", suite.name));
                return Ok(());
            }
            "--skip" => skipped.push(arguments.next().context("--skip wants the name of a suite")?.as_str()),
            word if word.starts_with('-') => bail!("test does not know {word}"),
            word => filters.push(word),
        }
    }
    for word in filters.iter().chain(&skipped) {
        if !suites.iter().any(|suite| suite.name.contains(word)) {
            bail!("no suite has {word} in its name; `cargo xtask test --list` lists them");
        }
    }
    suites.retain(|suite| filters.is_empty() || filters.iter().any(|word| suite.name.contains(word)));
    let is_skipped = |suite: &Suite| skipped.iter().find(|word| suite.name.contains(**word));

    let start = Instant::now();
    let mut built = None;
    let mut results = Vec::new();
    for suite in &suites {
        println!("\n==== {}", suite.name);
        let start = Instant::now();
        let outcome = match is_skipped(suite) {
            Some(word) => Outcome::Skipped(format!("--skip {word}")),
            None => match run(workspace, &suite.work, &mut built) {
                Ok(()) => Outcome::Passed,
                Err(error) => {
                    println!("{}: {error:#}", suite.name);
                    Outcome::Failed
                }
            },
        };
        results.push((suite.name, start.elapsed(), outcome));
    }

    println!();
    let mut counts = [0; 3];
    for (name, time, outcome) in &results {
        let (index, word) = match outcome {
            Outcome::Passed => (0, "passed".to_owned()),
            Outcome::Failed => (1, "FAILED".to_owned()),
            Outcome::Skipped(why) => (2, format!("skipped ({why})")),
        };
        counts[index] += 1;
        println!("  {name:<20} {:>8.1} s  {word}", time.as_secs_f64());
    }
    println!("  {:<20} {:>8.1} s", "all", start.elapsed().as_secs_f64());
    let [passed, failed, skipped] = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        // The summary says it all, and its last line is to be the last one.
        std::process::exit(1);
    }
    Ok(())
}

fn run(workspace: &Workspace, work: &Work, built: &mut Build) -> Result<()> {
    match work {
        Work::Build => package(workspace, built).map(|_| ()),
        Work::Sources(check) => check(workspace),
        Work::Package(check) => check(workspace, package(workspace, built)?),
        Work::Script { line, needs } => {
            let built = package(workspace, built)?;
            let path = line[0];
            if !workspace.root.join(path).is_file() {
                bail!("{path} is missing");
            }
            tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/js"))?;
            let mut command = process::command("node", &workspace.root);
            command.args(*line).env("PKG_DIR", &built.pkg);
            for need in *needs {
                match need {
                    Need::Chromium => {
                        command.env("CHROMIUM", tools::chromium::ensure(workspace)?);
                    }
                    Need::Jsc => {
                        command.env("JSC", tools::jsc::ensure(workspace)?);
                    }
                    Need::Faults => {
                        command.env("NGINX_BIN", tools::nginx::ensure(workspace)?);
                        tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/faults"))?;
                    }
                    Need::Mini => tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/mini"))?,
                }
            }
            let server = SseServer::start(workspace, 0)?;
            command.env("SSE_SERVER", &server.origin).env("SSE_SERVER_SECOND", &server.second);
            run_with_time_limit(&mut command)
        }
    }
}

/// The package, built at its first use. After a failed build there is none, so nothing runs on an old one.
fn package<'a>(workspace: &Workspace, built: &'a mut Build) -> Result<&'a Built> {
    built
        .get_or_insert_with(|| build::run(workspace).map_err(|error| format!("{error:#}")))
        .as_ref()
        .map_err(|error| anyhow!("the package could not be built: {error}"))
}

fn cargo_test(workspace: &Workspace) -> Result<()> {
    // Integration tests of others may start the server's program: it must be the one of these sources.
    sse_server::build(workspace)?;
    process::run(workspace.cargo().args(["test", "--quiet", "--workspace", "--no-fail-fast"]))
}

fn run_with_time_limit(command: &mut Command) -> Result<()> {
    let line = process::command_line(command);
    let mut child = command.spawn().with_context(|| format!("could not be started: {line}"))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("failed ({status}): {line}");
        }
        if start.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            bail!("ended after {} minutes: {line}", LONGEST.as_secs() / 60);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
