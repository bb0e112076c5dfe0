//! REGISTER: what it says, refresh and removal, challenges, refusals.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, config};
use patchcord_messages::Secret;
use patchcord_sip::message::{HeaderName as H, Request};
use patchcord_sip::{Credential, Fault, Input, RegistrationState as State, SocketEvent};

fn challenge(algorithm: &str, nonce: &str) -> String {
    format!("Digest realm=\"pbx\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"auth\"")
}

fn field<'a>(request: &'a Request, name: &str) -> &'a str {
    let value = request.get(H::Authorization).unwrap();
    let start = value.find(&format!("{name}=")).unwrap() + name.len() + 1;
    value[start..].split(',').next().unwrap().trim_matches('"')
}

#[test]
fn says_what_rfc_7118_and_5626_want() {
    let mut bench = Bench::new(config());
    bench.start();
    assert_eq!(bench.urls, ["wss://pbx.example.com:7443/ws"]);
    assert_eq!(bench.states, [State::Connecting, State::Registering]);
    let register = bench.request("REGISTER");
    assert_eq!(register.uri().as_str(), "sip:pbx.example.com");
    let via = register.via().unwrap();
    assert_eq!(via.transport(), "WSS");
    assert!(via.host().ends_with(".invalid") && via.port().is_none());
    assert!(via.branch().unwrap().starts_with("z9hG4bK"));
    let contact = register.contact().unwrap();
    assert_eq!(contact.uri().host(), via.host());
    assert_eq!(contact.uri().param("transport"), Some("ws"));
    assert_eq!(contact.param("+sip.instance"), Some("\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\""));
    assert_eq!(contact.param("reg-id"), Some("1"));
    assert_eq!(contact.param("expires"), Some("600"));
    assert_eq!(register.number(H::Expires), Some(600));
    assert_eq!(register.number(H::MaxForwards), Some(70));
    assert!(
        register.has_value(H::Supported, "outbound")
            && register.has_value(H::Supported, "path")
            && register.has_value(H::Supported, "gruu")
    );
    assert_eq!(register.from().unwrap().display_name(), "Alice \"A\" Liddell");
    assert!(register.from().unwrap().tag().is_some());
    assert!(register.to().unwrap().tag().is_none());
    assert_eq!(register.to().unwrap().uri().as_str(), "sip:1001@pbx.example.com");
    assert_eq!(register.get(H::UserAgent), Some("Patchcord/test"));
    assert!(register.get(H::Authorization).is_none());
}

#[test]
fn plain_websocket_is_said_in_via() {
    let mut bench =
        Bench::new(patchcord_sip::Config { servers: vec!["ws://10.0.0.5:8088/ws".to_owned()], outbound_proxy: true, ..config() });
    bench.start();
    let register = bench.request("REGISTER");
    assert_eq!(register.via().unwrap().transport(), "WS");
    assert_eq!(register.get(H::Route), Some("<sip:10.0.0.5:8088;transport=ws;lr>"));
}

#[test]
fn registers_once_and_says_so_once() {
    let mut bench = Bench::new(config());
    bench.start();
    bench.accept_register();
    assert_eq!(bench.states, [State::Connecting, State::Registering, State::Registered]);
    bench.nothing_sent();
}

#[test]
fn refreshes_before_the_end_and_keeps_call_id_and_contact() {
    let mut bench = Bench::new(config());
    bench.start();
    let first = bench.request("REGISTER");
    bench.respond(&first, 200, Reply::tag("r").with("Contact", first.get(H::Contact).unwrap()));
    let mut waited = 0;
    let second = loop {
        bench.advance(1_000);
        waited += 1;
        // The server is alive.
        if bench.raw.pop().is_some() {
            bench.frame("\r\n");
        }
        if !bench.sent.is_empty() {
            break bench.request("REGISTER");
        }
        assert!(waited < 600, "no refresh before the registration ran out");
    };
    assert!((480..=541).contains(&waited), "after {waited} s");
    assert_eq!(second.call_id(), first.call_id());
    assert_eq!(second.get(H::Contact), first.get(H::Contact));
    assert_eq!(second.get(H::From), first.get(H::From));
    assert_eq!(second.cseq().unwrap().number, first.cseq().unwrap().number + 1);
    bench.states.clear();
    bench.respond(&second, 200, Reply::tag("r").with("Contact", first.get(H::Contact).unwrap()));
    assert_eq!(bench.states, [], "a plain refresh is no news");
}

