//! Any text as a URI: what is taken is printed as it was, each part of it can be used, and equivalence holds with itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use patchcord_sip::Uri;
use patchcord_sip::message::unescape;

fuzz_target!(|text: &str| {
    let _ = unescape(text);
    // Whatever a person types as a user can be dialled.
    if !text.is_empty() && text.len() < 2000 {
        let made = Uri::sip(text, "example.com").expect("any user can be escaped");
        assert_eq!(made.user_unescaped(), text);
        assert_eq!(made.host(), "example.com");
    }
    let Ok(uri) = Uri::parse(text) else { return };
    assert_eq!(uri.as_str(), text);
    assert!(!text.contains(['\r', '\n', ' ', '"', '<', '>']));
    assert!(uri.equivalent(&uri));
    for part in [uri.without_headers(), uri.without_params()] {
        assert_eq!(Uri::parse(part.as_str()).as_ref(), Ok(&part));
    }
    assert!(uri.without_headers().headers().next().is_none());
    assert!(uri.without_params().params().iter().next().is_none());
    if uri.is_sip()
        && text.len() < 4000
        && let Ok(with) = uri.with_param("x", text)
    {
        assert_eq!(unescape(with.param("x").expect("it was set")), text);
        assert_eq!((with.user(), with.host(), with.port()), (uri.user(), uri.host(), uri.port()));
    }
});
