//! The SSE server that the tests and the demo talk to.
fn main() {}
