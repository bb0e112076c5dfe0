//! Bindings to the browser: conversion between Rust and JavaScript, no decisions. One cargo feature a room, so that each context compiles only what it needs.

#[cfg(feature = "chrome")]
pub mod chrome;
#[cfg(feature = "media")]
pub mod clock;
#[cfg(feature = "media")]
mod events;
#[cfg(feature = "media")]
pub mod media;
#[cfg(feature = "media")]
pub mod network;
#[cfg(feature = "page")]
pub mod page;
#[cfg(feature = "media")]
pub mod socket;
#[cfg(feature = "media")]
pub mod timer;
