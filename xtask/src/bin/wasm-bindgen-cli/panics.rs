//! Panics without a message: nothing shows one in the package, and the code that formats it would be a fifth of the wasm.
//! A panic traps, with or without.

use std::collections::BTreeSet;

use walrus::ir::{Const, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, DataId, DataKind, FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// What never returns, and has nothing to do but to format a message: names as rustc-demangle shows them.
const PANICKING: [&str; 12] = [
    "core::panicking::",
    "std::panicking::",
    "core::cell::panic_already_",
    "core::cell::lazy::panic_poisoned",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::str::slice_error_fail",
    "alloc::raw_vec::handle_error",
    "alloc::raw_vec::capacity_overflow",
];

/// Where wasm-bindgen throws an error of its own: for a mistake of ours, as a panic is.
const THROWING: [&str; 2] = ["wasm_bindgen::throw_str", "wasm_bindgen::__rt::borrow_fail"];

/// What only such functions are given: whole sentences, which nothing else has.
const SENTENCES: [&str; 7] = [
    "attempted to take ownership of Rust value while it was borrowed",
    "recursive use of an object detected which would lead to unsafe aliasing in rust",
    "null pointer passed to rust",
    "dest is out of bounds",
    "mid > len",
    "capacity overflow",
    "Tried to shrink to a larger capacity",
];

/// Takes wasm-bindgen's own errors away as well: they become traps.
pub fn silence_all(module: &mut Module) {
    silence_those(module, |name| is_panicking(name) || THROWING.iter().any(|start| name.starts_with(start)));
    for id in segments(module) {
        let data = &mut module.data.get_mut(id).value;
        for sentence in SENTENCES.map(str::as_bytes) {
            while let Some(at) = data.windows(sentence.len()).position(|window| window == sentence) {
                data[at..at + sentence.len()].fill(0);
            }
        }
    }
}

/// Makes `unreachable` the body of every function that would only build a panic's message and trap, and blanks the texts
/// that only they read: zeros, which wasm-opt leaves out.
pub fn silence(module: &mut Module) {
    silence_those(module, is_panicking);
    silence_formatting(module);
}

/// Tables keep the functions that format values, though they are called by `core::fmt::write` alone: where that has gone with the
/// panics, they go as well.
fn silence_formatting(module: &mut Module) {
    walrus::passes::gc::run(module);
    let is_formatting = |name: &str| name.starts_with("<core::fmt::Formatter>::") || name.contains(" as core::fmt::");
    let can_format = module.funcs.iter().any(|function| shown(function.name.as_deref()) == "core::fmt::write");
    if !can_format {
        silence_those(module, is_formatting);
    }
}

fn silence_those(module: &mut Module, is_meant: impl Fn(&str) -> bool) {
    let panicking: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|id| is_meant(&shown(module.funcs.get(*id).name.as_deref())))
        .collect();
    let mut addresses = BTreeSet::new();
    for id in panicking {
        addresses.extend(constants(module.funcs.get(id).kind.unwrap_local()));
        let kind = module.types.get(module.funcs.get(id).ty());
        let (parameters, results) = (kind.params().to_vec(), kind.results().to_vec());
        let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
        builder.func_body().unreachable();
        let arguments = parameters.iter().map(|kind| module.locals.add(*kind)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
    }
    for id in segments(module) {
        let data = module.data.get_mut(id);
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else { continue };
        blank_locations(&mut data.value, start as usize);
        for address in &addresses {
            blank_template(&mut data.value, address.wrapping_sub(start as usize));
        }
    }
}

/// A function's name as rustc-demangle shows it.
fn shown(symbol: Option<&str>) -> String {
    symbol.map_or(String::new(), |symbol| format!("{:#}", rustc_demangle::demangle(symbol)))
}

fn segments(module: &Module) -> Vec<DataId> {
    module.data.iter().map(|data| data.id()).collect()
}

fn is_panicking(name: &str) -> bool {
    is_unreached(name) || PANICKING.iter().any(|start| name.starts_with(start)) || name.ends_with("::assert_failed")
}

/// Whether it is of tasks that suspend WebAssembly's own stack (JSPI): there are none here, but a table keeps them.
fn is_unreached(name: &str) -> bool {
    const JSPI: &str = "js_sys::futures::jspi::";
    name.contains(JSPI) && !name.ends_with("in_context")
}

/// The numbers that a function's code names: some are addresses.
fn constants(function: &LocalFunction) -> BTreeSet<usize> {
    struct Found(BTreeSet<usize>);
    impl<'a> Visitor<'a> for Found {
        fn visit_const(&mut self, constant: &Const) {
            if let Value::I32(value) = constant.value {
                self.0.insert(value as u32 as usize);
            }
        }
    }
    let mut found = Found(BTreeSet::new());
    dfs_in_order(&mut found, function, function.entry_block());
    found.0
}

/// Where a panic was: a `core::panic::Location` has the address and length of a file's name, a line and a column. Nothing but a
/// panic's message has such a record point to a name that ends in `.rs` and a zero.
fn blank_locations(data: &mut [u8], start: usize) {
    const WORD: usize = 4;
    let word = |data: &[u8], at: usize| {
        data.get(at..at + WORD)
            .map_or(usize::MAX, |bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    };
    let mut names = Vec::new();
    for at in (start.next_multiple_of(WORD) - start..data.len()).step_by(WORD) {
        let [address, len, line, column] = [0, 1, 2, 3].map(|index| word(data, at + index * WORD));
        let name = address.wrapping_sub(start);
        let is_name = (1..1000).contains(&len)
            && name.checked_add(len).and_then(|end| data.get(name..=end)).is_some_and(is_file_name);
        if is_name && (1..100_000).contains(&line) && (1..10_000).contains(&column) {
            names.push(name..name + len);
            data[at..at + 4 * WORD].fill(0);
        }
    }
    for name in names {
        data[name].fill(0);
    }
}

fn is_file_name(name: &[u8]) -> bool {
    name.strip_suffix(b".rs\0").is_some_and(|stem| stem.iter().all(u8::is_ascii_graphic))
}

/// A message of `core::fmt::Arguments`, of which a panicking function knows the address: texts, each behind its length, between
/// placeholders, up to a zero. What doesn't read as one is left alone.
fn blank_template(data: &mut [u8], at: usize) {
    const PLACEHOLDER: u8 = 0xC0;
    let mut end = at;
    loop {
        match data.get(end).copied() {
            Some(0) => break,
            Some(PLACEHOLDER) => end += 1,
            Some(len @ 1..0x80) => {
                let text = end + 1..end + 1 + usize::from(len);
                if !data.get(text.clone()).is_some_and(|text| text.iter().all(|byte| (b' '..0x7F).contains(byte))) {
                    return;
                }
                end = text.end;
            }
            _ => return,
        }
    }
    data[at..end].fill(0);
}
