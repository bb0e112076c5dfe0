//! Sans-IO clients of the call-centre vendors' CTI servers.
//!
//! Each vendor has a codec (bytes to values and back, both directions, so that the test bench and virtual sockets can speak
//! the server's side too) and a client machine in the house's shape: `handle(now, input)`, then `poll_output()` until it
//! gives a `Timeout`.
//!
//! - [`sapo`]: 赛普智成, text lines over WebSocket.
//! - [`ctilink`]: 小A / FastCall, XML lines over WebSocket.
//! - [`provision`]: the HTTP request that gives a 小A agent its accounts.

pub mod backoff;
pub mod ctilink;
pub mod provision;
pub mod sapo;