#[test]
fn the_servers_time_counts() {
    for (contact, expires, earliest, latest) in [(Some(100), None, 50, 60), (None, Some(60), 30, 36), (Some(3600), Some(60), 2880, 3240)] {
        let mut bench = Bench::new(config());
        bench.start();
        let register = bench.request("REGISTER");
        let uri = register.contact().unwrap().uri().as_str().to_owned();
        let mut reply = Reply::tag("r");
        // Other phones of the same agent have bindings too.
        let others = "<sip:1001@other.invalid;transport=ws>;expires=7";
        reply = match contact {
            Some(seconds) => reply.with("Contact", format!("{others}, <{uri}>;expires={seconds}")),
            None => reply.with("Contact", format!("<{uri}>")),
        };
        if let Some(seconds) = expires {
            reply = reply.with("Expires", seconds.to_string());
        }
        bench.respond(&register, 200, reply);
        let mut waited = 0;
        while bench.sent.is_empty() {
            bench.advance(1_000);
            waited += 1;
            if bench.raw.pop().is_some() {
                bench.frame("\r\n");
            }
            assert!(waited <= latest + 1, "no refresh");
        }
        assert!(waited >= earliest, "{contact:?} {expires:?}: after {waited} s");
    }
}

#[test]
fn answers_a_digest_challenge() {
    for (algorithm, digits) in [("MD5", 32), ("SHA-256", 64)] {
        let mut bench = Bench::new(config());
        bench.start();
        let first = bench.request("REGISTER");
        bench.respond(&first, 401, Reply::tag("r").with("WWW-Authenticate", challenge(algorithm, "n1")));
        let second = bench.request("REGISTER");
        assert_eq!(field(&second, "username"), "1001");
        assert_eq!(field(&second, "realm"), "pbx");
        assert_eq!(field(&second, "uri"), "sip:pbx.example.com");
        assert_eq!(field(&second, "nc"), "00000001");
        assert_eq!(field(&second, "response").len(), digits);
        assert_eq!(second.cseq().unwrap().number, first.cseq().unwrap().number + 1);
        assert_ne!(second.via().unwrap().branch(), first.via().unwrap().branch());
        let verified = patchcord_sip::digest::Response::parse(second.get(H::Authorization).unwrap()).unwrap().unwrap();
        assert!(verified.verify(patchcord_sip::digest::Proof::Password("secret"), "REGISTER"));
        bench.respond(&second, 200, Reply::tag("r").with("Contact", first.get(H::Contact).unwrap()));
        assert_eq!(bench.states.last(), Some(&State::Registered));
    }
}

#[test]
fn the_strongest_challenge_is_answered() {
    let mut bench = Bench::new(config());
    bench.start();
    let first = bench.request("REGISTER");
    let reply = Reply::tag("r")
        .with("WWW-Authenticate", challenge("MD5", "weak"))
        .with("WWW-Authenticate", challenge("SHA-256", "strong"))
        .with("WWW-Authenticate", challenge("ROT-13", "silly"));
    bench.respond(&first, 401, reply);
    assert_eq!(field(&bench.request("REGISTER"), "nonce"), "strong");
}

