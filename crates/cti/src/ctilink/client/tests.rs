use super::*;

struct Bench {
    client: Client,
    now: Millis,
    timeout: Option<Millis>,
    sent: Vec<String>,
}

impl Bench {
    fn new() -> Self {
        let config = Config {
            url: "wss://fs:5008".into(),
            user: "me".into(),
            password: Secret::new("$2y$"),
            ext: String::new(),
            skill_group: String::new(),
            unix_offset: 1_700_000_000_000,
        };
        Self { client: Client::new(config, 1), now: 1_000, timeout: None, sent: Vec::new() }
    }

    fn give(&mut self, input: Input) -> Vec<String> {
        self.client.handle(self.now, input);
        let mut said = Vec::new();
        loop {
            said.push(match self.client.poll_output() {
                Output::Timeout(timeout) => {
                    self.timeout = timeout;
                    return said;
                }
                Output::Transmit(Transmit::Open { .. }) => "open".into(),
                Output::Transmit(Transmit::Close { .. }) => "close".into(),
                Output::Transmit(Transmit::Text { line, .. }) => {
                    let document = Document::parse(line.trim_end()).unwrap();
                    self.sent.push(line);
                    format!("{:?} {} '{}'", document.kind, document.cmd, document.session_no)
                }
                Output::Event(Event::State(state)) => format!("{state:?}"),
                Output::Event(Event::Server(document)) => format!("server {}", document.cmd),
                Output::Event(Event::Unreadable { error, .. }) => format!("unreadable: {error}"),
                Output::Event(Event::NotSent(command)) => format!("not sent {}", command.cmd()),
            });
        }
    }

    fn socket(&mut self, event: SocketEvent) -> Vec<String> {
        let generation = self.client.generation;
        self.give(Input::Socket { generation, event })
    }

    fn hear(&mut self, document: &Document) -> Vec<String> {
        self.socket(SocketEvent::Text(document.encode_as_server()))
    }

    fn wake(&mut self) -> Vec<String> {
        self.now = self.timeout.expect("nothing to wait for");
        self.give(Input::Timeout)
    }

    fn logged_in() -> Self {
        let mut bench = Self::new();
        bench.give(Input::Start);
        bench.socket(SocketEvent::Opened);
        assert_eq!(bench.hear(&login(200, "ok", "")), ["LoggedIn", "server LOGIN"]);
        bench
    }
}

fn login(code: u16, info: &str, session_no: &str) -> Document {
    Document::new(Kind::Response, "LOGIN").with("request", &code.to_string()).with("info", info).with("sessionno", session_no)
}

#[test]
fn the_session_number_dance_is_danced_once() {
    let mut bench = Bench::new();
    assert_eq!(bench.give(Input::Start), ["open", "Connecting"]);
    assert_eq!(bench.socket(SocketEvent::Opened), ["LoggingIn", "Request LOGIN ''"]);
    let null = login(500, "sessionno is null", "77");
    assert_eq!(bench.hear(&null), ["Request LOGIN '77'", "server LOGIN"]);
    assert_eq!(bench.hear(&login(200, "", "77")), ["LoggedIn", "server LOGIN"]);
    assert!(bench.sent[0].contains("<ts>1700000001000</ts>"), "{}", bench.sent[0]);

    let mut bench = Bench::new();
    bench.give(Input::Start);
    bench.socket(SocketEvent::Opened);
    bench.hear(&null);
    assert_eq!(bench.hear(&null), ["close", "Failed(Refused(\"sessionno is null\"))", "server LOGIN"]);
    assert_eq!(bench.timeout, None);
}

#[test]
fn a_refused_login_says_why_and_is_not_repeated() {
    for code in [400, 500, 403] {
        let mut bench = Bench::new();
        bench.give(Input::Start);
        bench.socket(SocketEvent::Opened);
        assert_eq!(bench.hear(&login(code, "密码错误", "")), ["close", "Failed(Refused(\"密码错误\"))", "server LOGIN"]);
        assert_eq!(bench.timeout, None, "{code}");
    }
}

