use crate::client::{Ended, ask, get};

#[test]
fn goes_on_after_the_last_event_id_until_there_is_nothing_left() {
    for (end, ended) in [("drop", Ended::Dropped), ("reset", Ended::Reset), ("close", Ended::Properly)] {
        let path = format!("/resume?key=r&total=5&per=2&end={end}&retry=10&text=%E4%BD%A0");
        let first = ask("POST", &path, &[], b"");
        assert_eq!(first.blocks(), ["retry: 10", "id: 1\ndata: 1 你", "id: 2\ndata: 2 你"]);
        assert_eq!(first.ended, ended);
        assert!(first.body().ends_with(b"\n\nid: 3\ndat"));
        let second = ask("GET", &path, &[("Last-Event-ID", "2")], b"");
        assert_eq!(second.blocks()[1..], ["id: 3\ndata: 3 你", "id: 4\ndata: 4 你"]);
        let third = ask("GET", &path, &[("Last-Event-ID", "4")], b"");
        assert_eq!((third.blocks().len(), third.ended), (2, Ended::Properly));
        assert_eq!(ask("GET", &path, &[("Last-Event-ID", "5")], b"").status, 204);
    }
}

#[test]
fn each_request_of_a_script_gets_its_step() {
    let path = "/script?key=steps&s=body%3Ddata%253A%2520%25F0%259F%250A%26end%3Ddrop&s=status%3D500&s=body%3Dlast";
    let preflight = [("Origin", "http://a"), ("Access-Control-Request-Method", "GET")];
    assert_eq!(ask("OPTIONS", path, &preflight, b"").status, 204);
    let first = get(path);
    assert_eq!((first.body().as_slice(), first.ended), (&b"data: \xF0\x9F\n"[..], Ended::Dropped));
    assert_eq!(get(path).status, 500);
    assert_eq!(get(path).text(), "last");
    assert_eq!(get(path).text(), "last");
    get("/reset?key=steps");
    assert_eq!(get(path).ended, Ended::Dropped);
    assert_eq!(get("/script?key=none").status, 400);
    assert_eq!(get("/script?s=").status, 400);
}
