use patchcord_messages::{
    Account, Agent, AgentStatus, Call, CallId, CallState, Connection, Device, DeviceKind, Devices, Direction, EndReason, Hold, LogIn,
    Microphone, MissedCall, Peer, Place, Problem, Quality, Settings, SipAccount, Site, SiteMode, Snapshot,
};

const NOW: u64 = 10_000_000;

/// All states, in an order that tells a story.
pub(super) const NAMES: [&str; 24] = [
    "opening",
    "lost",
    "loggedOut",
    "wrongPassword",
    "loggingIn",
    "ready",
    "notReady",
    "reconnecting",
    "microphoneNotAsked",
    "microphoneRefused",
    "microphoneMissing",
    "dialing",
    "ringing",
    "incoming",
    "incomingUnknown",
    "connected",
    "muted",
    "held",
    "heldByFar",
    "several",
    "noSound",
    "ended",
    "missed",
    "long",
];

fn account() -> Account {
    Account::Sip(SipAccount {
        server: "wss://pbx.example.com:7443/ws".into(),
        user: "1001".into(),
        display_name: "Anna Berg".into(),
        ..SipAccount::default()
    })
}

fn peer(name: &str, number: &str) -> Peer {
    Peer { number: number.into(), name: (!name.is_empty()).then(|| name.into()), place: None }
}

fn call(id: u32, direction: Direction, peer: Peer, state: CallState) -> Call {
    Call { id: CallId(id), direction, peer, state, muted: false, digits: String::new(), quality: None, problem: None, headers: vec![] }
}

fn talking(local: bool, remote: bool) -> CallState {
    CallState::Connected { since: NOW - 135_000, hold: Hold { local, remote }, pending_hold: None }
}

fn li() -> Peer {
    let place = Some(Place { province: "广东".into(), city: "深圳".into(), carrier: "中国移动".into() });
    Peer { place, ..peer("李小明", "13800138000") }
}

/// The snapshot of a state; none where the phone does not answer.
pub(super) fn snapshot(state: &str) -> Option<Snapshot> {
    use Direction::{Inbound, Outbound};
    let mut s = Snapshot {
        epoch: 1,
        rev: 1,
        now: NOW,
        log_in: LogIn::In { account: account(), connection: Connection::Registered { since: 1 } },
        agent: Agent::default(),
        calls: vec![],
        missed: vec![],
        devices: Devices {
            microphone: Microphone::Ready,
            list: vec![
                Device { id: "a".into(), label: "Jabra Evolve2 40 (0b0e:0e41)".into(), kind: DeviceKind::Microphone },
                Device { id: "b".into(), label: "Built-in microphone".into(), kind: DeviceKind::Microphone },
                Device { id: "c".into(), label: "Jabra Evolve2 40 (0b0e:0e41)".into(), kind: DeviceKind::Speaker },
            ],
        },
    };
    match state {
        "opening" | "lost" => return None,
        "loggedOut" => s.log_in = LogIn::Out { problem: None },
        "wrongPassword" => s.log_in = LogIn::Out { problem: Some(Problem::WrongPassword) },
        "unreachable" => s.log_in = LogIn::Out { problem: Some(Problem::Unreachable { host: "pbx.example.com".into() }) },
        "refused" => {
            s.log_in = LogIn::Out { problem: Some(Problem::RegistrationRefused { status: 503, reason: "Service Unavailable".into() }) }
        }
        "loggingIn" => s.log_in = LogIn::Pending { account: account(), since: NOW - 2_000 },
        "notReady" => s.agent.current = AgentStatus::NotReady { reason: String::new() },
        "reconnecting" => {
            let connection = Connection::Reconnecting {
                since: NOW,
                problem: Problem::ConnectionLost { host: "pbx.example.com".into() },
                next_try: Some(NOW + 8_000),
            };
            s.log_in = LogIn::In { account: account(), connection };
        }
        "microphoneNotAsked" => s.devices.microphone = Microphone::NotAsked,
        "microphoneRefused" => s.devices.microphone = Microphone::Refused,
        "microphoneMissing" => s.devices.microphone = Microphone::Missing,
        "dialing" => s.calls = vec![call(1, Outbound, peer("", "13800138000"), CallState::Dialing { since: NOW })],
        "ringing" => s.calls = vec![call(1, Outbound, li(), CallState::Ringing { since: NOW - 4_000, early_media: false })],
        "incoming" => s.calls = vec![call(1, Inbound, li(), CallState::Incoming { since: NOW - 3_000 })],
        "incomingUnknown" => s.calls = vec![call(1, Inbound, Peer::default(), CallState::Incoming { since: NOW - 3_000 })],
        "connected" => s.calls = vec![call(1, Outbound, li(), talking(false, false))],
        "muted" => {
            s.calls =
                vec![Call { muted: true, digits: "1234#".into(), ..call(1, Outbound, peer("", "13800138000"), talking(false, false)) }];
        }
        "held" => s.calls = vec![call(1, Outbound, li(), talking(true, false))],
        "heldByFar" => s.calls = vec![call(1, Outbound, li(), talking(false, true))],
        "several" => {
            s.calls = vec![
                call(1, Inbound, li(), talking(true, false)),
                call(2, Outbound, peer("Mary Johnson", "+12125550123"), talking(false, false)),
                call(3, Inbound, peer("", "01058887777"), CallState::Incoming { since: NOW - 2_000 }),
            ];
        }
        "noSound" => s.calls = vec![Call { problem: Some(Problem::NoSound), ..call(1, Outbound, li(), talking(false, false)) }],
        "poor" => {
            let quality = Some(Quality { loss: 0.08, ..Quality::default() });
            s.calls = vec![Call { quality, ..call(1, Outbound, li(), talking(false, false)) }];
        }
        "ended" => {
            s.calls = vec![call(1, Outbound, li(), CallState::Ended { at: NOW, talked: Some(754_000), reason: EndReason::FarHungUp })];
        }
        "busy" => {
            s.calls = vec![call(1, Outbound, peer("", "13800138000"), CallState::Ended { at: NOW, talked: None, reason: EndReason::Busy })];
        }
        "missed" => {
            s.missed = vec![
                MissedCall { peer: peer("", "01058887777"), at: NOW - 7_200_000 },
                MissedCall { peer: li(), at: NOW - 600_000 },
                MissedCall { peer: Peer::default(), at: NOW - 60_000 },
            ];
        }
        "long" => {
            let name = "Wolfeschlegelsteinhausenbergerdorff-Welch-Montgomery, Department of Extraordinarily Long Names";
            s.calls = vec![
                call(1, Inbound, peer(name, "+861380013800012345678901234567890"), talking(false, false)),
                call(2, Inbound, peer(name, "1"), talking(true, false)),
            ];
        }
        _ => {}
    }
    Some(s)
}

/// The settings of an agent who has used the phone for a while.
pub(super) fn settings() -> Settings {
    let site = |origin: &str, mode| Site { origin: origin.into(), mode, page_api: false };
    let mut settings = Settings {
        regions: vec!["CN".into(), "SG".into()],
        sites: vec![site("https://crm.example.com", SiteMode::On), site("http://10.0.0.7:8080", SiteMode::WidgetOnly)],
        ..Settings::default()
    };
    settings.audio.microphone = patchcord_messages::DeviceChoice { id: "gone".into(), label: "Old headset".into() };
    settings
}
