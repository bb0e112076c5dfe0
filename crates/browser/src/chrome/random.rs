use patchcord_messages::CommandId;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(array: &js_sys::Uint8Array);
}

/// Bytes from the browser's cryptographic generator.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let array = js_sys::Uint8Array::new_with_length(u32::try_from(N).unwrap_or_default());
    get_random_values(&array);
    let mut bytes = [0; N];
    if array.length() as usize == N {
        array.copy_to(&mut bytes);
    }
    bytes
}

/// A seed for the generators of the pure crates.
#[must_use]
pub fn random_seed() -> u64 {
    u64::from_le_bytes(random_bytes())
}

/// A command id that no other sender makes: 128 random bits in hexadecimal. (`crypto.randomUUID` is missing on plain `http` pages.)
#[must_use]
pub fn command_id() -> CommandId {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'));
    CommandId(random_bytes::<16>().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}
