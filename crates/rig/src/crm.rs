//! The demo CRM: ordinary web pages, with no line in them that knows of a phone.

use axum::Router;
use axum::response::{Html, IntoResponse};
use axum::routing::get;

pub(crate) fn router() -> Router {
    Router::new().route("/", get(async || Html("<p>13800138000").into_response()))
}
