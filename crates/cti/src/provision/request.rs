//! The request.

use core::fmt;

use patchcord_messages::Secret;

use super::template::{Moment, Template, TemplateError};

/// One of the vendor's common parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// A [`Template`].
    pub value: String,
}

/// A request that is ready to be sent with `Content-Type: application/x-www-form-urlencoded`.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Where.
    pub url: String,
    /// The form.
    pub body: Secret,
    /// The same without secrets.
    pub dry_run: DryRun,
}

/// What a request would look like, with nothing in it that must not be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// Where.
    pub url: String,
    /// Names and values; a value with the secret in it is dots.
    pub parameters: Vec<(String, String)>,
}

/// Why no request can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The base URL is no `https://` or `http://` URL.
    BaseUrl,
    /// A parameter's value is no template.
    Parameter {
        /// Which.
        name: String,
        /// What is wrong.
        error: TemplateError,
    },
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl => f.write_str("the base URL must begin with https:// or http://"),
            Self::Parameter { name, error } => write!(f, "parameter `{name}`: {error}"),
        }
    }
}

impl core::error::Error for RequestError {}

/// Makes the request. `nonce` is 32 random hex digits.
///
/// # Errors
/// [`RequestError`].
pub fn request(base_url: &str, parameters: &[Parameter], secret: &Secret, unix_ms: u64, nonce: &str) -> Result<Request, RequestError> {
    let base = base_url.trim().trim_end_matches('/');
    let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://")).unwrap_or_default();
    if host.is_empty() || host.starts_with('/') || base.contains(char::is_whitespace) {
        return Err(RequestError::BaseUrl);
    }
    let mut earlier = Vec::new();
    let mut shown = Vec::new();
    for parameter in parameters {
        let wrong = |error| RequestError::Parameter { name: parameter.name.clone(), error };
        let template = Template::parse(&parameter.value).map_err(wrong)?;
        let value = template.value(&Moment { unix_ms, nonce, secret: secret.reveal(), earlier: &earlier }).map_err(wrong)?;
        let hidden = template.shows_secret() || (!secret.is_empty() && value.contains(secret.reveal()));
        shown.push((parameter.name.clone(), if hidden { "•••".to_owned() } else { value.clone() }));
        earlier.push((parameter.name.clone(), value));
    }
    let mut body = String::new();
    for (name, value) in &earlier {
        if !body.is_empty() {
            body.push('&');
        }
        form_encode(name, &mut body);
        body.push('=');
        form_encode(value, &mut body);
    }
    let url = format!("{base}/api/getExtToRegister");
    Ok(Request { dry_run: DryRun { url: url.clone(), parameters: shown }, url, body: Secret::new(body) })
}

/// The `application/x-www-form-urlencoded` form of a text (WHATWG URL, 5.2).
fn form_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => {
                out.push('%');
                for nibble in [other >> 4, other & 15] {
                    out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(list: &[(&str, &str)]) -> Vec<Parameter> {
        list.iter().map(|(name, value)| Parameter { name: (*name).to_owned(), value: (*value).to_owned() }).collect()
    }

    #[test]
    fn a_signed_request() {
        let list = parameters(&[("account", "公司 1"), ("time", "{s}"), ("sign", "{md5:{account}{time}{secret}}")]);
        let request = request("https://x.test/ ", &list, &Secret::new("k"), 5_000, "00").map(|request| (request.url, request.body));
        // md5 of `公司 15k`, reckoned by md5sum.
        let body = "account=%E5%85%AC%E5%8F%B8+1&time=5&sign=b94d3a55d396a463d645545b92410a15";
        assert_eq!(request, Ok(("https://x.test/api/getExtToRegister".to_owned(), Secret::new(body))));
    }

    #[test]
    fn a_dry_run_shows_no_secret() {
        let list = parameters(&[("a", "1"), ("token", "t{secret}"), ("again", "{token}"), ("sign", "{md5:{secret}}")]);
        let run = request("http://x", &list, &Secret::new("hush"), 0, "").map(|request| request.dry_run.parameters).unwrap();
        let values: Vec<_> = run.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values[..3], ["1", "•••", "•••"]);
        assert!(!format!("{run:?}").contains("hush"));
    }

    #[test]
    fn mistakes_are_named() {
        for url in ["", "x.test", "wss://x", "https://", "https:///api", "https://a b"] {
            assert_eq!(request(url, &[], &Secret::default(), 0, "").err(), Some(RequestError::BaseUrl), "{url}");
        }
        let wrong = request("https://x", &parameters(&[("sign", "{sha1:")]), &Secret::default(), 0, "").err();
        assert_eq!(wrong, Some(RequestError::Parameter { name: "sign".into(), error: TemplateError::Unclosed }));
    }
}
