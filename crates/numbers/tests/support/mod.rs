//! What the tests share.
#![allow(dead_code, unreachable_pub)]

pub mod corpus;

use patchcord_numbers::{Cell, Finder, FinderConfig, Hint, Number, Region, Strength};

/// A find with the text it covers.
pub struct Found {
    pub span: String,
    pub start: usize,
    pub number: Number,
}

/// A finder for regions.
pub fn finder(regions: &[&str], strength: Strength) -> Finder {
    let regions = regions.iter().map(|code| Region::from_code(code).unwrap()).collect();
    Finder::new(&FinderConfig { regions, strength, ..FinderConfig::default() })
}

/// What a finder finds in a text.
pub fn found_with(finder: &Finder, text: &str, hint: Hint) -> Vec<Found> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut finds = Vec::new();
    finder.find(&units, &[Cell::new(units.len(), hint)], &mut finds);
    let found = finds.iter().map(|find| Found {
        span: String::from_utf16(&units[find.start as usize..find.end as usize]).unwrap(),
        start: find.start as usize,
        number: find.number,
    });
    found.collect()
}

/// What is found in a text at normal strength.
pub fn found(regions: &[&str], text: &str) -> Vec<Found> {
    found_with(&finder(regions, Strength::Normal), text, Hint::None)
}

/// A generator that gives the same numbers for the same seed (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn digits(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}
