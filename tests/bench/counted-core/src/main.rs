//! Feeds the core a workload again and again, and prints what the passes behind the first one have allocated, as JSON. `counted.mjs`
//! runs it, also under callgrind.

use eventsource_wasm::event_stream::EventStream;
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const TOKEN: &str = "data: {\"id\":\"chatcmpl-BxQ2mV0aZkYtLr7cPq9sWnEf\",\"object\":\"chat.completion.chunk\",\"created\":1763700000,\
                     \"model\":\"gpt-4o-2024-08-06\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" the\"},\"finish_reason\":null}]}\n\n";
const NAMED: &str = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\" the\"}}\n\n";
const CHINESE: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"你好，世界\"},\"finish_reason\":null}]}\n\n";
/// Bytes of a pass, or a little more.
const PASS: usize = 128 << 10;

/// Its name, an event, and the bytes of a chunk; 0: an event each.
const WORKLOADS: &[(&str, &str, usize)] = &[
    ("token, one a chunk", TOKEN, 0),
    ("token, 1400", TOKEN, 1400),
    ("token, 16384", TOKEN, 16384),
    ("token, 5", TOKEN, 5),
    ("named, 16384", NAMED, 16384),
    ("tiny, one a chunk", "data: x\n\n", 0),
    ("tiny, 16384", "data: x\n\n", 16384),
    ("id, 16384", "id: 12345\ndata: {\"price\":12.50}\n\n", 16384),
    ("comment, 16384", ": OPENROUTER PROCESSING\n\n", 16384),
    ("chinese, 16384", CHINESE, 16384),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let wanted = arguments.next().expect("the name of a workload, or list");
    let passes: usize = arguments.next().map_or(10, |text| text.parse().expect("a number of passes"));
    if wanted == "list" {
        let names: Vec<String> = WORKLOADS.iter().map(|(name, ..)| format!("{name:?}")).collect();
        return println!("[{}]", names.join(","));
    }
    let &(_, event, chunk) = WORKLOADS.iter().find(|(name, ..)| *name == wanted).expect("the name of a workload");
    let bytes = event.repeat(PASS / event.len() + 1).into_bytes();
    let chunk = if chunk == 0 { event.len() } else { chunk };

    let mut stream = EventStream::default();
    let mut pass = || {
        for chunk in bytes.chunks(chunk) {
            stream.feed(chunk).expect("within the limits");
            black_box(stream.batch_in_utf16());
        }
    };
    pass();
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..passes {
        pass();
    }
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
    println!("{{\"allocations\":{allocations},\"bytes\":{}}}", bytes.len());
}
