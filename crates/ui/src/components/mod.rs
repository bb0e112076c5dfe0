//! The design system: what every view, and later every vendor's panel, is built from. Looks live in `extension/pages/shell/*.css`; here are structure, roles and names.

#![allow(unreachable_pub, reason = "the component macro makes items that the lint takes for unreachable")]

mod banner;
mod button;
mod card;
mod field;
mod icon;
mod keypad;
mod list;
mod live;
mod menu;
mod meter;
mod number;
mod status_dot;
mod timer;
mod toggle;

pub use banner::{Banner, Tone};
pub use button::{Button, Kind, Shape};
pub use card::{Card, Disclosure};
pub use field::{Choice, Field, Range, Select, TextArea};
pub use icon::Icon;
pub use keypad::Keypad;
pub use list::{List, Row};
pub use live::LiveRegion;
pub use menu::{Item, Menu};
pub use meter::Meter;
pub use number::{Number, Who};
pub use status_dot::{Dot, StatusDot};
pub use timer::Timer;
pub use toggle::Toggle;
