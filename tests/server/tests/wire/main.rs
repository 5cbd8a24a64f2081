//! The endpoints as a client on a raw socket sees them.

mod binary;
mod client;
mod cors;
mod demo;
mod files;
mod log;
mod resume;
mod stream;
