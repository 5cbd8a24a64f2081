//! The query of a request: names and values, where a value may be any bytes.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::response::Failure;

/// A parsed query, in order. `+` means a space, as in `application/x-www-form-urlencoded`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, Vec<u8>)>);

impl Query {
    pub(crate) fn parse(text: &[u8]) -> Self {
        let pairs = text.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
        let decode = |bytes: &[u8]| {
            let spaced: Vec<u8> = bytes.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
            percent_decode(&spaced).collect::<Vec<u8>>()
        };
        Self(
            pairs
                .map(|pair| {
                    let at = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
                    let name = String::from_utf8_lossy(&decode(&pair[..at])).into_owned();
                    (name, decode(pair.get(at + 1..).unwrap_or_default()))
                })
                .collect(),
        )
    }

    /// Every value of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter(move |pair| pair.0 == name).map(|pair| pair.1.as_slice())
    }

    /// The first value of that name.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|pair| pair.0 == name).map(|pair| pair.1.as_slice())
    }

    /// The first value of that name as text.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.bytes(name).map(String::from_utf8_lossy)
    }

    /// The first value of that name as a number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Failure> {
        match self.text(name) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Failure::BadRequest(format!("{name}={text} is not a whole number"))),
            },
        }
    }
}
