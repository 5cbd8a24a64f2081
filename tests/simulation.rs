//! The connection under a million random steps: see `simulation/world.rs` for what must hold. `SIMULATION_STEPS` runs more of them,
//! `SIMULATION_SEED` begins elsewhere.

#[path = "simulation/server.rs"]
mod server;
#[path = "simulation/world.rs"]
mod world;

use eventsource_wasm::event_source::Options;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use world::{Numbers, Step, Violation, World};

const STEPS: u64 = 1_000_000;
const LONGEST_RUN: usize = 400;
/// A few steps behind CLOSED are enough.
const STEPS_AFTER_CLOSED: usize = 8;

/// A run that comes to none of it shows nothing.
const ALL_THAT_HAPPENS: [&str; 23] = [
    "event",
    "held",
    "told to wait",
    "called by a listener",
    "the first",
    "the wait is over",
    "woken",
    "by hand",
    "authorized",
    "closed",
    "ended",
    "failed",
    "NetworkError",
    "NotSupportedError",
    "LineTooLong",
    "BadStatus",
    "BadContentType",
    "StreamEnded",
    "StreamBroken",
    "Rejected",
    "OpenTimeout",
    "IdleTimeout",
    "TooManyAttempts",
];

fn number_of(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.replace('_', "").parse().expect("a number"))
}

/// SplitMix64.
fn numbers_of(seed: u64) -> impl FnMut() -> u32 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed >> 32) as u32
    }
}

/// Of a seed: what the source is like, when its clock starts, and what happens.
fn case_of(seed: u64) -> (Options, u64, Vec<Step>) {
    let mut numbers = Numbers(numbers_of(seed));
    let options = numbers.options();
    // Some clocks wrap on the way.
    let start = if seed.is_multiple_of(3) { u64::from(u32::MAX) - 60_000 } else { seed };
    (options, start, (0..LONGEST_RUN).map(|_| numbers.step()).collect())
}

/// How many steps were taken until the end, or what was violated.
fn run(options: &Options, start: u64, steps: &[Step]) -> Result<(u64, BTreeSet<&'static str>), Violation> {
    let in_the_world = || {
        let mut world = World::new(options.clone(), start);
        world.open()?;
        let mut taken = 0;
        let mut after_closed = 0;
        for step in steps {
            world.step(*step)?;
            taken += 1;
            after_closed += usize::from(world.is_closed());
            if after_closed > STEPS_AFTER_CLOSED {
                break;
            }
        }
        Ok((taken, world.happened))
    };
    catch_unwind(AssertUnwindSafe(in_the_world))
        .unwrap_or_else(|_| Err(Violation { invariant: "nothing panics", detail: "see above".into() }))
}

/// Drops all steps that the violation doesn't need: many at once, then fewer.
fn shrink(options: &Options, start: u64, mut steps: Vec<Step>, invariant: &str) -> Vec<Step> {
    let is_violated =
        |steps: &[Step]| run(options, start, steps).is_err_and(|violation| violation.invariant == invariant);
    let mut len = steps.len();
    while len > 0 {
        let mut at = 0;
        let mut has_shrunk = false;
        while at < steps.len() {
            let fewer = [&steps[..at], &steps[(at + len).min(steps.len())..]].concat();
            if is_violated(&fewer) {
                steps = fewer;
                has_shrunk = true;
            } else {
                at += len;
            }
        }
        if !has_shrunk || len > 1 {
            len /= 2;
        }
    }
    steps
}

#[test]
fn invariants_hold_under_a_million_random_steps() {
    let steps = number_of("SIMULATION_STEPS").unwrap_or(STEPS);
    let first = number_of("SIMULATION_SEED").unwrap_or(1);
    let mut taken = 0;
    let mut happened = BTreeSet::new();
    let mut seed = first;
    while taken < steps {
        let (options, start, trace) = case_of(seed);
        match run(&options, start, &trace) {
            Ok((count, it)) => {
                taken += count;
                happened.extend(it);
            }
            Err(Violation { invariant, .. }) => {
                let trace = shrink(&options, start, trace, invariant);
                let detail = run(&options, start, &trace).expect_err("a violation").detail;
                panic!("{invariant}: {detail}\nseed {seed}, start {start}\n{options:#?}\n{trace:#?}");
            }
        }
        seed += 1;
    }
    let missing: Vec<_> = ALL_THAT_HAPPENS.iter().filter(|it| !happened.contains(**it)).collect();
    assert!(missing.is_empty(), "{missing:?} never happened");
    println!("{taken} steps, seeds {first} to {}", seed - 1);
}
