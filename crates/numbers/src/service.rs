//! Short numbers that only a word beside them makes a phone number: 95588, 10086, 12345, 110.

use crate::Region;

/// Whether a short number is one that people of a region call. They are found only where a word says "phone".
pub(crate) fn is_service(region: Region, digits: &[u8]) -> bool {
    match region.code().as_bytes() {
        b"CN" => matches!(
            digits,
            [b'1', b'1', b'0' | b'2' | b'4' | b'6' | b'7' | b'9']
                | [b'1', b'2', b'0' | b'1' | b'2' | b'9']
                | [b'1', b'0', b'0', _, _]
                | [b'1', b'1', b'6' | b'8', b'1', b'1', b'4']
                | [b'1', b'1', b'1' | b'8', _, _]
                | [b'1', b'2', _, _, _]
                | [b'9', b'5' | b'6', _, _, _]
                | [b'9', b'5' | b'6', _, _, _, _]
                | [b'1', b'2', b'5' | b'3', _, _, _]
                | [b'1', b'0', b'1', b'0', _, _, _, _]
        ),
        b"HK" => matches!(digits, b"999" | b"112" | b"992" | [b'1', b'0' | b'8', _, _] | [b'1', b'8', b'3' | b'7', _, _, _]),
        b"MO" => matches!(digits, b"999" | b"110" | b"112"),
        b"TW" => matches!(digits, [b'1', b'0' | b'1' | b'6', _] | [b'1', b'9', _, _]),
        b"JP" => matches!(digits, [b'1', b'0' | b'1', _] | b"171" | b"188" | b"189"),
        b"KR" => matches!(digits, [b'1', b'0' | b'1' | b'2' | b'3' | b'8', _] | [b'1', b'5' | b'6' | b'8', _, _]),
        b"US" | b"CA" => matches!(digits, [b'2'..=b'9', b'1', b'1'] | b"988"),
        b"GB" => matches!(digits, b"999" | b"112" | b"101" | b"105" | b"111" | b"119" | b"123"),
        b"AU" => matches!(digits, b"000" | b"112" | [b'1', b'3', _, _, _, _] | b"106"),
        b"IN" => matches!(digits, b"100" | b"101" | b"102" | b"108" | b"112" | [b'1', b'0' | b'9', _, _]),
        b"DE" => matches!(digits, b"110" | b"112" | [b'1', b'1', b'5' | b'6', ..]) && digits.len() <= 6,
        b"FR" => matches!(digits, b"15" | b"17" | b"18" | b"112" | b"115" | b"119" | [b'3', _, _, _]),
        b"ES" => matches!(digits, b"112" | b"091" | b"092" | b"062" | b"061" | b"080" | b"010" | b"016"),
        b"RU" => matches!(digits, b"101" | b"102" | b"103" | b"104" | b"112" | [b'0', _, _, _]),
        b"BR" => matches!(digits, [b'1', b'9', _] | b"100" | b"180" | b"188"),
        _ => matches!(digits, b"112" | b"911" | b"999"),
    }
}
