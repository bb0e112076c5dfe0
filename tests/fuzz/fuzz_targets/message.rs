//! Any bytes as a frame: nothing panics, a refusal can be answered, and what is read says the same when printed and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use patchcord_sip::message::{Builder, HeaderName as H, Message, Refusal, Verdict, check};

fuzz_target!(|bytes: &[u8]| {
    let accepted = check(bytes).verdict == Verdict::Accept;
    let message = match Message::parse_bytes(bytes) {
        Ok(message) => message,
        Err(refused) => {
            assert!(!accepted);
            let response = refused.response("tag");
            assert_eq!(response.is_some(), matches!(refused.refusal, Refusal::Answer(_)));
            if let Some(response) = response {
                one_message(&response.finish().expect("a refusal can be written"));
            }
            return;
        }
    };
    let headers = message.headers();
    assert!(headers.vias().all(|via| via.is_ok()));
    assert!(headers.from().is_ok() && headers.to().is_ok() && headers.cseq().is_ok() && !headers.call_id().is_empty());
    for (name, value) in headers.iter() {
        assert!(!value.contains(['\r', '\n']));
        let _ = (headers.valued(name), headers.address(name), headers.number(name));
        let _ = headers.addresses(name).map(|address| address.to_string().len()).sum::<usize>();
        let _ = headers.values(name).count();
    }
    let _ = (headers.rack(), headers.content_type(), headers.retry_after(), headers.contacts());
    let _ = (headers.reasons().count(), headers.warnings().count());

    let printed = message.to_bytes();
    let again = Message::parse_bytes(&printed).expect("what was printed is read");
    assert_eq!(again.to_bytes(), printed);
    assert_eq!(again.body(), message.body());
    let lines = |message: &Message| {
        let lines = message.headers().iter().filter(|(name, _)| *name != H::ContentLength);
        lines.map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>()
    };
    assert_eq!(lines(&again), lines(&message));
    if let Message::Request(request) = &message {
        one_message(&Builder::response(request, 200, "", "tag").finish().expect("a response can be written"));
    }
});

/// Whatever came in, what we answer ends where it says, and has no line that we did not write.
fn one_message(frame: &str) {
    let (head, body) = frame.split_once("\r\n\r\n").expect("headers end");
    assert!(body.is_empty());
    for line in head.split("\r\n").skip(1) {
        let (name, value) = line.split_once(": ").expect("a line has a name");
        assert!(["Via", "From", "To", "Call-ID", "CSeq", "Record-Route", "Timestamp", "Content-Length"].contains(&name));
        assert!(!value.contains(['\r', '\n']));
    }
}
