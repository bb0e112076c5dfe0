//! `cargo xtask bench NAME`: what is measured, and against whom.

pub(crate) mod numbers;
pub(crate) mod sip;
