//! Any text as a challenge or as credentials: what is taken can be answered, and the answer is verified by the right password alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use patchcord_sip::digest::{Credentials, Offer, Proof, Response, strongest};

fuzz_target!(|text: &str| {
    let _ = Response::parse(text).map(|response| response.map(|response| response.verify(Proof::Password("x"), "REGISTER")));
    let Ok(offer) = Offer::parse(text) else { return };
    let Offer::Digest(challenge) = &offer else { return };
    let proof = Proof::Password("secret");
    assert_eq!(strongest(std::slice::from_ref(&offer), proof), [challenge.clone()]);
    assert_eq!(Offer::parse(&challenge.to_value()).as_ref(), Ok(&offer));
    let answer = challenge.answer(Credentials { user: "al\"ice", proof }, "REGISTER", "sip:pbx.test", 7, "c");
    let response = Response::parse(&answer).expect("our answer is read").expect("it is digest");
    assert_eq!((&response.realm, &response.nonce, &response.opaque), (&challenge.realm, &challenge.nonce, &challenge.opaque));
    assert!(response.verify(proof, "REGISTER"));
    assert!(!response.verify(Proof::Password("Secret"), "REGISTER"));
});
