//! The plainest cases.
#![allow(clippy::unwrap_used)]

use patchcord_numbers::{Cell, Finder, FinderConfig, Hint, Region};

fn found(text: &str) -> Vec<(String, String, String)> {
    let regions = vec![Region::from_code("CN").unwrap()];
    let finder = Finder::new(&FinderConfig { regions, ..FinderConfig::default() });
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut finds = Vec::new();
    finder.find(&units, &[Cell::new(units.len(), Hint::None)], &mut finds);
    let span = |find: &patchcord_numbers::Find| String::from_utf16(&units[find.start as usize..find.end as usize]).unwrap();
    finds.iter().map(|find| (span(find), find.number.e164(), find.number.extension().to_owned())).collect()
}

#[test]
fn mobiles_and_landlines() {
    assert_eq!(found("张三 13912345678，李四 139-1234-5679").len(), 2);
    assert_eq!(found("电话：(010) 65529988 转 123"), [("(010) 65529988 转 123".into(), "+861065529988".into(), "123".into())]);
    assert_eq!(found("+1 (650) 253-0000 ext. 5"), [("+1 (650) 253-0000 ext. 5".into(), "+16502530000".into(), "5".into())]);
    assert_eq!(found("订单 202611201234567890, v1.2.3, 2026-11-20"), []);
}
