use anyhow::{Context as _, Result, bail};

/// Says in a module's `target_features` section that it uses nothing beyond mutable globals.
///
/// The content script is compiled without newer features, but the section also names those of the precompiled standard library,
/// and wasm-bindgen goes by it: it would make tables that wasm2js cannot translate.
pub(crate) fn declare_plain(module: &[u8]) -> Result<Vec<u8>> {
    const NAME: &[u8] = b"target_features";
    const PLAIN: &[u8] = b"\x0ftarget_features\x01+\x0fmutable-globals";
    let Some((header, mut rest)) = module.split_at_checked(8).filter(|(header, _)| header.starts_with(b"\0asm")) else {
        bail!("not a wasm module");
    };
    let mut out = header.to_vec();
    while let Some((&id, after)) = rest.split_first() {
        let (length, after) = leb(after).context("section length")?;
        let (body, next) = after.split_at_checked(length).context("section is cut off")?;
        let named = leb(body).and_then(|(length, body)| body.get(..length));
        if id == 0 && named == Some(NAME) {
            out.push(0);
            out.push(u8::try_from(PLAIN.len())?);
            out.extend_from_slice(PLAIN);
        } else {
            let taken = rest.len() - next.len();
            out.extend_from_slice(rest.get(..taken).context("section")?);
        }
        rest = next;
    }
    Ok(out)
}

/// An unsigned LEB128 number and what follows it.
fn leb(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        [&[id, u8::try_from(body.len()).unwrap()], body].concat()
    }

    #[test]
    fn replaces_the_features_and_nothing_else() {
        let header = b"\0asm\x01\0\0\0".to_vec();
        let types = section(1, &[0]);
        let features = section(0, b"\x0ftarget_features\x02+\x0breference-x+\x08sign-ext");
        let other = section(0, b"\x04name\x01\x02\x03");
        let plain = section(0, b"\x0ftarget_features\x01+\x0fmutable-globals");
        let module = [header.clone(), types.clone(), features, other.clone()].concat();
        assert_eq!(declare_plain(&module).unwrap(), [header, types, plain, other].concat());
    }

    #[test]
    fn refuses_what_is_no_module_or_is_cut_off() {
        assert!(declare_plain(b"<html>").is_err());
        assert!(declare_plain(b"\0asm\x01\0\0\0\x01\x05ab").is_err());
        assert!(declare_plain(b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff\xff").is_err());
    }

    #[test]
    fn lengths_of_several_bytes_are_read() {
        assert_eq!(leb(&[0xe5, 0x8e, 0x26, 7]), Some((624_485, [7].as_slice())));
    }
}
