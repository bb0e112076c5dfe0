//! Finds phone numbers in text: UTF-16 text of many cells in, spans and numbers out.
//!
//! Pure: no DOM, no regular expressions, no clock, and no allocation per cell. The text is UTF-16 because that is what a page's
//! strings are: a script copies code units faster than it encodes UTF-8 (80,000 cells of Chinese: 2.4 ms against 4.8 ms), every offset
//! is the page's own, and a full-width digit is one unit.
//!
//! ```
//! use patchcord_numbers::{Cell, Finder, FinderConfig, Hint, Region};
//!
//! let config = FinderConfig { regions: vec![Region::from_code("CN").unwrap()], ..FinderConfig::default() };
//! let finder = Finder::new(&config);
//! let text: Vec<u16> = "手机：138 0013 8000 转 12".encode_utf16().collect();
//! let mut finds = Vec::new();
//! finder.find(&text, &[Cell::new(text.len(), Hint::None)], &mut finds);
//! assert_eq!(finds[0].number.e164(), "+8613800138000");
//! assert_eq!(finds[0].number.extension(), "12");
//! ```

mod chars;
mod config;
mod dial;
mod extension;
mod finder;
mod format;
mod hint;
mod number;
mod parse;
mod plan;
mod possible;
mod region;
mod run;
mod scan;
mod score;
mod service;
mod shape;
mod steps;
mod surroundings;
mod unpack;
mod words;

pub use config::{FinderConfig, Strength};
pub use dial::{DialRules, Mobiles};
pub use finder::{Cell, Find, Finder};
pub use hint::Hint;
pub use number::{Kind, Number};
pub use region::Region;
