//! Prints the events of standard input: `cargo run --example parse < file`.

use eventsource_wasm::event_stream::{EventStream, Item};
use std::io::{self, Read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut stream = EventStream::default();
    let mut chunk = [0; 4096];
    loop {
        let len = io::stdin().read(&mut chunk)?;
        if len == 0 {
            return Ok(());
        }
        let result = stream.feed(&chunk[..len]);
        for item in stream.items() {
            if let Item::Event { event_type, data, last_event_id } = item {
                println!("{event_type} {data:?} {last_event_id:?}");
            }
        }
        // Behind the events: those before an error have come whole.
        result?;
    }
}
