//! How a number is written for the eye. Only the gaps are ours: the text stays what will be dialled, so that copying and reading aloud give the number itself.

/// The pieces of `number` between which a view leaves a narrow gap. Joined, they are the number unchanged.
///
/// Chinese mobiles `138 0013 8000`, landlines `010 1234 5678` and `0755 1234 5678`, service numbers `400 123 4567`; international numbers after their `+`,
/// by fours and threes from the right. Whatever else (extensions, addresses, codes with `*`) stays in one piece.
#[must_use]
pub fn groups(number: &str) -> Vec<&str> {
    let (plus, digits) = match number.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return vec![number];
    }
    let sizes = if plus { international(digits) } else { national(digits) };
    cut(number, usize::from(plus), &sizes)
}

fn national(digits: &str) -> Vec<usize> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| digits.starts_with(prefix));
    match digits.len() {
        11 if digits.starts_with('1') && !starts(&["10", "11", "12"]) => vec![3, 4, 4],
        11 if starts(&["010", "02"]) => vec![3, 4, 4],
        11 if digits.starts_with('0') => vec![4, 3, 4],
        12 if digits.starts_with('0') && !digits.starts_with("00") => vec![4, 4, 4],
        10 if starts(&["400", "800"]) => vec![3, 3, 4],
        length => vec![length],
    }
}

fn international(digits: &str) -> Vec<usize> {
    if let Some(rest) = digits.strip_prefix("86") {
        let mut sizes = vec![2];
        sizes.extend(match rest.len() {
            11 if rest.starts_with('1') => vec![3, 4, 4],
            10 if rest.starts_with("10") || rest.starts_with('2') => vec![2, 4, 4],
            10 => vec![3, 3, 4],
            11 => vec![3, 4, 4],
            length => vec![length],
        });
        return sizes;
    }
    if digits.len() < 7 {
        return vec![digits.len()];
    }
    let mut sizes = vec![4];
    let mut left = digits.len() - 4;
    while left > 0 {
        let size = left.min(3);
        sizes.insert(0, size);
        left -= size;
    }
    sizes
}

/// Cuts `number` after its first `skip` bytes, which go with the first piece, by `sizes`. All of it is ASCII.
fn cut<'a>(number: &'a str, skip: usize, sizes: &[usize]) -> Vec<&'a str> {
    let mut pieces = Vec::with_capacity(sizes.len());
    let mut from = 0;
    let mut to = skip;
    for size in sizes {
        to += size;
        if let Some(piece) = number.get(from..to) {
            pieces.push(piece);
        }
        from = to;
    }
    if let Some(rest) = number.get(from..)
        && !rest.is_empty()
    {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn numbers_are_grouped_as_people_read_them() {
        for (number, expected) in [
            ("13800138000", "138 0013 8000"),
            ("+8613800138000", "+86 138 0013 8000"),
            ("01012345678", "010 1234 5678"),
            ("075512345678", "0755 1234 5678"),
            ("07311234567", "0731 123 4567"),
            ("4001234567", "400 123 4567"),
            ("+861012345678", "+86 10 1234 5678"),
            ("+442079460958", "+44 207 946 0958"),
            ("+12125550123", "+1 212 555 0123"),
            ("1001", "1001"),
            ("9196", "9196"),
            ("10086", "10086"),
            ("*98", "*98"),
            ("sip:alice@example.com", "sip:alice@example.com"),
            ("+", "+"),
            ("", ""),
            ("１３８", "１３８"),
        ] {
            assert_eq!(groups(number).join(" "), expected);
        }
    }

    #[test]
    fn the_text_stays_the_number() {
        for length in 0..40 {
            let digits: String = "1380013800012345678901234567890123456789".chars().take(length).collect();
            for number in [digits.clone(), format!("+{digits}"), format!("0{digits}"), format!("+86{digits}")] {
                assert_eq!(groups(&number).concat(), number);
            }
        }
    }
}
