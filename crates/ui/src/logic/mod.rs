//! What the views decide, as plain functions: no DOM, so that it is tested natively.

pub mod announce;
pub mod controls;
pub mod dial;
pub mod frame;
pub mod number;
pub mod quality;
pub mod reconnect;
pub mod servers;
pub mod time;
