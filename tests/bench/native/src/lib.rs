//! Only benches: `cargo xtask bench --native`.