#[test]
fn keep_alives_go_both_ways_and_ten_unanswered_close() {
    let mut bench = Bench::logged_in();
    assert_eq!(bench.hear(&Document::new(Kind::Request, "KeepAlive").with("data", "0")), ["Response KEEPALIVE ''"]);
    for _ in 0..10 {
        let before = bench.now;
        assert_eq!(bench.wake(), ["Request KEEPALIVE ''"]);
        assert_eq!(bench.now - before, KEEP_ALIVE);
    }
    let said = bench.wake();
    assert!(said[0] == "close" && said[1].starts_with("Waiting"), "{said:?}");
}

#[test]
fn whatever_the_server_says_counts_as_an_answer() {
    let mut bench = Bench::logged_in();
    for _ in 0..30 {
        assert_eq!(bench.wake(), ["Request KEEPALIVE ''"]);
        assert!(bench.hear(&Document::new(Kind::Response, "KEEPALIVE").with("data", "1")).is_empty());
    }
}

#[test]
fn a_document_may_be_cut_anywhere() {
    let stream = format!(
        "{}{}",
        Document::new(Kind::Request, "ONQUEUE").with("caller", "张三 & Söhne").encode_as_server(),
        Document::new(Kind::Response, "ONMSG").with("username", "u").encode_as_server()
    );
    for cut in (0..=stream.len()).filter(|cut| stream.is_char_boundary(*cut)) {
        let mut bench = Bench::logged_in();
        let mut said = bench.socket(SocketEvent::Text(stream[..cut].to_owned()));
        said.extend(bench.socket(SocketEvent::Text(stream[cut..].to_owned())));
        assert_eq!(said, ["server ONQUEUE", "server ONMSG"], "cut at {cut}");
    }
}

#[test]
fn rubbish_is_reported_and_changes_nothing() {
    let mut bench = Bench::logged_in();
    let rubbish = ["hello\n", "<a/>\n", "<response><body/></response>\n", "<!DOCTYPE x><response/>\n", "\u{0}\n", "<response>\n"];
    for line in rubbish {
        let said = bench.socket(SocketEvent::Text(line.into()));
        assert!(said.len() == 1 && said[0].starts_with("unreadable"), "{line:?} {said:?}");
    }
    assert_eq!(*bench.client.state(), ClientState::LoggedIn);
}

#[test]
fn half_a_document_does_not_spoil_the_next_connection() {
    let mut bench = Bench::logged_in();
    bench.socket(SocketEvent::Text("<response><body><cmd>ONQ".into()));
    assert!(bench.socket(SocketEvent::Closed)[0].starts_with("Waiting"));
    bench.wake();
    bench.socket(SocketEvent::Opened);
    assert_eq!(bench.hear(&login(200, "", "")), ["LoggedIn", "server LOGIN"]);
}

#[test]
fn put_out_by_the_server_stays_out() {
    for (cmd, element) in [("LOGOUT", "reason"), ("ONDISCONNECTED", "msg")] {
        let mut bench = Bench::logged_in();
        let said = bench.hear(&Document::new(Kind::Request, cmd).with(element, "别处登录"));
        assert_eq!(said[..2], ["close", "Failed(LoggedOutByServer(\"别处登录\"))"], "{cmd}");
        assert_eq!(bench.timeout, None);
        assert_eq!(bench.give(Input::Online), [""; 0]);
    }
}

#[test]
fn stop_logs_out_and_closes() {
    let mut bench = Bench::logged_in();
    assert_eq!(bench.give(Input::Stop), ["Request LOGOUT ''", "close", "Idle"]);
    let command = Command::api("hangUp", &[], "").unwrap();
    assert_eq!(bench.give(Input::Command(command)), ["not sent HANGUP"]);
}
