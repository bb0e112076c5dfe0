//! The demo CRM's page written after the vendor's manual: `/sapo`. With `?vendor=1` it brings scripts that stand in for the
//! vendor's own, and opens its WebSocket by itself; without, `sapoOcx` is whoever's who brings it.

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use serde::Deserialize;

use crate::crm::{CSS, HTML, SCRIPT, page};

const PAGE: &str = include_str!("../../crm/sapo.html");
const PAGE_SCRIPT: &str = include_str!("../../crm/sapo.js");
const STYLE: &str = include_str!("../../crm/sapo.css");
const WEBSOCKET: &str = include_str!("../../crm/sapo-vendor/websocket.js");
const OCX: &str = include_str!("../../crm/sapo-vendor/sapoOCX.js");

/// The vendor's tags, as chapter 3.2 of the manual has them.
const TAGS: &str = "<script src=\"/sapo-vendor/websocket.js\"></script>\n<script src=\"/sapo-vendor/sapoOCX.js\"></script>";

#[derive(Debug, Deserialize)]
struct Asked {
    vendor: Option<String>,
}

/// The pages' routes.
pub(crate) fn router(port: u16) -> Router {
    let home = move |Query(asked): Query<Asked>| async move {
        let tags = if asked.vendor.as_deref() == Some("1") { TAGS } else { "" };
        page(HTML, None, PAGE.replace("{{vendor}}", tags).replace("{{port}}", &port.to_string()))
    };
    Router::new()
        .route("/sapo", get(home))
        .route("/sapo.css", get(async || page(CSS, None, STYLE.to_owned())))
        .route("/sapo.js", get(async || page(SCRIPT, None, PAGE_SCRIPT.to_owned())))
        .route("/sapo-vendor/websocket.js", get(async || page(SCRIPT, None, WEBSOCKET.to_owned())))
        .route("/sapo-vendor/sapoOCX.js", get(async || page(SCRIPT, None, OCX.to_owned())))
}
