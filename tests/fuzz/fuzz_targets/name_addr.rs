//! Any text as the value of From, To, Contact, Via and the smaller headers: what is taken survives printing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use patchcord_sip::message::{CSeq, MediaType, NameAddr, NameAddrRef, RAck, RetryAfter, Valued, Values, Via, Warning, unquote};

fuzz_target!(|text: &str| {
    let _ = unquote(text);
    let _ = (CSeq::parse(text), RAck::parse(text), RetryAfter::parse(text), Warning::parse(text));
    if let Ok(via) = Via::parse(text) {
        assert!(!via.host().is_empty() && !via.transport().is_empty());
        assert_eq!(Via::parse(via.as_str()), Ok(via));
    }
    for params in [Valued::parse(text).map(|value| value.params), MediaType::parse(text).map(|value| value.params)].into_iter().flatten() {
        for (name, value) in params.iter() {
            assert!(params.has(name), "{name}");
            let _ = value.map(unquote);
        }
    }
    // The parts of a list hold all of its text but commas and spaces.
    let bytes = |text: &str| text.bytes().filter(|byte| !matches!(byte, b',' | b' ' | b'\t')).count();
    assert_eq!(Values::new(text, true).map(bytes).sum::<usize>(), bytes(text));

    let Ok(address) = NameAddrRef::parse(text) else { return };
    let printed = address.to_string();
    let again = NameAddrRef::parse(&printed).expect("what was printed is read");
    assert_eq!(again.display_name(), address.display_name());
    assert_eq!(again.uri(), address.uri());
    assert_eq!(again.params(), address.params());
    let owned = address.to_name_addr();
    assert_eq!(NameAddr::parse(&owned.to_string()), Ok(owned.clone()));
    assert_eq!(
        NameAddr::parse(&owned.with_tag("new").to_string()).map(|tagged| tagged.tag().map(str::to_owned)),
        Ok(Some("new".to_owned()))
    );
});
