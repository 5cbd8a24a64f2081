//! What the kernel still holds of a connection on this machine, where it tells (Linux).

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// What waits where the kernel doesn't tell.
const OTHERWISE: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(5);

/// Until the other end has read everything: an RST takes away what it has not.
pub(crate) async fn read_by(here: SocketAddr, there: SocketAddr) {
    sleep(OTHERWISE).await;
    let end = Instant::now() + LONGEST;
    while Instant::now() < end {
        let Some(table) = fs::read_to_string("/proc/net/tcp").ok() else { return };
        let queue =
            |from: SocketAddr, to: SocketAddr, index| queues(&table, from.port(), to.port()).map(|both| both[index]);
        if queue(here, there, 0).unwrap_or(0) == 0 && queue(there, here, 1).unwrap_or(0) == 0 {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// Bytes that are not yet sent and acknowledged, and bytes that are not yet read, of the socket from one port to the other.
fn queues(table: &str, from: u16, to: u16) -> Option<[u32; 2]> {
    table.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let mut port = || words.next()?.rsplit_once(':').map(|(_, port)| port);
        let (local, remote) = (port()?, port()?);
        let is_it = |port: &str, wanted| u16::from_str_radix(port, 16) == Ok(wanted);
        let (sent, received) = words.nth(1)?.split_once(':')?;
        (is_it(local, from) && is_it(remote, to))
            .then(|| [sent, received].map(|bytes| u32::from_str_radix(bytes, 16).unwrap_or(0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queues_of_a_socket_are_those_of_its_ports() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue\n   \
             0: 0100007F:1F90 0100007F:C350 01 000000A0:0000000B 00:00000000\n";
        assert_eq!(queues(table, 8080, 50000), Some([160, 11]));
        assert_eq!(queues(table, 50000, 8080), None);
    }
}
