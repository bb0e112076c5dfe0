//! The demo CRM: ordinary web pages, with no line in them that knows of a phone. The same pages are served under three
//! policies, which are headers alone.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::IntoResponse;
use axum::routing::get;

const CONTACTS: &str = include_str!("../crm/contacts.html");
const FRAME: &str = include_str!("../crm/frame.html");
const SPA: &str = include_str!("../crm/spa.html");
const STYLE: &str = include_str!("../crm/style.css");
const CARD_SCRIPT: &str = include_str!("../crm/card.js");
const SPA_SCRIPT: &str = include_str!("../crm/spa.js");

pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const CSS: &str = "text/css; charset=utf-8";
pub(crate) const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Nothing but what the pages consist of.
const STRICT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'self'";

/// No string becomes a script, and no policy may be made that would let one.
const TRUSTED_TYPES: &str = "require-trusted-types-for 'script'; trusted-types 'none'";

/// The pages' routes.
pub(crate) fn router() -> Router {
    let mut router = Router::new()
        .route("/style.css", get(async || page(CSS, None, STYLE.to_owned())))
        .route("/card.js", get(async || page(SCRIPT, None, CARD_SCRIPT.to_owned())))
        .route("/spa.js", get(async || page(SCRIPT, None, SPA_SCRIPT.to_owned())));
    for (base, policy) in [("", None), ("/strict", Some(STRICT)), ("/trusted-types", Some(TRUSTED_TYPES))] {
        let contacts = move || async move { page(HTML, policy, CONTACTS.replace("{{base}}", base)) };
        let home = if base.is_empty() { "/".to_owned() } else { base.to_owned() };
        router = router
            .route(&home, get(contacts))
            .route(&format!("{base}/frame"), get(move || async move { page(HTML, policy, FRAME.to_owned()) }))
            .route(&format!("{base}/spa"), get(move || async move { page(HTML, policy, SPA.to_owned()) }));
        if !base.is_empty() {
            router = router.route(&format!("{base}/"), get(contacts));
        }
    }
    router
}

/// A page, with its policy.
pub(crate) fn page(kind: &'static str, policy: Option<&'static str>, body: String) -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // A reload is to be a reload.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(policy) = policy {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    (headers, body)
}
