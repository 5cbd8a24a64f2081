//! The crate as Rust programs use it: the examples run, bare metal without std, pages in Yew and Leptos, the package that crates.io would get.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::process;
use crate::sse_server::SseServer;
use crate::tools;
use crate::workspace::{PACKAGE, WASM_TARGET, Workspace};

/// Has `core` and `alloc`, and no std.
const BARE_METAL: &str = "thumbv7em-none-eabi";
/// An example that runs longer than this hangs.
const LONGEST: Duration = Duration::from_secs(20);
/// The pages, each in a folder and with a framework of this name.
const PAGES: [&str; 2] = ["yew", "leptos"];

/// The suite `rust-users`.
pub fn test(workspace: &Workspace) -> Result<()> {
    examples(workspace)?;
    bare_metal(workspace)?;
    depends_on_nothing(workspace)?;
    published(workspace)?;
    for framework in PAGES {
        page(workspace, framework)?;
    }
    Ok(())
}

/// The suite `rust-web`: the crate's own tests on wasm32 (`tests/web.rs`), in Chromium.
pub fn test_web(workspace: &Workspace) -> Result<()> {
    tools::rust_target::ensure(workspace, WASM_TARGET)?;
    let runner = tools::wasm_bindgen_test::ensure_runner(workspace)?;
    let driver = tools::wasm_bindgen_test::ensure_driver(workspace)?;
    let chromium = tools::chromium::ensure(workspace)?;
    let capabilities = target(workspace).join("webdriver.json");
    fs::create_dir_all(target(workspace))?;
    fs::write(&capabilities, capabilities_of(&chromium).to_string())?;
    let server = SseServer::start(workspace, 0)?;
    process::run(
        workspace
            .cargo()
            .args(["test", "--package", PACKAGE, "--test", "web"])
            .args(["--no-default-features", "--features", "web,serde", "--target", WASM_TARGET, "--target-dir"])
            .arg(target(workspace))
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
            // Known when the tests are compiled: a page has no environment.
            .env("SSE_SERVER", &server.origin),
    )
}

/// What the tests' Chromium is started with: as `tests/js/chromium.mjs` does.
fn capabilities_of(chromium: &Path) -> Value {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    json!({ "goog:chromeOptions": { "args": arguments, "binary": chromium } })
}

/// The suite `rust-users-page`: the pages, in Chromium.
pub fn test_page(workspace: &Workspace) -> Result<()> {
    let chromium = tools::chromium::ensure(workspace)?;
    let program = tools::wasm_bindgen::ensure(workspace)?;
    tools::npm::ensure_in_place(workspace, &workspace.root.join("tests/js"))?;
    let server = SseServer::start(workspace, 0)?;
    for framework in PAGES {
        let wasm = page(workspace, framework)?;
        let folder = target(workspace).join(crate_of(framework));
        process::run(
            process::command(&program, &workspace.root)
                .args(["--keep-panics", "--target", "web", "--no-typescript", "--out-dir"])
                .args([&folder, &wasm]),
        )?;
        process::run(
            process::command("node", &workspace.root)
                .arg("tests/js/rust-users.mjs")
                .env("SSE_SERVER", &server.origin)
                .env("CHROMIUM", &chromium)
                .env("PAGE_CRATE", crate_of(framework))
                .env("PAGE_FOLDER", folder),
        )?;
    }
    Ok(())
}

fn crate_of(framework: &str) -> String {
    format!("chat-in-{framework}")
}

/// Builds of other flags and features than the workspace's, which would undo its own.
fn target(workspace: &Workspace) -> PathBuf {
    workspace.target.join("rust-users")
}

fn examples(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["build", "--quiet", "--package", PACKAGE, "--examples"]))?;
    let example = |name: &str| {
        let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        process::command(workspace.target.join("debug/examples").join(program), &workspace.root)
    };

    println!("    example parse");
    let bytes = "\u{FEFF}id: 1\r\nevent: a\r\ndata: 你\r\ndata: b\r\n\r\n: comment\n\ndata: c\n\ndata: cut off";
    let mut child = example("parse").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().context("no stdin")?.write_all(bytes.as_bytes())?;
    let output = child.wait_with_output()?;
    is(&String::from_utf8(output.stdout)?, "a \"你\\nb\" \"1\"\nmessage \"c\" \"1\"\n")?;
    ensure!(output.status.success(), "parse: {}", output.status);

    println!("    example client");
    let server = SseServer::start(workspace, 0)?;
    let path = format!("{}/resume?total=7&per=3&end=drop&retry=20&text=news&key=rust-users", server.origin);
    let output = output_in_time(example("client").arg(path))?;
    ensure!(output.status.success(), "client: {}", output.status);
    is(
        &String::from_utf8(output.stdout)?,
        &(1..=7).map(|id| format!("message \"{id} news\" \"{id}\"\n")).collect::<String>(),
    )?;
    let log: Value = serde_json::from_str(&get(&server.origin, "/log?key=rust-users")?)?;
    let ids: Vec<_> =
        log.as_array().into_iter().flatten().map(|one| one["headers"]["last-event-id"].as_str()).collect();
    ensure!(ids == [None, Some("3"), Some("6"), Some("7")], "Last-Event-ID was sent as {ids:?}");

    println!("    example client: what can't be mended");
    let output = output_in_time(example("client").arg(format!("{}/stream?body=x&type=text/plain", server.origin)))?;
    let said = String::from_utf8(output.stderr)?;
    ensure!(output.status.code() == Some(1), "client: {}", output.status);
    ensure!(said.contains("answered with Content-Type \"text/plain\""), "client said {said:?}");
    Ok(())
}

