//! Logging in and out, and what becomes of the connection.

mod bench;

use bench::{Bench, Server, header};
use patchcord_messages::{Account, Badge, Command, Connection, LogIn, Problem, SipAccount, ToWorker};
use patchcord_phone::{Input, Origin, PortId, Sender};
use patchcord_sip::SocketEvent;

fn problem(bench: &Bench) -> Option<String> {
    match bench.snapshot().log_in {
        LogIn::Out { problem } => problem.map(|problem| problem.text().key),
        other => panic!("{other:?}"),
    }
}

fn remembered(bench: &Bench) -> Vec<bool> {
    let told = |message: &ToWorker| match message {
        ToWorker::Remember { remembered } => Some(remembered.is_some()),
        _ => None,
    };
    bench.worker.iter().filter_map(told).collect()
}

#[test]
fn logs_in_and_is_remembered() {
    let mut bench = Bench::new();
    bench.log_in();
    assert!(matches!(bench.snapshot().log_in, LogIn::Pending { .. }));
    assert!(bench.replies.is_empty(), "answered before the outcome was known");
    bench.accept_registration();
    assert_eq!(bench.last_reply(), None);
    assert!(matches!(bench.snapshot().log_in, LogIn::In { connection: Connection::Registered { .. }, .. }));
    assert_eq!(remembered(&bench), [true]);
    assert!(bench.worker.contains(&ToWorker::Live { live: true }));
    assert_eq!(bench.worker.iter().rev().find(|m| matches!(m, ToWorker::Badge { .. })), Some(&ToWorker::Badge { badge: Badge::Ready }));
}

#[test]
fn logs_out() {
    let mut bench = Bench::logged_in();
    bench.registrar = false;
    assert_eq!(bench.command(Command::LogOut), Some(None));
    assert_eq!(problem(&bench), None);
    assert_eq!(remembered(&bench), [false]);
    assert!(bench.worker.contains(&ToWorker::Live { live: false }));
    let request = bench.take("REGISTER");
    let gone = header(&request, "Expires").as_deref() == Some("0") || request.contains("expires=0");
    assert!(gone, "{request}");
    bench.respond(&request, 200, "", "");
    bench.advance(60_000);
    assert_eq!(bench.socket, None);
    assert_eq!(bench.deadline, None, "a logged-out phone sleeps");
}

#[test]
fn a_goodbye_without_an_answer_ends_too() {
    let mut bench = Bench::logged_in();
    bench.command(Command::LogOut);
    bench.advance(6_000);
    assert_eq!(bench.socket, None);
    assert_eq!(bench.deadline, None);
}

#[test]
fn a_wrong_password_is_told_and_not_tried_again() {
    let mut bench = Bench::new();
    bench.log_in();
    let challenge = "WWW-Authenticate: Digest realm=\"pbx.test\", nonce=\"abc\", algorithm=MD5, qop=\"auth\"\r\n";
    let first = bench.take("REGISTER");
    bench.respond(&first, 401, challenge, "");
    let second = bench.take("REGISTER");
    bench.respond(&second, 401, challenge, "");
    assert_eq!(bench.last_reply(), Some(Problem::WrongPassword));
    assert_eq!(problem(&bench).as_deref(), Some("problemWrongPassword"));
    bench.advance(600_000);
    bench.nothing("REGISTER");
    assert_eq!(bench.opened.len(), 1);
    assert_eq!(bench.replies.len(), 1);
    assert_eq!(remembered(&bench), [] as [bool; 0]);
}

#[test]
fn refusals_are_told_apart() {
    for (status, headers, expected) in [
        (403, "", "problemWrongPassword"),
        (404, "", "problemRegistrationRefused"),
        (503, "", "problemRegistrationRefused"),
        (401, "WWW-Authenticate: NTLM realm=\"x\"\r\n", "problemUnsupportedAuthentication"),
    ] {
        let mut bench = Bench::new();
        bench.log_in();
        let request = bench.take("REGISTER");
        bench.respond(&request, status, headers, "");
        assert_eq!(problem(&bench).as_deref(), Some(expected), "{status}");
        bench.advance(600_000);
        assert_eq!(bench.opened.len(), 1, "{status}");
    }
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let mut bench = Bench::new();
    bench.server = Server::Refuses;
    bench.log_in();
    assert_eq!(bench.last_reply(), Some(Problem::Unreachable { host: "pbx.test".into() }));
    bench.advance(600_000);
    assert_eq!(bench.opened.len(), 1, "tried again though nothing was ever there");
}

