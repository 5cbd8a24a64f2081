use crate::client::{Answer, Client, ask, get, origins};

const FROM: (&str, &str) = ("Origin", "http://127.0.0.1:1");

fn preflight(cors: &str) -> Answer {
    let asked =
        [FROM, ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization,x-a")];
    ask("OPTIONS", &format!("/stream?cors={cors}&status=500"), &asked, b"")
}

#[test]
fn preflights_allow_what_they_are_asked() {
    for (cors, origin) in [("*", "*"), ("credentials", FROM.1)] {
        let answer = preflight(cors);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some(origin)));
        assert_eq!(answer.header("access-control-allow-methods"), Some("PUT"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,x-a"));
        assert_eq!(answer.header("access-control-max-age"), Some("0"));
    }
    let answer = preflight("none");
    assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control")), "{answer:?}");
}

#[test]
fn responses_may_be_read_as_chosen() {
    let answer = ask("GET", "/stream?status=500", &[FROM], b"");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("*"));
    let answer = ask("GET", "/echo?cors=credentials&header=X-A:1", &[FROM], b"");
    assert_eq!(answer.header("access-control-allow-origin"), Some(FROM.1));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.contains("x-a")));
    assert_eq!(ask("GET", "/stream?cors=none", &[FROM], b"").header("access-control-allow-origin"), None);
    let step = ask("GET", "/script?key=cors&s=cors%3Dnone", &[FROM], b"");
    assert_eq!(step.header("access-control-allow-origin"), None);
    // OPTIONS itself is a method like any other.
    assert_eq!(ask("OPTIONS", "/stream?body=abc", &[FROM], b"").text(), "abc");
    assert_eq!(get("/redirect?to=/x&cors=none").header("access-control-allow-origin"), None);
}

#[test]
fn the_second_origin_serves_the_same() {
    let (first, second) = origins();
    assert_ne!(first, second);
    let mut client = Client::to(&second);
    client.send("GET", "/stream?body=abc&key=second", &[], b"");
    assert_eq!(client.answer().text(), "abc");
    assert_eq!(get("/log?key=second").json().as_array().map(Vec::len), Some(1));
}
