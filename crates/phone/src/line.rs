//! The accounts that the phone is on. A line speaks one protocol and knows nothing of calls as the agent sees them.

use std::collections::VecDeque;

use patchcord_messages::Millis;
use patchcord_sip::{
    self as sip, CallEvent, CallHandle, CallRequest, Config, Credential, Event, RegistrationState, Remote, SocketEvent,
    Transmit as SipTransmit, Uri, UserAgent,
};

use crate::account::CheckedAccount;
use crate::few::Few;
use crate::io::{LegId, MediaCommand, MediaEvent, SocketId, Transmit};
use crate::target::Address;

/// Hands out numbers that are never used twice.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    socket: u32,
    leg: u32,
}

impl Ids {
    fn socket(&mut self) -> SocketId {
        self.socket += 1;
        SocketId(self.socket)
    }

    fn leg(&mut self) -> LegId {
        self.leg += 1;
        LegId(self.leg)
    }
}

/// What a line says.
#[derive(Debug)]
pub(crate) enum LineEvent {
    Transmit(Transmit),
    Registration(RegistrationState),
    Leg {
        leg: LegId,
        event: CallEvent,
    },
    /// A new leg takes the place of an old one.
    Replacing {
        leg: LegId,
        old: LegId,
        remote: Box<Remote>,
    },
    /// The far side of one of our calls has us call somebody.
    Referred {
        leg: LegId,
        target: String,
    },
}

/// One account on one server.
pub(crate) enum Line {
    /// A SIP user agent.
    Sip(Box<SipLine>),
}

impl Line {
    pub(crate) fn handle(&mut self, now: Millis, input: LineInput, ids: &mut Ids) {
        match self {
            Self::Sip(line) => line.handle(now, input, ids),
        }
    }

    pub(crate) fn poll(&mut self) -> Option<LineEvent> {
        match self {
            Self::Sip(line) => line.events.pop_front(),
        }
    }

    pub(crate) fn deadline(&self) -> Option<Millis> {
        match self {
            Self::Sip(line) => line.deadline,
        }
    }

    /// Starts a call. None where the address can't be put into a message.
    pub(crate) fn dial(&mut self, now: Millis, address: &Address, ids: &mut Ids) -> Option<LegId> {
        match self {
            Self::Sip(line) => line.dial(now, address, ids),
        }
    }

    /// It has said goodbye.
    pub(crate) fn is_stopped(&self) -> bool {
        match self {
            Self::Sip(line) => line.stopped,
        }
    }

    /// What has to be cleaned up when it is dropped: its legs and its socket.
    pub(crate) fn leftovers(self) -> (Vec<LegId>, Option<SocketId>) {
        match self {
            Self::Sip(line) => (line.legs.iter().map(|(leg, _)| *leg).collect(), line.socket.map(|(_, socket)| socket)),
        }
    }

    /// The server's host, for words.
    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Sip(line) => &line.account.host,
        }
    }
}

/// What a line is told. Sockets and legs of other lines are ignored.
#[derive(Clone, Debug)]
pub(crate) enum LineInput {
    Timeout,
    Start,
    Stop,
    DoNotDisturb(bool),
    Network { online: bool },
    Socket { socket: SocketId, event: SocketEvent },
    Media(MediaEvent),
    Leg { leg: LegId, request: CallRequest },
}

pub(crate) struct SipLine {
    account: CheckedAccount,
    agent: UserAgent,
    /// The socket that counts, with the number the user agent knows it by.
    socket: Option<(u32, SocketId)>,
    legs: Few<LegId, CallHandle>,
    events: VecDeque<LineEvent>,
    deadline: Option<Millis>,
    stopped: bool,
}

/// Seconds asked for in REGISTER. Short enough that a server forgets a laptop that went to sleep within minutes.
const EXPIRES: u32 = 300;

impl SipLine {
    /// None where the account can't be put into an address of record.
    pub(crate) fn new(
        account: CheckedAccount,
        credential: Credential,
        instance: String,
        do_not_disturb: bool,
        seed: [u8; 32],
    ) -> Option<Self> {
        let aor = Uri::parse(&user_uri(&account.user, &account.domain)).ok()?;
        let agent = UserAgent::new(
            Config {
                servers: vec![account.server.clone()],
                aor,
                display_name: account.display_name.clone(),
                auth_user: account.auth_user.clone(),
                credential,
                instance,
                expires: EXPIRES,
                user_agent: concat!("Patchcord/", env!("CARGO_PKG_VERSION")).to_owned(),
                outbound_proxy: false,
                session_timers: true,
                do_not_disturb,
            },
            seed,
        );
        Some(Self { account, agent, socket: None, legs: Few::default(), events: VecDeque::new(), deadline: None, stopped: false })
    }

