//! `cargo xtask test`: builds, runs every suite, and says what passed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::build::{self, Built};
use crate::check;
use crate::process;
use crate::rust_users;
use crate::sse_server::{self, SseServer};
use crate::tools::{self, Absent};
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
    Firefox,
    WebKit,
    Jsc,
    /// The packages of tests/mini.
    Mini,
    /// nginx, and the packages of tests/faults.
    Faults,
    /// The packages of tests/hosts.
    Hosts,
    /// The packages of tests/package.
    Bundlers,
    /// The packages of tests/foreign-dom.
    ForeignDom,
}

/// The one build that every suite uses, once it has been tried.
type Build = Option<std::result::Result<Built, String>>;

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
    Absent(String),
}

/// What a script says of a host: how many tests passed of how many, or why it is absent.
#[derive(Debug, PartialEq)]
enum Host {
    Ran { name: String, passed: u32, all: u32 },
    Absent(String),
}

impl Host {
    /// The lines that `report` of tests/js/harness.mjs and `programOf` of tests/hosts/programs.mjs print.
    fn of_line(line: &str) -> Option<Self> {
        if let Some(why) = line.strip_prefix("ABSENT ") {
            return Some(Self::Absent(why.to_owned()));
        }
        let (name, rest) = line.strip_prefix('[')?.split_once("] ")?;
        let (passed, all) = rest.split_once(" passed")?.0.split_once(" of ")?;
        Some(Self::Ran { name: name.to_owned(), passed: passed.parse().ok()?, all: all.parse().ok()? })
    }

    fn absent_why(&self) -> Option<String> {
        match self {
            Self::Ran { .. } => None,
            Self::Absent(why) => Some(why.clone()),
        }
    }
}

fn suites() -> Vec<Suite> {
    let script = |name, line, needs| Suite { name, work: Work::Script { line, needs } };
    let mut suites = vec![Suite { name: "build", work: Work::Build }];
    suites.extend(check::OF_SOURCES.map(|(name, check)| Suite { name, work: Work::Sources(check) }));
    suites.extend(check::OF_PACKAGE.map(|(name, check)| Suite { name, work: Work::Package(check) }));
    suites.push(Suite { name: "cargo", work: Work::Sources(cargo_test) });
    suites.push(Suite { name: "rust-users", work: Work::Sources(rust_users::test) });
    suites.push(Suite { name: "rust-web", work: Work::Sources(rust_users::test_web) });
    suites.push(Suite { name: "rust-users-page", work: Work::Sources(rust_users::test_page) });
    suites.push(script("node", &["tests/js/run-node.mjs"], &[]));
    suites.push(script("chromium", &["tests/js/run-chromium.mjs"], &[Need::Chromium]));
    suites.push(script("firefox", &["tests/hosts/firefox.mjs"], &[Need::Hosts, Need::Firefox]));
    suites.push(script("webkit", &["tests/hosts/webkit.mjs"], &[Need::WebKit]));
    let script_needs = &[Need::Chromium, Need::Hosts, Need::Firefox];
    suites.push(script("polyfill-script", &["tests/js/polyfill-script.mjs"], script_needs));
    suites.push(script("newest-node", &["tests/hosts/run.mjs", "node"], &[Need::Hosts]));
    suites.push(script("deno", &["tests/hosts/run.mjs", "deno"], &[Need::Hosts]));
    suites.push(script("bun", &["tests/hosts/run.mjs", "bun"], &[Need::Hosts]));
    suites.push(script("workerd", &["tests/hosts/workerd.mjs"], &[Need::Hosts]));
    suites.push(script("bare", &["tests/hosts/bare.mjs"], &[Need::Hosts]));
    suites.push(script("foreign-dom", &["tests/foreign-dom/run.mjs"], &[Need::ForeignDom]));
    suites.push(script("console", &["tests/js/console.mjs"], &[Need::Chromium, Need::Hosts]));
    suites.push(script("differential", &["tests/js/differential.mjs"], &[]));
    suites.push(script("linear", &["tests/js/linear.mjs"], &[]));
    suites.push(script("counted", &["tests/bench/counted.mjs", "--no-core"], &[]));
    suites.push(script("readme", &["tests/js/readme.mjs"], &[Need::Mini]));
    suites.push(script("extension", &["tests/js/extension.mjs"], &[Need::Chromium]));
    suites.push(script("demo", &["tests/js/demo.mjs"], &[Need::Chromium]));
    suites.push(script("faults", &["tests/faults/run.mjs"], &[Need::Chromium, Need::Faults]));
    suites.push(script("packages", &["tests/package/run.mjs"], &[Need::Chromium]));
    suites.push(script("cli", &["tests/package/cli.mjs"], &[Need::Hosts]));
    suites.push(script("bundlers", &["tests/package/bundlers.mjs"], &[Need::Chromium, Need::Bundlers]));
    suites.push(script("check-package", &["tests/package/lint.mjs"], &[Need::Bundlers]));
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
    let mut hosts = Vec::new();
    for suite in &suites {
        println!("\n==== {}", suite.name);
        let known = hosts.len();
        let start = Instant::now();
        let outcome = match is_skipped(suite) {
            Some(word) => Outcome::Skipped(format!("--skip {word}")),
            None => match run(workspace, &suite.work, &mut built, &mut hosts) {
                Ok(()) => hosts[known..].iter().find_map(Host::absent_why).map_or(Outcome::Passed, Outcome::Absent),
                Err(error) => {
                    println!("{}: {error:#}", suite.name);
                    error.downcast_ref().map_or(Outcome::Failed, |Absent(why)| Outcome::Absent(why.clone()))
                }
            },
        };
        results.push((suite.name, start.elapsed(), outcome));
    }

    if !hosts.is_empty() {
        println!();
    }
    for host in &hosts {
        if let Host::Ran { name, passed, all } = host {
            println!("  {passed:>5} of {all:>5}  {name}");
        }
    }
    println!();
    let mut counts = [0; 4];
    for (name, time, outcome) in &results {
        let (index, word) = match outcome {
            Outcome::Passed => (0, "passed".to_owned()),
            Outcome::Failed => (1, "FAILED".to_owned()),
            Outcome::Skipped(why) => (2, format!("skipped ({why})")),
            Outcome::Absent(why) => (3, format!("ABSENT: {why}")),
        };
        counts[index] += 1;
        println!("  {name:<20} {:>8.1} s  {word}", time.as_secs_f64());
    }
    println!("  {:<20} {:>8.1} s", "all", start.elapsed().as_secs_f64());
    let [passed, failed, skipped, absent] = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped, {absent} absent");
    if failed > 0 {
        // The summary says it all, and its last line is to be the last one.
        std::process::exit(1);
    }
    Ok(())
}

