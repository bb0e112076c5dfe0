//! Bindings to the browser: conversion between Rust and JavaScript, no decisions. One cargo feature a room, so that each context compiles only what it needs.

#[cfg(feature = "chrome")]
pub mod chrome;
