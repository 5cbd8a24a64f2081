//! `/demo/ticks`: the time, every second, as a `tick` and as a plain message in turn.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_core::Stream;
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

pub(super) fn pieces(last: u64) -> impl Stream<Item = Bytes> + Send {
    async_stream::stream! {
        yield Bytes::from(": a tick every second\nretry: 2000\n\n");
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for id in last.saturating_add(1).. {
            seconds.tick().await;
            let now = SystemTime::now();
            let date = httpdate::fmt_http_date(now);
            yield Bytes::from(if id % 2 == 1 {
                let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let tick = json!({ "count": id, "time": since.as_secs_f64(), "date": date });
                format!("id: {id}\nevent: tick\ndata: {tick}\n\n")
            } else {
                format!("id: {id}\ndata: It is {date}\n\n")
            });
        }
    }
}
