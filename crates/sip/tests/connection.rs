//! The socket: keep-alive, loss, coming back.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, config};
use patchcord_sip::message::{HeaderName as H, Message, Request};
use patchcord_sip::{Config, Fault, Input, RegistrationState as State, SocketEvent};

fn refused(bench: &mut Bench) {
    bench.socket(SocketEvent::Closed { was_open: false, code: 1006, reason: String::new() });
}

fn wait(bench: &Bench) -> (u64, Fault) {
    match bench.states.last() {
        Some(State::Waiting { next_try, fault }) => (next_try - bench.now, fault.clone()),
        other => panic!("not waiting: {other:?}"),
    }
}

#[test]
fn the_first_retry_comes_within_a_second_then_jitter_doubles_to_thirty() {
    let mut longest = [0_u64; 12];
    let mut shortest = [u64::MAX; 12];
    for seed in 0..100 {
        let mut bench = Bench::seeded(config(), seed);
        bench.start();
        bench.accept_register();
        bench.lose_socket();
        for round in 0..longest.len() {
            let (span, fault) = wait(&bench);
            assert_eq!(fault, if round == 0 { Fault::Lost } else { Fault::Unreachable });
            longest[round] = longest[round].max(span);
            shortest[round] = shortest[round].min(span);
            let opened = bench.urls.len();
            bench.advance(span);
            assert_eq!(bench.urls.len(), opened + 1, "no try at the time that was told");
            refused(&mut bench);
        }
    }
    for (round, (longest, shortest)) in longest.into_iter().zip(shortest).enumerate() {
        let limit = (1_000 << round).min(30_000);
        assert!(longest < limit, "round {round}: {longest}");
        assert!(longest > limit / 2, "round {round}: the jitter is not full: {longest}");
        assert!(shortest < limit / 4, "round {round}: the jitter is not full: {shortest}");
    }
}

#[test]
fn it_never_stops_trying() {
    let mut bench = Bench::registered();
    bench.lose_socket();
    for _ in 0..500 {
        let (span, _) = wait(&bench);
        bench.advance(span);
        refused(&mut bench);
    }
    assert_eq!(bench.urls.len(), 501);
}

#[test]
fn registers_at_once_on_the_new_socket_with_the_same_contact() {
    let mut bench = Bench::new(config());
    bench.start();
    let first = bench.request("REGISTER");
    bench.respond(&first, 200, Reply::tag("r").with("Contact", first.get(H::Contact).unwrap()));
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    let second = bench.request("REGISTER");
    assert_eq!(second.get(H::Contact), first.get(H::Contact));
    assert_eq!(second.call_id(), first.call_id());
    bench.states.clear();
    bench.respond(&second, 200, Reply::tag("r"));
    assert_eq!(bench.states, [State::Registered]);
}

#[test]
fn old_sockets_are_not_heard() {
    let mut bench = Bench::registered();
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.states.clear();
    bench.input(Input::Socket { generation: 1, event: SocketEvent::Closed { was_open: true, code: 1000, reason: String::new() } });
    bench.input(Input::Socket { generation: 1, event: SocketEvent::Frame("\r\n\r\n".to_owned()) });
    assert_eq!(bench.states, []);
    assert!(bench.raw.is_empty());
}

/// A server that answers pings: found dead within 15 s of its last sign.
#[test]
fn a_dead_connection_is_found_within_fifteen_seconds() {
    let mut bench = Bench::registered();
    for _ in 0..10 {
        bench.advance(8_000);
        assert_eq!(bench.raw.pop().as_deref(), Some("\r\n\r\n"), "no ping");
        bench.frame("\r\n");
    }
    bench.raw.clear();
    let last = bench.now;
    bench.states.clear();
    while bench.states.is_empty() {
        bench.advance(100);
        assert!(bench.now - last <= 15_000, "not found in time");
    }
    assert_eq!(wait(&bench).1, Fault::Silent);
    assert_eq!(bench.closed, [1]);
    assert_eq!(bench.raw.len(), 1);
}