#[test]
fn a_server_that_never_opens_is_told_in_time() {
    let mut bench = Bench::new();
    bench.server = Server::Hangs;
    bench.log_in();
    bench.advance(5_000);
    assert!(bench.replies.is_empty());
    bench.advance(11_000);
    assert_eq!(bench.last_reply(), Some(Problem::Unreachable { host: "pbx.test".into() }));
}

#[test]
fn a_silent_server_is_told_in_time() {
    let mut bench = Bench::new();
    bench.log_in();
    bench.take("REGISTER");
    bench.advance(16_000);
    assert_eq!(bench.last_reply(), Some(Problem::ServerSilent { host: "pbx.test".into() }));
    bench.advance(600_000);
    assert_eq!(bench.opened.len(), 1);
    assert_eq!(bench.socket, None);
}

#[test]
fn what_is_typed_wrong_opens_nothing() {
    for (server, user, expected) in [
        ("", "1001", "problemServerEmpty"),
        ("http://pbx.test", "1001", "problemServerNotWebSocket"),
        ("wss://pbx.test", "", "problemUserEmpty"),
        ("wss://pbx.test", "a b", "problemUserInvalid"),
    ] {
        let mut bench = Bench::new();
        let account = Account::Sip(SipAccount { server: server.into(), user: user.into(), ..SipAccount::default() });
        let reply = bench.command(Command::LogIn { account, password: bench::IntoSecret::into_secret("x"), remember: false });
        assert_eq!(reply.flatten().map(|problem| problem.text().key).as_deref(), Some(expected));
        assert_eq!(problem(&bench).as_deref(), Some(expected));
        assert!(bench.opened.is_empty());
    }
}

#[test]
fn a_typing_error_does_not_cost_the_log_in_there_is() {
    let mut bench = Bench::logged_in();
    let reply =
        bench.command(Command::LogIn { account: Account::Sip(SipAccount::default()), password: Default::default(), remember: false });
    assert_eq!(reply, Some(Some(Problem::ServerEmpty)));
    assert!(matches!(bench.snapshot().log_in, LogIn::In { .. }));
    bench.nothing("REGISTER");
}

#[test]
fn another_log_in_takes_the_place_of_the_first() {
    let mut bench = Bench::new();
    bench.log_in();
    bench.log_in();
    assert_eq!(bench.reply_to("c1"), Some(Some(Problem::NotPossibleNow)));
    assert_eq!(bench.reply_to("c2"), None);
    // What the first one said is on its own socket, and nobody answers it.
    while bench.sent.len() > 1 {
        bench.sent.pop_front();
    }
    bench.accept_registration();
    assert_eq!(bench.reply_to("c2"), Some(None));
    bench.advance(6_000);
    assert_eq!(bench.sockets.len(), 1);
}

#[test]
fn a_loss_is_mended_for_ever() {
    let mut bench = Bench::logged_in();
    bench.server = Server::Refuses;
    bench.registrar = false;
    bench.close_socket();
    let LogIn::In { connection: Connection::Reconnecting { since, .. }, .. } = bench.snapshot().log_in else { panic!() };
    assert_eq!(since, bench.now);
    assert!(bench.worker.contains(&ToWorker::Badge { badge: Badge::Trouble }));
    bench.advance(3_600_000);
    assert!(bench.opened.len() > 100, "{}", bench.opened.len());
    let LogIn::In { connection: Connection::Reconnecting { since: still, .. }, .. } = bench.snapshot().log_in else { panic!() };
    assert_eq!(since, still);
    assert!(matches!(bench.dial("10086"), Some(Some(_))));
    bench.server = Server::Opens;
    bench.advance(31_000);
    bench.accept_some_registration();
    assert!(matches!(bench.snapshot().log_in, LogIn::In { connection: Connection::Registered { .. }, .. }));
    assert_eq!(remembered(&bench), [] as [bool; 0]);
}

