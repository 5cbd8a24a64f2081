//! The wasm must run where only the first WebAssembly does.

use anyhow::{Context, Result};
use wasmparser::{Validator, WasmFeatures};

/// Fails if the module uses anything that came after MVP WebAssembly.
pub fn check(wasm: &[u8]) -> Result<()> {
    Validator::new_with_features(WasmFeatures::MVP).validate_all(wasm).map(|_| ()).context(
        "the wasm is not MVP WebAssembly, so some hosts would refuse it: see the rustflags in .cargo/config.toml and \
             the wasm-opt arguments in Cargo.toml",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(module (func (param i32) (result i32) local.get 0 <instruction>))`
    fn module(instruction: &[u8]) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0\x01\x06\x01\x60\x01\x7f\x01\x7f\x03\x02\x01\0\x0a".to_vec();
        let body = 4 + instruction.len() as u8;
        wasm.extend([body + 2, 1, body, 0, 0x20, 0]);
        wasm.extend(instruction);
        wasm.push(0x0b);
        wasm
    }

    #[test]
    fn takes_the_first_instructions_and_refuses_later_ones() {
        let (i32_eqz, i32_extend8_s) = ([0x45], [0xc0]);
        check(&module(&i32_eqz)).unwrap();
        assert!(check(&module(&i32_extend8_s)).is_err());
    }
}
