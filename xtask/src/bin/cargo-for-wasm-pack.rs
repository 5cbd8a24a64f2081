//! The `cargo` that wasm-pack finds: the real one, except that a build makes the cdylib alone. Where the library is an rlib in the same
//! build (the native tests need one), cargo leaves out the link-time optimisation, which is a sixth of the wasm.

use std::process::{Command, ExitCode};

/// Set by `cargo xtask build`: the real one.
const REAL: &str = "XTASK_CARGO";

fn main() -> ExitCode {
    let Some(cargo) = std::env::var_os(REAL) else {
        eprintln!("{REAL} does not say where cargo is");
        return ExitCode::FAILURE;
    };
    let mut command = Command::new(cargo);
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.next_if(|first| first == "build").is_some() {
        command.args(["rustc", "--crate-type", "cdylib"]);
    }
    match command.args(arguments).status() {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| code as u8)),
        Err(error) => {
            eprintln!("cargo could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}
