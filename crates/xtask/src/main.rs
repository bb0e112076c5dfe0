//! Patchcord's own build commands.
fn main() {}
