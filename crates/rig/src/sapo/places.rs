//! Where a number is from: a handful of places, enough to tell one from the other.

/// Province, city, carrier.
pub(super) fn place(number: &str) -> [String; 3] {
    let local = without_prefix(number);
    let (province, city) = if let Some(fixed) = local.strip_prefix('0') {
        AREAS.iter().find(|(code, ..)| fixed.starts_with(code)).map_or(("", ""), |(_, province, city)| (*province, *city))
    } else if is_mobile(local) {
        let index = local.get(3..7).and_then(|digits| digits.parse::<usize>().ok()).unwrap_or_default() % AREAS.len();
        AREAS.get(index).map_or(("", ""), |(_, province, city)| (*province, *city))
    } else {
        ("", "")
    };
    let carrier = match local.get(..3) {
        Some("130" | "131" | "132" | "155" | "156" | "166" | "185" | "186") if is_mobile(local) => "联通",
        Some("133" | "153" | "177" | "180" | "181" | "189" | "199") if is_mobile(local) => "电信",
        Some(_) if is_mobile(local) => "移动",
        _ if province.is_empty() => "",
        _ => "电信",
    };
    [province, city, carrier].map(str::to_owned)
}

/// Area code without its zero, province, city.
const AREAS: [(&str, &str, &str); 6] = [
    ("10", "北京", "北京"),
    ("21", "上海", "上海"),
    ("20", "广东", "广州"),
    ("755", "广东", "深圳"),
    ("28", "四川", "成都"),
    ("571", "浙江", "杭州"),
];

fn is_mobile(number: &str) -> bool {
    number.len() == 11 && number.starts_with('1') && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number without the outside line's prefix (manual 6.4): `9`, or `90` before a mobile.
fn without_prefix(number: &str) -> &str {
    match number.strip_prefix('9') {
        Some(rest) if is_mobile(rest) || rest.starts_with('0') && rest.len() > 9 => match rest.strip_prefix('0') {
            Some(mobile) if is_mobile(mobile) => mobile,
            _ => rest,
        },
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_do_not_count() {
        for (number, expect) in [
            ("13800138000", "138"),
            ("913800138000", "138"),
            ("9013800138000", "138"),
            ("902112345678", "021"),
            ("95588", "955"),
            ("1002", "100"),
        ] {
            assert!(without_prefix(number).starts_with(expect), "{number}: {}", without_prefix(number));
        }
        assert_eq!(place("902112345678"), ["上海", "上海", "电信"]);
        assert_eq!(place("9013912345678"), place("13912345678"));
        assert_eq!(place("18612345678")[2], "联通");
        assert_eq!(place("1002"), ["", "", ""]);
    }
}