fn run(workspace: &Workspace, work: &Work, built: &mut Build, hosts: &mut Vec<Host>) -> Result<()> {
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
                    Need::Firefox => {
                        command.env("FIREFOX", tools::firefox::ensure(workspace)?);
                    }
                    Need::WebKit => {
                        command.envs(tools::webkit::ensure(workspace)?);
                    }
                    Need::Jsc => {
                        command.env("JSC", tools::jsc::ensure(workspace)?);
                    }
                    Need::Faults => {
                        command.env("NGINX_BIN", tools::nginx::ensure(workspace)?);
                        tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/faults"))?;
                    }
                    Need::Mini => tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/mini"))?,
                    Need::Hosts => tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/hosts"))?,
                    Need::Bundlers => tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/package"))?,
                    Need::ForeignDom => {
                        tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/foreign-dom"))?;
                    }
                }
            }
            let server = SseServer::start(workspace, 0)?;
            command.env("SSE_SERVER", &server.origin).env("SSE_SERVER_SECOND", &server.second);
            run_with_time_limit(&mut command, hosts)
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

/// Runs it, shows what it says, and takes down what it says of hosts.
fn run_with_time_limit(command: &mut Command, hosts: &mut Vec<Host>) -> Result<()> {
    let line = process::command_line(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not be started: {line}"))?;
    let output = BufReader::new(child.stdout.take().context("no stdout")?);
    let (sender, said) = mpsc::channel();
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            println!("{line}");
            if let Some(host) = Host::of_line(&line) {
                let _ = sender.send(host);
            }
        }
    });
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            // What it has started may hold its stdout, and is not waited for.
            while let Ok(host) = said.recv_timeout(Duration::from_secs(1)) {
                hosts.push(host);
            }
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
        thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_down_what_is_said_of_hosts() {
        let ran = Host::Ran { name: "bun 1.4, no DOM".to_owned(), passed: 7, all: 9 };
        assert_eq!(Host::of_line("[bun 1.4, no DOM] 7 of 9 passed; slowest: [extension] x 1 ms"), Some(ran));
        assert_eq!(Host::of_line("ABSENT deno: why"), Some(Host::Absent("deno: why".to_owned())));
        assert_eq!(Host::of_line("[x] something of something passed"), None);
        assert_eq!(Host::of_line("7 passed, 2 failed"), None);
    }
}
