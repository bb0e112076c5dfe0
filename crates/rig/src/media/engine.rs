//! The media thread.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use aws_lc_rs::digest;
use data_encoding::HEXUPPER;
use str0m::config::DtlsCert;
use tokio::sync::mpsc;

use super::codec::Agreed;
use super::leg::{LegEvent, MediaLeg};
use super::mixer::{self, Bot};
use super::{Command, Happening, Media, Source};
use crate::g711::FRAME;
use crate::state::LegId;

/// How often sound is made.
const TICK: Duration = Duration::from_millis(20);
/// How often figures are told.
const REPORT: Duration = Duration::from_millis(100);

/// Why the engine could not be started.
#[derive(Debug)]
pub(crate) enum StartError {
    Socket(std::io::Error),
    Certificate,
}

/// The media thread's state.
pub(crate) struct Engine {
    socket: UdpSocket,
    address: SocketAddr,
    certificate: DtlsCert,
    legs: HashMap<LegId, MediaLeg>,
    bots: HashMap<LegId, Bot>,
    routes: HashMap<SocketAddr, LegId>,
    happenings: mpsc::UnboundedSender<Happening>,
    lose_percent: u8,
    lose_credit: u32,
}

impl Engine {
    /// Opens the socket (`port` 0: a free one) and starts the thread, which ends when the last [`Media`] is gone.
    pub(crate) fn start(port: u16, happenings: mpsc::UnboundedSender<Happening>) -> Result<Media, StartError> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).map_err(StartError::Socket)?;
        socket.set_nonblocking(true).map_err(StartError::Socket)?;
        let address = socket.local_addr().map_err(StartError::Socket)?;
        let certificate = str0m::crypto::from_feature_flags().dtls_provider.generate_certificate().ok_or(StartError::Certificate)?;
        let fingerprint = fingerprint(&certificate);
        let (commands, receiver) = mpsc::unbounded_channel();
        let engine = Self {
            socket,
            address,
            certificate,
            legs: HashMap::new(),
            bots: HashMap::new(),
            routes: HashMap::new(),
            happenings,
            lose_percent: 0,
            lose_credit: 0,
        };
        std::thread::Builder::new().name("rig-media".to_owned()).spawn(move || engine.run(receiver)).map_err(StartError::Socket)?;
        Ok(Media { commands, address, fingerprint })
    }

    fn run(self, commands: mpsc::UnboundedReceiver<Command>) {
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build() {
            runtime.block_on(self.serve(commands));
        }
    }

    async fn serve(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        // A second handle to the same socket, to be woken by: the first one sends without waiting.
        let Ok(Ok(readable)) = self.socket.try_clone().map(tokio::net::UdpSocket::from_std) else { return };
        let mut tick = tokio::time::interval(TICK);
        let mut reported = Instant::now();
        let mut buffer = vec![0; 2048];
        loop {
            let idle = self.legs.is_empty();
            let wake = self.legs.values().map(|leg| leg.wake).min().unwrap_or_else(|| Instant::now() + Duration::from_secs(1));
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.command(command),
                    None => return,
                },
                _ = readable.readable() => self.receive(&readable, &mut buffer),
                _ = tick.tick(), if !idle => {
                    self.mix(Instant::now());
                    if reported.elapsed() >= REPORT {
                        reported = Instant::now();
                        self.report();
                    }
                }
                () = tokio::time::sleep_until(wake.into()), if !idle => {}
            }
            if idle {
                // The ticks that went by while nobody listened are not to be made up for.
                tick.reset();
            }
            self.drive();
        }
    }

    fn command(&mut self, command: Command) {
        let now = Instant::now();
        match command {
            Command::Open { leg, local, payloads } => {
                if let Some(media) = MediaLeg::open(now, &local, &payloads, self.certificate.clone()) {
                    self.legs.insert(leg, media);
                }
            }
            Command::Remote { leg, ufrag, password, fingerprint, active, agreed, ssrcs } => {
                if let Some(media) = self.legs.get_mut(&leg) {
                    media.remote(&ufrag, &password, &fingerprint, active, agreed, &ssrcs);
                }
            }
            Command::IceRestart { leg, local, ufrag, password } => {
                self.routes.retain(|_, routed| *routed != leg);
                if let Some(media) = self.legs.get_mut(&leg) {
                    media.ice_restart(&local, &ufrag, &password);
                }
            }
            Command::Direction { leg, send, receive } => {
                if let Some(media) = self.legs.get_mut(&leg) {
                    media.direction(now, send, receive);
                }
            }
            Command::Hear { leg, sources } => {
                if let Some(media) = self.legs.get_mut(&leg) {
                    media.hear(sources);
                } else if let Some(bot) = self.bots.get_mut(&leg) {
                    bot.hear(sources);
                }
            }
            Command::Bot { bot, sound, echo } => {
                self.bots.insert(bot, Bot::new(sound, echo));
            }
            Command::Reset { legs, number } => {
                for leg in legs {
                    if let Some(media) = self.legs.get_mut(&leg) {
                        media.measure.reset(now);
                    }
                }
                self.report();
                self.tell(Happening::Reset { number });
            }
            Command::Close { leg } => {
                self.routes.retain(|_, routed| *routed != leg);
                if self.bots.remove(&leg).is_some() {
                    return;
                }
                let figures = self.legs.remove(&leg).map(|media| media.measure.figures(now)).unwrap_or_default();
                _ = self.happenings.send(Happening::Closed { leg, figures: Box::new(figures) });
            }
            Command::Lose { percent } => self.lose_percent = percent,
        }
    }

    fn receive(&mut self, socket: &tokio::net::UdpSocket, buffer: &mut [u8]) {
        loop {
            match socket.try_recv_from(buffer) {
                Ok((length, source)) => {
                    let packet = buffer.get(..length).unwrap_or_default();
                    let now = Instant::now();
                    if self.is_lost(packet) {
                        continue;
                    }
                    let Some(leg) = self.route(now, source, packet) else { continue };
                    if let Some(media) = self.legs.get_mut(&leg) {
                        media.packet(now, source, self.address, packet);
                        self.drive_leg(now, leg);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // A port that is gone (ICMP) is the far side's matter; the next read goes on.
                Err(_) => return,
            }
        }
    }

    /// Spreads the loss evenly over media packets (RFC 7983: first byte 128 to 191).
    fn is_lost(&mut self, packet: &[u8]) -> bool {
        if self.lose_percent == 0 || !packet.first().is_some_and(|first| (128..192).contains(first)) {
            return false;
        }
        self.lose_credit += u32::from(self.lose_percent);
        if self.lose_credit >= 100 {
            self.lose_credit -= 100;
            return true;
        }
        false
    }

    fn route(&mut self, now: Instant, source: SocketAddr, packet: &[u8]) -> Option<LegId> {
        let is_stun = packet.first().is_some_and(|first| *first < 4);
        // STUN names its leg; only that binds an address, so that a port used again finds its new leg.
        if !is_stun && let Some(leg) = self.routes.get(&source) {
            return Some(*leg);
        }
        let address = self.address;
        let known =
            self.routes.get(&source).filter(|leg| self.legs.get(leg).is_some_and(|media| media.accepts(now, source, address, packet)));
        let leg = match known {
            Some(leg) => *leg,
            None => *self.legs.iter().find(|(_, media)| media.accepts(now, source, address, packet))?.0,
        };
        self.routes.insert(source, leg);
        Some(leg)
    }

    fn drive(&mut self) {
        let now = Instant::now();
        let due: Vec<LegId> = self.legs.iter().filter(|(_, media)| media.wake <= now).map(|(leg, _)| *leg).collect();
        for leg in due {
            self.drive_leg(now, leg);
        }
    }

    fn drive_leg(&mut self, now: Instant, leg: LegId) {
        let mut events = Vec::new();
        if let Some(media) = self.legs.get_mut(&leg) {
            media.drive(now, &self.socket, &mut events);
        }
        for event in events {
            match event {
                LegEvent::Connected(connected) => self.tell(Happening::Connected { leg, connected }),
                LegEvent::Packet(packet) => self.packet(now, leg, &packet),
            }
        }
    }

    fn packet(&mut self, now: Instant, leg: LegId, packet: &str0m::rtp::RtpPacket) {
        let Some(media) = self.legs.get_mut(&leg) else { return };
        let digit = media.heard(now, packet);
        let (receive, agreed) = (media.receive, media.agreed);
        if let Some(digit) = digit {
            self.tell(Happening::Digit { leg, digit });
        }
        let Some(agreed) = agreed.filter(|_| receive) else { return };
        let listeners: Vec<LegId> = self.legs.keys().copied().filter(|listener| self.relays(*listener, leg, agreed)).collect();
        for listener in listeners {
            if let Some(media) = self.legs.get_mut(&listener) {
                if media.can_send() {
                    media.relay(now, packet, agreed);
                }
                if listener == leg {
                    continue;
                }
                self.drive_leg(now, listener);
            }
        }
    }

    /// True if the listener hears that leg alone, and in the same codec: then packets are passed on as they are.
    fn relays(&self, listener: LegId, leg: LegId, agreed: Agreed) -> bool {
        self.legs.get(&listener).is_some_and(|media| media.sources == [Source::Leg(leg)] && media.codec() == Some(agreed.codec))
    }

    /// Makes 20 ms of sound for every leg that hears a mix.
    fn mix(&mut self, now: Instant) {
        let mixed: Vec<LegId> = self
            .legs
            .iter()
            .filter(|(leg, media)| {
                let relayed = match media.sources.as_slice() {
                    [Source::Leg(only)] => {
                        self.legs.get(only).and_then(|other| other.agreed).is_some_and(|agreed| self.relays(**leg, *only, agreed))
                    }
                    _ => false,
                };
                media.is_mixed() && !relayed
            })
            .map(|(leg, _)| *leg)
            .collect();
        if mixed.is_empty() {
            return;
        }
        let said = self.legs.iter_mut().filter_map(|(leg, media)| Some((*leg, media.pull().filter(|_| media.receive)?)));
        let mut said: HashMap<LegId, [i16; FRAME]> = said.collect();
        let answers: Vec<_> = self.bots.iter_mut().map(|(bot, state)| (*bot, state.speak(&said))).collect();
        said.extend(answers);
        for leg in mixed {
            if let Some(media) = self.legs.get_mut(&leg) {
                let mix = mixer::sum(&media.sources, &said);
                media.play(now, mix);
            }
        }
    }

    fn report(&self) {
        let now = Instant::now();
        self.tell(Happening::Figures(self.legs.iter().map(|(leg, media)| (*leg, media.measure.figures(now))).collect()));
    }

    fn tell(&self, happening: Happening) {
        _ = self.happenings.send(happening);
    }
}

/// As `a=fingerprint` has it (RFC 8122 section 5).
fn fingerprint(certificate: &DtlsCert) -> String {
    let hash = digest::digest(&digest::SHA256, &certificate.certificate);
    let pairs: Vec<String> = hash.as_ref().iter().map(|byte| HEXUPPER.encode(&[*byte])).collect();
    format!("sha-256 {}", pairs.join(":"))
}
