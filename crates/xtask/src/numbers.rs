//! `cargo xtask numbers find` and `cargo xtask numbers-data`.

mod automaton;
pub mod data;
mod machines;
mod pack;
mod protobuf;
mod regex;