/// A server that ignores CRLF is asked with OPTIONS, and any answer will do.
#[test]
fn a_server_without_pongs_is_asked_by_options() {
    let mut bench = Bench::registered();
    let mut options = 0;
    for _ in 0..120 {
        bench.advance(1_000);
        while let Some(message) = bench.sent.pop_front() {
            let Message::Request(request) = message else { panic!() };
            assert_eq!(request.method().as_str(), "OPTIONS");
            assert_eq!(request.uri().as_str(), "sip:pbx.example.com");
            options += 1;
            let challenge = "Digest realm=\"pbx\", nonce=\"n\", qop=\"auth\"";
            bench.respond(&request, 407, Reply::tag("o").with("Proxy-Authenticate", challenge));
        }
    }
    assert!(options >= 10, "{options}");
    assert_eq!(bench.raw.len(), 1, "one ping was enough to know");
    assert_eq!(bench.states, [], "the connection is alive");
    // Now it dies.
    let last = bench.now;
    while bench.states.is_empty() {
        bench.advance(100);
        assert!(bench.now - last <= 15_000, "not found in time");
    }
    assert_eq!(wait(&bench).1, Fault::Silent);
}

/// A server that answers nothing but what it must is not left again and again.
#[test]
fn a_server_that_answers_only_register_is_stayed_with() {
    let mut bench = Bench::registered();
    let mut opened = Vec::new();
    for _ in 0..600 {
        bench.advance(500);
        while let Some(message) = bench.sent.pop_front() {
            let Message::Request(request) = message else { panic!() };
            if request.method().as_str() == "REGISTER" {
                bench.respond(&request, 200, Reply::tag("r"));
            }
        }
        if bench.states.last() == Some(&State::Connecting) {
            opened.push(bench.now);
            bench.socket(SocketEvent::Opened);
        }
    }
    assert_eq!(opened.len(), 2, "{opened:?}");
    // And when it dies, that is still found.
    bench.states.clear();
    let last = bench.now;
    while bench.states.is_empty() {
        bench.advance(100);
        assert!(bench.now - last <= 15_000, "not found in time");
    }
}

#[test]
fn the_servers_ping_is_answered() {
    let mut bench = Bench::registered();
    bench.frame("\r\n\r\n");
    assert_eq!(bench.raw, ["\r\n"]);
}

#[test]
fn a_network_that_is_back_is_used_at_once() {
    let mut bench = Bench::registered();
    bench.lose_socket();
    for _ in 0..8 {
        let (span, _) = wait(&bench);
        bench.advance(span);
        refused(&mut bench);
    }
    let opened = bench.urls.len();
    bench.input(Input::Network { online: true });
    assert_eq!(bench.urls.len(), opened + 1);
}

#[test]
fn losing_the_network_is_noticed_at_once() {
    let mut bench = Bench::registered();
    bench.input(Input::Network { online: false });
    assert_eq!(wait(&bench).1, Fault::Lost);
    assert_eq!(bench.closed, [1]);
    bench.input(Input::Network { online: true });
    assert_eq!(bench.generation, 2);
}

#[test]
fn another_network_is_probed() {
    let mut bench = Bench::registered();
    bench.advance(2_000);
    bench.raw.clear();
    bench.frame("\r\n");
    bench.input(Input::Network { online: true });
    assert_eq!(bench.raw, ["\r\n\r\n"]);
    bench.advance(6_100);
    assert_eq!(wait(&bench).1, Fault::Silent);
}