    fn handle(&mut self, now: Millis, input: LineInput, ids: &mut Ids) {
        let input = match input {
            LineInput::Timeout if self.deadline.is_some_and(|deadline| deadline <= now) => sip::Input::Timeout,
            LineInput::Timeout => return,
            LineInput::Start => sip::Input::Start,
            LineInput::Stop => sip::Input::Stop,
            LineInput::DoNotDisturb(on) => sip::Input::DoNotDisturb(on),
            LineInput::Network { online } => sip::Input::Network { online },
            LineInput::Socket { socket, event } => match self.socket {
                Some((generation, current)) if current == socket => sip::Input::Socket { generation, event },
                _ => return,
            },
            LineInput::Media(MediaEvent::Answer { leg, round, result }) => match self.legs.get(&leg) {
                Some(call) => sip::Input::Media { call: *call, round, result },
                None => return,
            },
            LineInput::Media(_) => return,
            LineInput::Leg { leg, request } => match self.legs.get(&leg) {
                Some(call) => sip::Input::Call { call: *call, request },
                None => return,
            },
        };
        self.agent.handle(now, input);
        self.drain(ids);
    }

    fn dial(&mut self, now: Millis, address: &Address, ids: &mut Ids) -> Option<LegId> {
        let target = match address {
            Address::User(user) => Uri::parse(&user_uri(user, &self.account.domain)).ok()?,
            Address::Uri(uri) => Uri::parse(uri).ok()?,
        };
        let call = self.agent.reserve_call();
        let leg = ids.leg();
        self.legs.insert(leg, call);
        self.agent.handle(now, sip::Input::Invite { call, target, headers: Vec::new() });
        self.drain(ids);
        Some(leg)
    }

    fn drain(&mut self, ids: &mut Ids) {
        loop {
            match self.agent.poll_output() {
                sip::Output::Timeout(deadline) => {
                    self.deadline = deadline;
                    return;
                }
                sip::Output::Event(Event::Registration(state)) => {
                    self.stopped |= state == RegistrationState::Stopped;
                    self.events.push_back(LineEvent::Registration(state));
                }
                sip::Output::Event(Event::Call { call, event }) => {
                    let leg = self.leg(call, ids);
                    if matches!(event, CallEvent::Ended(_)) {
                        self.legs.remove(&leg);
                    }
                    let event = match event {
                        CallEvent::Replacing { call: old, remote } => LineEvent::Replacing { leg, old: self.leg(old, ids), remote },
                        CallEvent::Referred { target, .. } => {
                            let user = target.user_unescaped().into_owned();
                            LineEvent::Referred { leg, target: if user.is_empty() { target.to_string() } else { user } }
                        }
                        event => LineEvent::Leg { leg, event },
                    };
                    self.events.push_back(event);
                }
                sip::Output::Event(_) => {}
                sip::Output::Transmit(transmit) => {
                    if let Some(transmit) = self.transmit(transmit, ids) {
                        self.events.push_back(LineEvent::Transmit(transmit));
                    }
                }
            }
        }
    }

    fn transmit(&mut self, transmit: SipTransmit, ids: &mut Ids) -> Option<Transmit> {
        Some(match transmit {
            SipTransmit::Open { generation, url } => {
                if let Some((_, old)) = self.socket.take() {
                    self.events.push_back(LineEvent::Transmit(Transmit::Close { socket: old }));
                }
                let socket = ids.socket();
                self.socket = Some((generation, socket));
                Transmit::Open { socket, url, protocol: "sip" }
            }
            SipTransmit::Frame { generation, frame } => {
                let (_, socket) = self.socket.filter(|(current, _)| *current == generation)?;
                Transmit::Frame { socket, frame }
            }
            SipTransmit::Close { generation } => {
                let (_, socket) = self.socket.take_if(|(current, _)| *current == generation)?;
                Transmit::Close { socket }
            }
            // A request for a call whose end was told already can only be to clean up.
            SipTransmit::Media { call, round, request } => {
                let leg = self.legs.iter().find(|(_, handle)| **handle == call).map(|(leg, _)| *leg)?;
                Transmit::Media(MediaCommand::Ask { leg, round, request })
            }
        })
    }

    fn leg(&mut self, call: CallHandle, ids: &mut Ids) -> LegId {
        if let Some((leg, _)) = self.legs.iter().find(|(_, handle)| **handle == call) {
            return *leg;
        }
        let leg = ids.leg();
        self.legs.insert(leg, call);
        leg
    }
}

/// `sip:user@domain`, the user part escaped (RFC 3261 25.1 `user`).
fn user_uri(user: &str, domain: &str) -> String {
    let mut out = "sip:".to_owned();
    for byte in user.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out.push('@');
    out.push_str(domain);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_users() {
        for (user, expected) in [
            ("1001", "sip:1001@d"),
            ("+86138", "sip:+86138@d"),
            ("*97", "sip:*97@d"),
            ("#31#1", "sip:%2331%231@d"),
            ("王", "sip:%E7%8E%8B@d"),
        ] {
            assert_eq!(user_uri(user, "d"), expected);
        }
    }
}
