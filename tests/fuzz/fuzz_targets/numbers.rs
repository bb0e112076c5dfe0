//! Any text, cut into cells anywhere, in any regions and at any strength: finds lie inside their cells, in order and apart; what is found is
//! a number that holds together; each cell alone gives the same.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::{arbitrary, fuzz_target};
use patchcord_numbers::{Cell, DialRules, Finder, FinderConfig, Hint, Kind, Mobiles, Number, Region, Strength};

const REGIONS: [&str; 12] = ["CN", "HK", "TW", "US", "GB", "DE", "FR", "JP", "KR", "RU", "AR", "IT"];

#[derive(Debug, Arbitrary)]
struct Input {
    /// Pieces of numbers and words, or units as they are.
    pieces: Vec<Piece>,
    label: Vec<u16>,
    ends: Vec<u8>,
    regions: [u8; 3],
    strength: u8,
    internal: Option<(u8, u8)>,
    area: u16,
}

#[derive(Debug, Arbitrary)]
enum Piece {
    Digits(u64),
    Mark(u8),
    Word(u8),
    Units(Vec<u16>),
}

const MARKS: &str = " -.()/+,;:#x[]~（）－　\u{200b}%$@_*'\"\n";
const WORDS: [&str; 12] = ["电话", "订单号", "转", "分机", "Tel", "order #", "ext. ", "call ", "http://", "2026-11-20", "0571-", "+86"];

fuzz_target!(|input: Input| {
    let mut units = Vec::new();
    for piece in &input.pieces {
        match piece {
            Piece::Digits(digits) => units.extend(digits.to_string().encode_utf16()),
            Piece::Mark(mark) => {
                let marks: Vec<u16> = MARKS.encode_utf16().collect();
                units.push(marks[usize::from(*mark) % marks.len()]);
            }
            Piece::Word(word) => units.extend(WORDS[usize::from(*word) % WORDS.len()].encode_utf16()),
            Piece::Units(other) => units.extend(other),
        }
    }
    let hint = Hint::of(&input.label);
    let strength = [Strength::Careful, Strength::Normal, Strength::Eager][usize::from(input.strength % 3)];
    let regions = input.regions.iter().map(|region| REGIONS[usize::from(*region) % REGIONS.len()]);
    let regions: Vec<Region> = regions.filter_map(Region::from_code).collect();
    let home = regions.first().copied();
    let area = input.area.to_string();
    let finder = Finder::new(&FinderConfig { regions, strength, area: area.clone(), internal_extensions: input.internal });

    let mut cells = Vec::new();
    let mut end = 0;
    for step in &input.ends {
        end += usize::from(*step);
        cells.push(Cell::new(end, hint));
    }
    cells.push(Cell::new(units.len(), hint));
    let mut finds = Vec::new();
    finder.find(&units, &cells, &mut finds);

    let rules = DialRules { home, area, outside_line: "9".into(), mobiles: Mobiles::LongDistance, ..DialRules::default() };
    let mut last = (0, 0);
    for find in &finds {
        assert!((find.cell, find.start) >= last, "in order and apart");
        assert!(find.start < find.end);
        last = (find.cell, find.end);
        let from = match find.cell {
            0 => 0,
            cell => (cells[cell as usize - 1].end as usize).min(units.len()),
        };
        let to = (cells[find.cell as usize].end as usize).clamp(from, units.len());
        assert!(from + find.end as usize <= to, "inside its cell");
        let number = &find.number;
        let e164 = number.e164();
        assert!(!number.dial_string(&rules).is_empty() && !number.national().is_empty() && !number.international().is_empty());
        assert!(number.extension().bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(digits) = e164.strip_prefix('+') {
            assert!((5..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
            if let Some(same) = Number::from_e164(&e164) {
                assert_eq!((same.region, same.kind), (number.region, number.kind));
                assert_eq!(Number::valid_in(&e164, same.region), Some(same.kind));
            }
        } else {
            assert!(matches!(number.kind, Kind::Local | Kind::Service | Kind::Internal));
        }
        // A cell says the same alone.
        let mut alone = Vec::new();
        finder.find(&units[from..to], &[Cell::new(to - from, hint)], &mut alone);
        assert!(alone.iter().any(|other| (other.start, other.end, other.number) == (find.start, find.end, find.number)));
    }
});
