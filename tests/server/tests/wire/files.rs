use std::fs;

use sse_server::Config;

use crate::client::{Answer, Client, serving};

#[test]
fn serves_folders_with_the_types_that_browsers_want() {
    let folder = tempfile::tempdir().expect("a folder");
    let (www, pkg) = (folder.path().join("www"), folder.path().join("pkg"));
    for path in ["www/sub/index.html", "pkg/esm/index.js", "pkg/cjs/index.cjs", "pkg/a.wasm", "pkg/index.d.ts"] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, "content").expect("a file");
    }
    fs::write(www.join("index.html"), "<p>hello").expect("a file");
    fs::write(folder.path().join("secret"), "secret").expect("a file");
    let mounts = vec![("/more".to_owned(), www.join("sub"))];
    let (origin, _) = serving(Config { www: Some(www), pkg: Some(pkg), mounts, ..Config::default() });
    let get = |path: &str| -> Answer {
        let mut client = Client::to(&origin);
        client.send("GET", path, &[], b"");
        client.answer()
    };
    for (path, mime) in [
        ("/", "text/html; charset=utf-8"),
        ("/sub/", "text/html; charset=utf-8"),
        ("/more/index.html?a=b", "text/html; charset=utf-8"),
        ("/pkg/esm/index.js", "text/javascript; charset=utf-8"),
        ("/pkg/cjs/index.cjs", "text/javascript; charset=utf-8"),
        ("/pkg/index.d.ts", "text/plain; charset=utf-8"),
        ("/pkg/a.wasm", "application/wasm"),
    ] {
        let answer = get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(mime)), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(get("/").text(), "<p>hello");
    assert_eq!(get("/more").status, 404);
    assert_eq!(get("/sub").header("location"), Some("/sub/"));
    for path in ["/none", "/pkg/../secret", "/pkg/%2e%2e/secret", "/../secret"] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    let answer = get("/?csp=default-src%20'self'");
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'self'"));
}
