//! A sans-IO SIP user agent: RFC 3261 over WebSocket (RFC 7118).

mod api;
