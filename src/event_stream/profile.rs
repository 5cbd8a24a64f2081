//! What the two profiles of the engine do otherwise.
//!
//! The full engine is fast before it is small. The compact one (`cfg(compact)`, see `build.rs`) is small before it is fast: most hosts of mini
//! programs run it as JavaScript, where each byte of it is counted, 64-bit integers are slow and no host decodes text. It leaves out the short cuts
//! for what is common, the texts that the host decodes, and the parts of long events.
//!
//! `#[inline(never)]` in this crate is for size: what is called in many places, and not for each event, is there once. Without those, the
//! `.wasm` of the npm package is 691 bytes larger in brotli (20,475 to 21,166).

#[cfg_attr(compact, path = "profile/compact.rs")]
#[cfg_attr(not(compact), path = "profile/full.rs")]
mod chosen;

pub(super) use chosen::{
    CAN_HOST_DECODE, CAN_READ_BY_BLOCK, DECODES_FIRST, HANDS_OUT_PARTS, HAS_SHORT_CUTS, append, is_same, move_down,
};
