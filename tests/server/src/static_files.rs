//! The page, the package and other folders.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, Response, StatusCode, Uri,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION},
};
use tower_http::services::ServeDir;

use crate::{
    Config,
    app::Call,
    response::{Body, Failure, text},
    stream::header_value,
};

/// Folders by path prefix, the longest first.
#[derive(Debug)]
pub(crate) struct StaticFiles(Vec<(String, ServeDir)>);

impl StaticFiles {
    pub(crate) fn new(config: Config) -> Self {
        let mut folders = config.mounts;
        folders.extend(config.pkg.map(|folder| ("/pkg".to_owned(), folder)));
        folders.extend(config.www.map(|folder| (String::new(), folder)));
        folders.sort_by_key(|(prefix, _)| usize::MAX - prefix.len());
        Self(folders.into_iter().map(|(prefix, folder)| (prefix, ServeDir::new(folder))).collect())
    }

    pub(crate) async fn respond(&self, call: &Call) -> Result<Response<Body>, Failure> {
        let path = call.head.uri.path();
        let found = self.0.iter().find_map(|(prefix, folder)| {
            let rest = path.strip_prefix(prefix.as_str())?;
            rest.starts_with('/').then(|| (prefix, rest, folder.clone()))
        });
        let Some((prefix, rest, mut folder)) = found else {
            return Ok(text(StatusCode::NOT_FOUND, format!("no folder is served at {path}")));
        };
        let uri = rest.parse::<Uri>().map_err(|error| Failure::BadRequest(error.to_string()))?;
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.method_mut() = call.head.method.clone();
        *request.uri_mut() = uri;
        let Ok(response) = folder.try_call(request).await else {
            return Ok(text(StatusCode::INTERNAL_SERVER_ERROR, format!("{path} cannot be read")));
        };
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(text(StatusCode::NOT_FOUND, format!("{path} is not there")));
        }
        let mut response = response.map(|body| body.map_err(Into::into).boxed_unsync());
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(mime) = headers.get(CONTENT_TYPE).and_then(|mime| mime.to_str().ok()).map(str::to_owned) {
            headers.insert(CONTENT_TYPE, header_value(mime_type(path, mime).as_bytes())?);
        }
        // To a folder without its slash: the prefix was taken away above.
        if let Some(location) = headers.get(LOCATION).map(|to| [prefix.as_bytes(), to.as_bytes()].concat()) {
            headers.insert(LOCATION, header_value(&location)?);
        }
        if let Some(policy) = call.query.bytes("csp") {
            headers.insert(CONTENT_SECURITY_POLICY, header_value(policy)?);
        }
        Ok(response)
    }
}

/// The MIME type by extension where the usual table does not serve a browser, with the charset of text.
fn mime_type(path: &str, usual: String) -> String {
    let mime = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js" | "mjs" | "cjs") => "text/javascript".to_owned(),
        Some("ts" | "mts" | "cts" | "md") => "text/plain".to_owned(),
        Some("map") => "application/json".to_owned(),
        _ => usual,
    };
    if mime.starts_with("text/") && !mime.contains("charset") { mime + "; charset=utf-8" } else { mime }
}