impl Bench {
    /// The password was changed on the server.
    fn refuse_password(&mut self) {
        let challenge = "WWW-Authenticate: Digest realm=\"pbx.test\", nonce=\"n\", algorithm=MD5, qop=\"auth\"\r\n";
        while let Some(at) = self.sent.iter().position(|message| message.starts_with("REGISTER")) {
            let request = self.sent.remove(at).expect("it was found");
            self.respond(&request, 401, &challenge.replace("nonce=\"n\"", &format!("nonce=\"{}\"", self.now)), "");
            self.now += 1;
        }
    }

    /// With or without a challenge.
    fn accept_some_registration(&mut self) {
        let request = self.take("REGISTER");
        self.accept_register(&request);
    }
}

#[test]
fn what_was_remembered_is_taken_up_even_without_a_network() {
    let mut bench = Bench::new();
    bench.server = Server::Refuses;
    bench.configure();
    assert!(matches!(bench.snapshot().log_in, LogIn::In { connection: Connection::Reconnecting { .. }, .. }));
    bench.server = Server::Opens;
    bench.input(Input::Network { online: true });
    bench.advance(1_500);
    bench.accept_registration();
    assert!(matches!(bench.snapshot().log_in, LogIn::In { connection: Connection::Registered { .. }, .. }));
}

#[test]
fn what_was_remembered_and_no_longer_works_is_forgotten() {
    let mut bench = Bench::new();
    bench.configure();
    let request = bench.take("REGISTER");
    assert!(request.contains("0c1a3f3c-6d0e-4b52-8a2f-0c7d9b8c1f11"), "{request}");
    bench.respond(&request, 403, "", "");
    assert_eq!(problem(&bench).as_deref(), Some("problemWrongPassword"));
    assert_eq!(remembered(&bench), [false]);
}

#[test]
fn a_refusal_later_ends_the_log_in() {
    let mut bench = Bench::logged_in();
    bench.lose();
    bench.refuse_password();
    assert_eq!(problem(&bench).as_deref(), Some("problemWrongPassword"));
    assert_eq!(remembered(&bench), [false]);
}

#[test]
fn a_refusal_later_waits_for_the_end_of_the_call() {
    let mut bench = Bench::logged_in();
    let invite = bench.talk("10086");
    bench.lose();
    bench.refuse_password();
    assert!(matches!(bench.snapshot().log_in, LogIn::In { .. }));
    bench.bye(&invite);
    assert_eq!(problem(&bench).as_deref(), Some("problemWrongPassword"));
}

#[test]
fn a_repeated_log_in_is_one_log_in() {
    let mut bench = Bench::new();
    let command = Command::LogIn { account: Bench::account(), password: bench::IntoSecret::into_secret("secret"), remember: true };
    for port in [1, 2, 1] {
        bench.command_of(Sender { port: PortId(port), origin: Origin::OwnView }, "same", command.clone());
    }
    assert_eq!(bench.opened.len(), 1);
    bench.accept_registration();
    let to: Vec<u32> = bench.replies.iter().map(|(port, ..)| port.0).collect();
    assert_eq!(to, [1, 2]);
}

#[test]
fn an_event_of_an_old_socket_is_ignored() {
    let mut bench = Bench::logged_in();
    let old = bench.socket.expect("a socket");
    bench.lose();
    bench.accept_some_registration();
    bench.forget();
    bench.input(Input::Socket { socket: old, event: SocketEvent::Closed { was_open: true, code: 1006, reason: String::new() } });
    assert!(matches!(bench.snapshot().log_in, LogIn::In { connection: Connection::Registered { .. }, .. }));
    assert_eq!(bench.changes, 0);
}
