//! Any inputs against the machine, in the simulation's world: the fuzzer's bytes are the numbers that choose.
#![no_main]

#[path = "../../tests/simulation/server.rs"]
mod server;
#[path = "../../tests/simulation/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;
use std::cell::Cell;
use world::{Numbers, World};

fuzz_target!(|input: &[u8]| {
    let (bytes, is_over) = (Cell::new(input), Cell::new(false));
    let mut numbers = Numbers(|| match bytes.get().split_first() {
        Some((byte, rest)) => {
            bytes.set(rest);
            u32::from(*byte)
        }
        None => {
            is_over.set(true);
            0
        }
    });
    let options = numbers.options();
    let start = if options.seed.is_multiple_of(2) { u64::from(u32::MAX) - 60_000 } else { 0 };
    let mut steps = Vec::new();
    while !is_over.get() {
        steps.push(numbers.step());
    }
    let mut world = World::new(options.clone(), start);
    let mut taken = 0;
    let mut run = || {
        world.open()?;
        for step in &steps {
            taken += 1;
            world.step(*step)?;
        }
        Ok(())
    };
    let result: Result<(), world::Violation> = run();
    if let Err(violation) = result {
        panic!("{}: {}\n{options:#?}\n{:#?}", violation.invariant, violation.detail, &steps[..taken]);
    }
});