#[test]
fn a_wrong_password_is_tried_once() {
    let mut bench = Bench::new(config());
    bench.start();
    let first = bench.request("REGISTER");
    bench.respond(&first, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", "n1")));
    let second = bench.request("REGISTER");
    bench.states.clear();
    bench.respond(&second, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", "n2")));
    assert_eq!(bench.states, [State::Failed { fault: Fault::Credentials }]);
    assert_eq!(bench.closed, [1], "a connection of no use is closed");
    bench.nothing_sent();
    bench.advance(3_600_000);
    bench.nothing_sent();
    assert_eq!(bench.urls.len(), 1);
    assert_eq!(bench.wake, None, "nothing is left to do");
}

#[test]
fn a_stale_nonce_is_no_wrong_password() {
    let mut bench = Bench::new(config());
    bench.start();
    let mut register = bench.request("REGISTER");
    bench.respond(&register, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", "n1")));
    register = bench.request("REGISTER");
    bench.respond(&register, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", "n2") + ", stale=true"));
    register = bench.request("REGISTER");
    assert_eq!(field(&register, "nonce"), "n2");
    bench.respond(&register, 200, Reply::tag("r").with("Contact", register.get(H::Contact).unwrap()));
    assert_eq!(bench.states.last(), Some(&State::Registered));
    // But not for ever either.
    let mut bench = Bench::new(config());
    bench.start();
    let mut tries = 0;
    while !bench.sent.is_empty() {
        let register = bench.request("REGISTER");
        tries += 1;
        assert!(tries < 20, "stale nonces are answered for ever");
        bench.respond(&register, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", &format!("n{tries}")) + ", stale=true"));
    }
    assert_eq!(bench.states.last(), Some(&State::Failed { fault: Fault::Credentials }));
}

#[test]
fn a_refresh_carries_credentials_at_once_and_counts_the_nonce() {
    let mut bench = Bench::new(config());
    bench.start();
    let first = bench.request("REGISTER");
    bench.respond(&first, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", "n1")));
    let second = bench.request("REGISTER");
    bench.respond(&second, 200, Reply::tag("r").with("Expires", "60"));
    bench.advance(5_000);
    bench.raw.clear();
    bench.frame("\r\n");
    while bench.sent.is_empty() {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    let refresh = bench.request("REGISTER");
    assert_eq!((field(&refresh, "nonce"), field(&refresh, "nc")), ("n1", "00000002"));
    // The nonce was good for one use only: that is a challenge like the first, not a wrong password.
    bench.respond(&refresh, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", "n9")));
    let again = bench.request("REGISTER");
    assert_eq!((field(&again, "nonce"), field(&again, "nc")), ("n9", "00000001"));
}

#[test]
fn the_nonce_that_the_server_names_next_is_used() {
    let mut bench = Bench::new(config());
    bench.start();
    let first = bench.request("REGISTER");
    bench.respond(&first, 401, Reply::tag("r").with("WWW-Authenticate", challenge("MD5", "n1")));
    let second = bench.request("REGISTER");
    bench.respond(&second, 200, Reply::tag("r").with("Expires", "60").with("Authentication-Info", "nextnonce=\"n2\""));
    while bench.sent.is_empty() {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    let refresh = bench.request("REGISTER");
    assert_eq!((field(&refresh, "nonce"), field(&refresh, "nc")), ("n2", "00000001"));
}

#[test]
fn a_challenge_that_we_cannot_answer_is_named() {
    for (value, name) in [
        ("Digest realm=\"x\", nonce=\"y\", algorithm=ROT-13", "ROT-13"),
        ("GSSAPI realm=\"x\"", "GSSAPI"),
        ("Bearer realm=\"x\"", "Bearer"),
    ] {
        let mut bench = Bench::new(config());
        bench.start();
        let register = bench.request("REGISTER");
        bench.respond(&register, 401, Reply::tag("r").with("WWW-Authenticate", value));
        assert_eq!(bench.states.last(), Some(&State::Failed { fault: Fault::Challenge(name.to_owned()) }));
        bench.nothing_sent();
    }
}

#[test]
fn a_token_is_borne() {
    let mut bench = Bench::new(patchcord_sip::Config { credential: Credential::Bearer(Secret::new("tok.en")), ..config() });
    bench.start();
    let register = bench.request("REGISTER");
    bench.respond(&register, 401, Reply::tag("r").with("WWW-Authenticate", "Bearer realm=\"x\", authz_server=\"https://a.example\""));
    assert_eq!(bench.request("REGISTER").get(H::Authorization), Some("Bearer tok.en"));
}

#[test]
fn an_interval_too_brief_is_raised() {
    let mut bench = Bench::new(config());
    bench.start();
    let register = bench.request("REGISTER");
    bench.respond(&register, 423, Reply::tag("r").with("Min-Expires", "1800"));
    let register = bench.request("REGISTER");
    assert_eq!(register.number(H::Expires), Some(1800));
    assert_eq!(register.contact().unwrap().param("expires"), Some("1800"));
    // A server that asks for the same again would go on for ever.
    bench.respond(&register, 423, Reply::tag("r").with("Min-Expires", "1800"));
    bench.nothing_sent();
    assert!(matches!(bench.states.last(), Some(State::Failed { fault: Fault::Refused(423, _) })));
}

#[test]
fn what_cannot_succeed_is_not_tried_again() {
    for status in [400, 403, 404, 405, 420, 603, 606] {
        let mut bench = Bench::new(config());
        bench.start();
        let register = bench.request("REGISTER");
        bench.respond(&register, status, Reply::tag("r"));
        assert!(matches!(bench.states.last(), Some(State::Failed { fault: Fault::Refused(told, _) }) if *told == status), "{status}");
        bench.advance(600_000);
        bench.nothing_sent();
        assert_eq!(bench.urls.len(), 1);
    }
}

#[test]
fn what_may_pass_is_tried_again() {
    for status in [408, 480, 500, 503] {
        let mut bench = Bench::new(config());
        bench.start();
        let register = bench.request("REGISTER");
        bench.respond(&register, status, Reply::tag("r"));
        assert!(matches!(bench.states.last(), Some(State::Waiting { fault: Fault::Refused(told, _), .. }) if *told == status), "{status}");
        bench.advance(3_000);
        bench.request("REGISTER");
    }
}

#[test]
fn retry_after_is_obeyed() {
    let mut bench = Bench::new(config());
    bench.start();
    let register = bench.request("REGISTER");
    bench.respond(&register, 503, Reply::tag("r").with("Retry-After", "40 (restarting)"));
    let Some(State::Waiting { next_try, .. }) = bench.states.last() else { panic!() };
    assert!(*next_try >= bench.now + 40_000);
    for _ in 0..39 {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    bench.sent.retain(|message| message.to_frame().starts_with("REGISTER"));
    bench.nothing_sent();
    for _ in 0..4 {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    bench.request("REGISTER");
}

#[test]
fn a_server_that_took_us_before_is_asked_again_but_not_for_ever() {
    let mut bench = Bench::registered();
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    let register = bench.request("REGISTER");
    bench.respond(&register, 404, Reply::tag("r"));
    assert!(matches!(bench.states.last(), Some(State::Waiting { .. })));
    let mut tries = 1;
    for _ in 0..3_600 {
        bench.advance(1_000);
        bench.frame("\r\n");
        if let Some(patchcord_sip::message::Message::Request(request)) = bench.sent.pop_front() {
            tries += 1;
            bench.respond(&request, 404, Reply::tag("r"));
        }
    }
    assert!((5..=15).contains(&tries), "{tries}");
    assert!(matches!(bench.states.last(), Some(State::Failed { .. })));
}

#[test]
fn a_silent_server_is_told_of_soon_at_the_first_login() {
    let mut bench = Bench::new(config());
    bench.start();
    bench.request("REGISTER");
    bench.states.clear();
    bench.advance(7_900);
    assert_eq!(bench.states, []);
    bench.advance(200);
    assert!(matches!(bench.states.as_slice(), [State::Waiting { fault: Fault::Silent, .. }, ..]), "{:?}", bench.states);
}

#[test]
fn a_server_that_never_opens_is_told_of_at_once() {
    let mut bench = Bench::new(config());
    bench.input(Input::Start);
    bench.socket(SocketEvent::Closed { was_open: false, code: 1006, reason: String::new() });
    assert!(matches!(bench.states.as_slice(), [State::Connecting, State::Waiting { fault: Fault::Unreachable, .. }]), "{:?}", bench.states);
    // The agent gives up: nothing goes on.
    bench.input(Input::Stop);
    assert_eq!(bench.states.last(), Some(&State::Stopped));
    assert_eq!(bench.wake, None);
}

#[test]
fn stop_removes_the_registration_and_closes() {
    let mut bench = Bench::registered();
    bench.input(Input::Stop);
    let removal = bench.request("REGISTER");
    assert_eq!(removal.number(H::Expires), Some(0));
    assert_eq!(removal.contact().unwrap().param("expires"), Some("0"));
    assert_eq!(bench.states, []);
    bench.respond(&removal, 200, Reply::tag("r"));
    assert_eq!(bench.states, [State::Stopped]);
    assert_eq!(bench.closed, [1]);
    assert_eq!(bench.wake, None);
}

#[test]
fn stop_does_not_wait_for_a_dead_server() {
    let mut bench = Bench::registered();
    bench.input(Input::Stop);
    bench.advance(2_100);
    assert_eq!(bench.states, [State::Stopped]);
    assert_eq!(bench.closed, [1]);
    assert_eq!(bench.wake, None);
    // And it can be started again.
    bench.sent.clear();
    bench.states.clear();
    bench.start();
    bench.accept_register();
    assert_eq!(bench.states.last(), Some(&State::Registered));
}

#[test]
fn gruu_and_service_route_are_used() {
    let mut bench = Bench::new(config());
    bench.start();
    let register = bench.request("REGISTER");
    let contact = format!("{};pub-gruu=\"sip:1001@pbx.example.com;gr=urn:uuid:f81d\";expires=600", register.get(H::Contact).unwrap());
    let reply = Reply::tag("r").with("Contact", contact).with("Service-Route", "<sip:p1.example.com;lr>, <sip:p2.example.com;lr>");
    bench.respond(&register, 200, reply);
    let (_, invite) = bench.dial("sip:1002@pbx.example.com");
    assert_eq!(invite.contact().unwrap().uri().as_str(), "sip:1001@pbx.example.com;gr=urn:uuid:f81d");
    let routes: Vec<&str> = invite.values(H::Route).collect();
    assert_eq!(routes, ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"]);
}

#[test]
fn a_first_hop_without_outbound_is_registered_with_plainly() {
    let mut bench = Bench::new(config());
    bench.start();
    let register = bench.request("REGISTER");
    bench.respond(&register, 439, Reply::tag("r"));
    let register = bench.request("REGISTER");
    assert!(register.contact().unwrap().param("reg-id").is_none());
    assert!(!register.has_value(H::Supported, "outbound"));
}