#[test]
fn sleep_counts_as_a_loss() {
    let mut bench = Bench::registered();
    bench.now += 3_600_000;
    bench.states.clear();
    bench.input(Input::Timeout);
    assert_eq!(bench.closed, [1]);
    assert_eq!(bench.generation, 2, "opened again at once");
    assert!(matches!(bench.states.as_slice(), [State::Waiting { fault: Fault::Lost, .. }, State::Connecting]), "{:?}", bench.states);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    assert_eq!(bench.states.last(), Some(&State::Registered));
    // After many failures too: the network of the place where it woke up is another one.
    bench.lose_socket();
    for _ in 0..10 {
        let (span, _) = wait(&bench);
        bench.advance(span);
        refused(&mut bench);
    }
    bench.now += 100_000;
    bench.input(Input::Timeout);
    assert_eq!(bench.states.last(), Some(&State::Connecting));
    refused(&mut bench);
    assert!(wait(&bench).0 < 1_000);
}

#[test]
fn a_late_timer_is_no_sleep() {
    let mut bench = Bench::registered();
    bench.now = bench.wake.unwrap() + 9_000;
    bench.input(Input::Timeout);
    assert_eq!(bench.generation, 1);
}

#[test]
fn the_next_server_is_tried_soon_and_the_preferred_one_first_after_a_loss() {
    let servers = ["wss://a.example/ws", "wss://b.example/ws", "wss://c.example/ws"];
    let mut bench = Bench::new(Config { servers: servers.map(str::to_owned).to_vec(), ..config() });
    bench.input(Input::Start);
    for _ in 0..2 {
        refused(&mut bench);
        let (span, _) = wait(&bench);
        assert!(span < 1_000);
        bench.advance(span);
    }
    assert_eq!(bench.urls, servers);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.lose_socket();
    bench.advance(1_000);
    assert_eq!(bench.urls.last().unwrap(), servers[0]);
}

#[test]
fn a_socket_that_does_not_open_is_given_up() {
    let mut bench = Bench::new(config());
    bench.input(Input::Start);
    bench.advance(10_100);
    assert!(matches!(&bench.states[1], State::Waiting { fault: Fault::Unreachable, .. }), "{:?}", bench.states);
    assert_eq!(bench.closed, [1]);
}

/// 200 phones whose server is away for 20 s: at most a fifth of them comes back in any one second.
#[test]
fn there_is_no_stampede() {
    let mut came_back = [0_usize; 120];
    for seed in 0..200_u8 {
        let mut bench = Bench::seeded(config(), seed);
        bench.start();
        bench.accept_register();
        let start = bench.now;
        bench.lose_socket();
        loop {
            // No wait at all is within the jitter.
            if bench.states.last() != Some(&State::Connecting) {
                let (span, _) = wait(&bench);
                bench.advance(span);
            }
            if bench.now - start >= 20_000 {
                break;
            }
            refused(&mut bench);
        }
        came_back[((bench.now - start) / 1_000) as usize] += 1;
    }
    let most = came_back.iter().max().unwrap();
    assert!(*most <= 40, "{most} of 200 in one second: {came_back:?}");
    assert_eq!(came_back.iter().sum::<usize>(), 200);
}

#[test]
fn rubbish_does_no_harm() {
    let mut bench = Bench::registered();
    for frame in ["", "\0", "hello", "SIP/2.0 200 OK\r\n\r\n", "INVITE\r\n\r\n", "\r\n\r\n\r\n\r\n"] {
        bench.frame(frame);
    }
    bench.nothing_sent();
    assert_eq!(bench.states, []);
    // A request that can be answered gets an answer.
    bench.frame("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n");
    bench.response(400);
}

#[test]
fn a_response_with_two_vias_is_not_ours() {
    let mut bench = Bench::new(config());
    bench.start();
    let register: Request = bench.request("REGISTER");
    let mut frame = common::response_text(&register, 200, Reply::tag("r"));
    frame = frame.replacen("From: ", "Via: SIP/2.0/WSS other.invalid;branch=z9hG4bKo\r\nFrom: ", 1);
    bench.states.clear();
    bench.frame(&frame);
    assert_eq!(bench.states, []);
}
