//! The wasm must run where it is meant to.

use anyhow::{Context, Result};
use wasmparser::{Validator, WasmFeatures};

/// Some hosts of mini programs know the first WebAssembly only.
pub const MINI_PROGRAMS: WasmFeatures = WasmFeatures::MVP;

/// What .cargo/config.toml names.
pub fn engine() -> WasmFeatures {
    WasmFeatures::MVP
        | WasmFeatures::SIMD
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::SATURATING_FLOAT_TO_INT
}

/// Fails if the module uses anything else.
pub fn check(wasm: &[u8], features: WasmFeatures) -> Result<()> {
    Validator::new_with_features(features).validate_all(wasm).map(|_| ()).context(
        "the wasm needs more than its hosts have, so some would refuse it: see the rustflags in .cargo/config.toml and the \
             wasm-opt arguments in Cargo.toml and xtask/npm/mini-engine.mjs",
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
    fn takes_the_instructions_of_a_host_and_refuses_later_ones() {
        let (i32_eqz, i32_extend8_s, splat_and_any_true) = ([0x45], [0xc0], [0xfd, 0x0f, 0xfd, 0x53]);
        let reference_is_null = [0x1a, 0xd0, 0x70, 0xd1];
        check(&module(&i32_eqz), MINI_PROGRAMS).unwrap();
        for instruction in [&i32_extend8_s[..], &splat_and_any_true, &reference_is_null] {
            assert!(check(&module(instruction), MINI_PROGRAMS).is_err());
        }
        for instruction in [&i32_eqz[..], &i32_extend8_s, &splat_and_any_true] {
            check(&module(instruction), engine()).unwrap();
        }
        assert!(check(&module(&reference_is_null), engine()).is_err());
    }
}
