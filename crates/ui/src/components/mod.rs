//! The design system: what every view, and later every vendor's panel, is built from. Looks live in `extension/pages/shell/*.css`; here are structure, roles and names.

mod banner;
mod button;
mod card;
mod field;
mod icon;
mod keypad;
mod list;
mod live_region;
mod menu;
mod meter;
mod number;
mod status_dot;
mod timer;
mod toggle;

pub use banner::{Banner, Tone, banner};
pub use button::{Button, Kind, Shape, button};
pub use card::{card, count, disclosure};
pub(crate) use field::shows;
pub use field::{Choice, Field, field, range, select, text_area};
pub use icon::Icon;
pub use keypad::keypad;
pub use list::{list, row};
pub(crate) use live_region::live_region;
pub use menu::{Item, menu};
pub use meter::meter;
pub use number::{number, who};
pub use status_dot::{Dot, status_dot};
pub use timer::timer;
pub use toggle::{Toggle, toggle};