/// What a program says that ends soon, and says little.
fn output_in_time(command: &mut Command) -> Result<Output> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            bail!("had not ended after {} s: {}", LONGEST.as_secs(), process::command_line(command));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(child.wait_with_output()?)
}

fn is(output: &str, expected: &str) -> Result<()> {
    ensure!(output == expected, "printed {output:?} in place of {expected:?}");
    Ok(())
}

/// The body of a response that has a length.
fn get(origin: &str, path: &str) -> Result<String> {
    let host = origin.strip_prefix("http://").context("the server's origin")?;
    let mut socket = TcpStream::connect(host)?;
    write!(socket, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut response = String::new();
    socket.read_to_string(&mut response)?;
    let (head, body) = response.split_once("\r\n\r\n").context("no response")?;
    ensure!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
    Ok(body.to_owned())
}

/// Compiled for a target that has no std, the crate uses none.
fn bare_metal(workspace: &Workspace) -> Result<()> {
    println!("    {BARE_METAL}");
    tools::rust_target::ensure(workspace, BARE_METAL)?;
    process::run(
        workspace
            .cargo()
            .args(["rustc", "--quiet", "--package", PACKAGE, "--lib", "--crate-type", "rlib", "--no-default-features"])
            .args(["--target", BARE_METAL, "--target-dir"])
            .arg(target(workspace)),
    )
}

/// Without its features the crate brings nothing along, on wasm32 neither.
fn depends_on_nothing(workspace: &Workspace) -> Result<()> {
    for target in [&[][..], &["--no-default-features", "--target", WASM_TARGET]] {
        let tree = process::stdout_of(
            workspace
                .cargo()
                .args(["tree", "--quiet", "--package", PACKAGE, "--edges", "normal", "--prefix", "none"])
                .args(target),
        )?;
        ensure!(tree.lines().count() == 1, "depends on others: {tree}");
    }
    Ok(())
}

/// What crates.io would get: builds by itself, has what the documentation shows, and nothing of the npm package.
fn published(workspace: &Workspace) -> Result<()> {
    println!("    cargo package");
    let files = process::stdout_of(workspace.cargo().args([
        "package",
        "--quiet",
        "--package",
        PACKAGE,
        "--allow-dirty",
        "--list",
    ]))?;
    for file in ["src/lib.rs", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "tests/rust-users/parse.rs"] {
        ensure!(files.lines().any(|line| line == file), "{file} is not in the package");
    }
    let known = |file: &&str| file.starts_with("src/") || file.starts_with("tests/rust-users/") || !file.contains('/');
    if let Some(file) = files
        .lines()
        .find(|file| !known(file) || PAGES.iter().any(|name| file.contains(name)) || file.ends_with(".mjs"))
    {
        bail!("{file} is in the package");
    }
    process::run(
        workspace
            .cargo()
            .args(["package", "--quiet", "--package", PACKAGE, "--allow-dirty", "--target-dir"])
            .arg(target(workspace)),
    )
}

/// Builds the page for wasm32; returns the wasm.
fn page(workspace: &Workspace, framework: &str) -> Result<PathBuf> {
    let manifest = format!("tests/rust-users/{framework}/Cargo.toml");
    println!("    {manifest}");
    tools::rust_target::ensure(workspace, WASM_TARGET)?;
    process::run(
        workspace
            .cargo()
            .args(["build", "--quiet", "--locked", "--manifest-path", &manifest])
            .args(["--target", WASM_TARGET, "--target-dir"])
            .arg(target(workspace)),
    )?;
    Ok(target(workspace).join(WASM_TARGET).join("debug").join(format!("{}.wasm", crate_of(framework))))
}
