//! `memory.copy` and `memory.fill` in the place of compiler_builtins' loops, which are 3 KB of wasm and 6 KB of JS.

use anyhow::{Context, Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ValType};

/// Gives `memcpy`, `memmove` and `memset` bodies of one instruction.
pub fn put_in_place(module: &mut Module) -> Result<()> {
    let memory = module.get_memory_id().context("the module has no memory")?;
    let named: Vec<(FunctionId, bool)> = module
        .funcs
        .iter_local()
        .filter_map(|(id, _)| {
            let name = format!("{:#}", rustc_demangle::demangle(module.funcs.get(id).name.as_deref()?));
            match name.rsplit("::").next() {
                Some("memcpy" | "memmove") if is_builtin(&name) => Some((id, true)),
                Some("memset") if is_builtin(&name) => Some((id, false)),
                _ => None,
            }
        })
        .collect();
    for (id, copies) in named {
        let kind = module.types.get(module.funcs.get(id).ty());
        let i32s = [ValType::I32; 3];
        ensure!(kind.params() == i32s && kind.results() == &i32s[..1], "a builtin has other parameters than in C");
        let arguments: Vec<_> = i32s.iter().map(|kind| module.locals.add(*kind)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &i32s, &i32s[..1]);
        let mut body = builder.func_body();
        arguments.iter().for_each(|argument| {
            body.local_get(*argument);
        });
        if copies {
            body.memory_copy(memory, memory);
        } else {
            body.memory_fill(memory);
        }
        body.local_get(arguments[0]);
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
    }
    Ok(())
}

fn is_builtin(name: &str) -> bool {
    !name.contains("::") || name.starts_with("compiler_builtins::mem::")
}
