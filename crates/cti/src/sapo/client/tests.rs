use super::*;
use crate::sapo::Response;

struct Bench {
    client: Client,
    now: Millis,
    timeout: Option<Millis>,
}

impl Bench {
    fn new(heartbeat: Option<Millis>) -> Self {
        let login = Login { agent: "张三".into(), extension: "601".into(), ..Login::default() };
        Self { client: Client::new(Config { url: "ws://cti:8080/spcc/cti".into(), login, heartbeat }, 1), now: 1_000, timeout: None }
    }

    fn give(&mut self, input: Input) -> Vec<String> {
        self.client.handle(self.now, input);
        let mut said = Vec::new();
        loop {
            match self.client.poll_output() {
                Output::Timeout(timeout) => {
                    self.timeout = timeout;
                    return said;
                }
                Output::Transmit(Transmit::Open { generation, .. }) => said.push(format!("open {generation}")),
                Output::Transmit(Transmit::Close { generation }) => said.push(format!("close {generation}")),
                Output::Transmit(Transmit::Message { text, .. }) => said.push(text.lines().next().unwrap_or_default().to_owned()),
                Output::Event(Event::State(state)) => said.push(format!("{state:?}")),
                Output::Event(Event::Server(_)) => said.push("server".into()),
                Output::Event(Event::Unreadable(text)) => said.push(format!("unreadable {}", text.len())),
                Output::Event(Event::NotSent(command)) => said.push(format!("not sent {}", command.name())),
            }
        }
    }

    fn socket(&mut self, event: SocketEvent) -> Vec<String> {
        let generation = self.client.generation;
        self.give(Input::Socket { generation, event })
    }

    fn hear(&mut self, message: &ServerMessage) -> Vec<String> {
        self.socket(SocketEvent::Message(message.encode()))
    }

    /// Lets time pass until the machine asks to be woken.
    fn wake(&mut self) -> Vec<String> {
        self.now = self.timeout.expect("nothing to wait for");
        self.give(Input::Timeout)
    }

    fn logged_in(heartbeat: Option<Millis>) -> Self {
        let mut bench = Self::new(heartbeat);
        bench.give(Input::Start);
        bench.socket(SocketEvent::Opened);
        assert_eq!(bench.hear(&login(true, "")), ["LoggedIn", "server"]);
        bench
    }
}

fn login(success: bool, result: &str) -> ServerMessage {
    ServerMessage::Response(Box::new(Response { command: "login".into(), success, result: result.into(), busy: None }))
}

#[test]
fn connects_and_logs_in() {
    let mut bench = Bench::new(None);
    assert_eq!(bench.give(Input::Start), ["open 1", "Connecting"]);
    assert_eq!(bench.give(Input::Command(Command::Hold)), ["not sent hold"]);
    assert_eq!(bench.socket(SocketEvent::Opened), ["command:login", "LoggingIn"]);
    assert_eq!(bench.hear(&login(true, "")), ["LoggedIn", "server"]);
    assert_eq!(bench.timeout, None, "no heartbeat was asked for");
    assert_eq!(bench.give(Input::Command(Command::Hold)), ["command:hold"]);
    assert_eq!(bench.give(Input::Stop), ["command:logout", "close 1", "Idle"]);
}

#[test]
fn a_first_login_that_cannot_succeed_is_not_tried_again() {
    let mut bench = Bench::new(None);
    bench.give(Input::Start);
    assert_eq!(bench.socket(SocketEvent::Closed), ["Failed(Unreachable)"]);
    assert_eq!(bench.timeout, None);

    bench.give(Input::Start);
    bench.socket(SocketEvent::Opened);
    assert_eq!(bench.wake(), ["close 3", "Failed(Silent)"]);
    assert_eq!(bench.timeout, None);

    bench.give(Input::Start);
    bench.socket(SocketEvent::Opened);
    assert_eq!(bench.hear(&login(false, "密码错误")), ["close 5", "Failed(Refused(\"密码错误\"))", "server"]);
    assert_eq!(bench.timeout, None);
}

#[test]
fn a_lost_connection_comes_back_with_the_reason_that_was_set() {
    let mut bench = Bench::logged_in(None);
    bench.hear(&ServerMessage::BusyStatus("会议".into()));
    assert!(bench.socket(SocketEvent::Closed)[0].starts_with("Waiting"));
    assert_eq!(bench.give(Input::Command(Command::Hangup)), ["not sent hangup"]);
    assert_eq!(bench.wake()[1], "Connecting");
    bench.client.handle(bench.now, Input::Socket { generation: bench.client.generation, event: SocketEvent::Opened });
    let Output::Transmit(Transmit::Message { text, .. }) = bench.client.poll_output() else { panic!("no login") };
    assert!(text.contains("\nbusyString:会议\n"), "{text}");
}

#[test]
fn a_network_that_is_back_is_used_at_once() {
    let mut bench = Bench::logged_in(None);
    bench.socket(SocketEvent::Closed);
    assert_eq!(bench.give(Input::Online)[1], "Connecting");
    assert!(bench.give(Input::Online).is_empty(), "one socket is enough");
}

#[test]
fn the_fourth_heartbeat_with_three_unanswered_closes() {
    let mut bench = Bench::logged_in(Some(5_000));
    for _ in 0..3 {
        assert_eq!(bench.wake(), ["command:heartbeat"]);
    }
    let said = bench.wake();
    assert!(said[0].starts_with("close") && said[1].starts_with("Waiting"), "{said:?}");
}

#[test]
fn any_heartbeat_response_clears_the_count() {
    let mut bench = Bench::logged_in(Some(5_000));
    for _ in 0..20 {
        assert_eq!(bench.wake(), ["command:heartbeat"]);
        assert_eq!(bench.wake(), ["command:heartbeat"]);
        assert_eq!(bench.hear(&ServerMessage::HeartbeatResponse), ["server"]);
    }
}

#[test]
fn logged_out_by_the_server_stays_out() {
    let mut bench = Bench::logged_in(Some(5_000));
    let logout = ServerMessage::Response(Box::new(Response { command: "logout".into(), success: true, ..Response::default() }));
    assert_eq!(bench.hear(&logout), ["close 1", "Failed(LoggedOutByServer)", "server"]);
    assert_eq!(bench.timeout, None);
}

#[test]
fn old_sockets_and_rubbish_change_nothing() {
    let mut bench = Bench::logged_in(None);
    let old = Input::Socket { generation: 0, event: SocketEvent::Closed };
    assert!(bench.give(old).is_empty());
    let rubbish = ["", "\0\0", "no colon", "x", &"长".repeat(10_000)];
    for text in rubbish {
        let said = bench.socket(SocketEvent::Message(text.to_owned()));
        assert!(said.len() == 1 && said[0].starts_with("unreadable"), "{said:?}");
    }
    assert_eq!(*bench.client.state(), ClientState::LoggedIn);
}
