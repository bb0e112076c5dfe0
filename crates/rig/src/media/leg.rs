//! One leg's media: its transport, what it hears, what is measured.

use std::collections::{HashSet, VecDeque};
use std::net::{SocketAddr, UdpSocket};
use std::time::Instant;

use str0m::config::DtlsCert;
use str0m::media::Pt;
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite, Ssrc};
use str0m::{Event, IceConnectionState, Input, Output, Rtc};

use super::codec::{Agreed, Codec, Payload};
use super::dtmf::Digits;
use super::measure::Measure;
use super::sdp::LocalMedia;
use super::{Source, rtc};
use crate::g711::{FRAME, decode_a, decode_mu, encode_a, encode_mu};
use crate::sound::{Player, Sound};

/// How much sound is kept of a leg that others hear mixed: 200 ms. More comes only from a clock that runs fast.
const INBOX_MOST: usize = FRAME * 10;
/// How much is waited for before it is played, against jitter: 40 ms.
const INBOX_LEAST: usize = FRAME * 2;

/// What happened on a leg while it was driven.
#[derive(Debug)]
pub(crate) enum LegEvent {
    Connected(bool),
    Packet(Box<RtpPacket>),
}

/// One leg's media.
pub(crate) struct MediaLeg {
    rtc: Rtc,
    pub(crate) ssrc: Ssrc,
    known: HashSet<u32>,
    pub(crate) agreed: Option<Agreed>,
    pub(crate) send: bool,
    pub(crate) receive: bool,
    pub(crate) sources: Vec<Source>,
    players: Vec<Player>,
    inbox: VecDeque<i16>,
    primed: bool,
    pub(crate) measure: Measure,
    digits: Digits,
    pub(crate) wake: Instant,
    sequence: u64,
    timestamp: u32,
    /// Of what is relayed: whose packets, and what is added to their timestamps.
    relayed: Option<(u32, u32)>,
    connected: bool,
    was_connected: bool,
}

impl MediaLeg {
    /// None where the transport cannot be made.
    pub(crate) fn open(now: Instant, local: &LocalMedia, payloads: &[Payload], certificate: DtlsCert) -> Option<Self> {
        Some(Self {
            rtc: rtc::open(now, local, payloads, certificate)?,
            ssrc: Ssrc::from(local.ssrc),
            known: HashSet::new(),
            agreed: None,
            send: false,
            receive: false,
            sources: Vec::new(),
            players: Vec::new(),
            inbox: VecDeque::new(),
            primed: false,
            measure: Measure::default(),
            digits: Digits::default(),
            wake: now,
            sequence: u64::from(crate::token::number() >> 17),
            timestamp: crate::token::number(),
            relayed: None,
            connected: false,
            was_connected: false,
        })
    }

    /// The far side's half. Its fingerprint was checked to be one.
    pub(crate) fn remote(&mut self, ufrag: &str, password: &str, fingerprint: &str, active: bool, agreed: Agreed, ssrcs: &[u32]) {
        self.agreed = Some(agreed);
        self.measure.agreed(agreed.codec.name(), agreed.events.is_some());
        let mut api = self.rtc.direct_api();
        api.set_remote_ice_credentials(rtc::credentials(ufrag, password));
        if let Some(fingerprint) = rtc::fingerprint(fingerprint) {
            api.set_remote_fingerprint(fingerprint);
        }
        _ = api.start_dtls(active);
        for ssrc in ssrcs {
            self.expect(*ssrc);
        }
    }

    pub(crate) fn ice_restart(&mut self, local: &LocalMedia, ufrag: &str, password: &str) {
        let mut api = self.rtc.direct_api();
        api.set_local_ice_credentials(rtc::credentials(&local.ufrag, &local.password));
        api.set_remote_ice_credentials(rtc::credentials(ufrag, password));
    }

    pub(crate) fn direction(&mut self, now: Instant, send: bool, receive: bool) {
        self.measure.expect_in(now, receive);
        self.measure.expect_out(now, send);
        (self.send, self.receive) = (send, receive);
    }

    pub(crate) fn hear(&mut self, sources: Vec<Source>) {
        let sounds = sources.iter().filter_map(|source| match source {
            Source::Sound(sound) => Some(*sound),
            Source::Leg(_) => None,
        });
        let mut kept: Vec<Player> = std::mem::take(&mut self.players);
        self.players = sounds
            .map(|sound: Sound| match kept.iter().position(|player| player.sound() == sound) {
                Some(index) => kept.swap_remove(index),
                None => Player::new(sound),
            })
            .collect();
        self.sources = sources;
        self.relayed = None;
    }

    pub(crate) fn codec(&self) -> Option<Codec> {
        self.agreed.map(|agreed| agreed.codec)
    }

    /// True while its sound can be made by the rig.
    pub(crate) fn is_mixed(&self) -> bool {
        self.codec().is_some_and(|codec| codec != Codec::Opus)
    }

    /// True if sound can leave now.
    pub(crate) fn can_send(&self) -> bool {
        self.connected && self.send
    }

    pub(crate) fn accepts(&self, now: Instant, source: SocketAddr, destination: SocketAddr, packet: &[u8]) -> bool {
        Receive::new(Protocol::Udp, source, destination, packet).is_ok_and(|receive| self.rtc.accepts(&Input::Receive(now, receive)))
    }

    /// A packet from the network.
    pub(crate) fn packet(&mut self, now: Instant, source: SocketAddr, destination: SocketAddr, packet: &[u8]) {
        if let Some(ssrc) = rtp_ssrc(packet) {
            self.expect(ssrc);
        }
        if let Ok(receive) = Receive::new(Protocol::Udp, source, destination, packet) {
            // An error here means a broken packet or a lost association; what follows from it shows in `drive`.
            _ = self.rtc.handle_input(Input::Receive(now, receive));
        }
    }

    /// Browsers name their SSRC in the description, others do not: whoever has the keys may send.
    fn expect(&mut self, ssrc: u32) {
        if self.known.len() < 16 && self.known.insert(ssrc) {
            self.rtc.direct_api().expect_stream_rx(Ssrc::from(ssrc), None, rtc::mid(), None);
        }
    }

    /// Lets time go on, sends what is due, tells what happened.
    pub(crate) fn drive(&mut self, now: Instant, socket: &UdpSocket, events: &mut Vec<LegEvent>) {
        if self.rtc.is_alive() {
            _ = self.rtc.handle_input(Input::Timeout(now));
        }
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(wake)) => {
                    self.wake = wake;
                    return;
                }
                Ok(Output::Transmit(packet)) => _ = socket.send_to(&packet.contents, packet.destination),
                Ok(Output::Event(event)) => self.event(event, events),
                Err(_) => {
                    self.rtc.disconnect();
                    self.wake = now + std::time::Duration::from_secs(3600);
                    return;
                }
            }
        }
    }

    fn event(&mut self, event: Event, events: &mut Vec<LegEvent>) {
        match event {
            Event::Connected => self.connect(true, events),
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.connect(false, events),
            Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed) if self.was_connected => {
                self.connect(true, events);
            }
            Event::MediaEgressStats(stats) => {
                if let Some(remote) = stats.remote {
                    self.measure.lost_out(remote.packets_lost);
                }
            }
            Event::RtpPacket(packet) => events.push(LegEvent::Packet(Box::new(packet))),
            _ => {}
        }
    }

    fn connect(&mut self, connected: bool, events: &mut Vec<LegEvent>) {
        if connected != self.connected {
            self.connected = connected;
            self.was_connected |= connected;
            self.measure.connected(connected);
            events.push(LegEvent::Connected(connected));
        }
    }

    /// Counts a received packet and keeps its sound. Gives a digit where it brought one.
    pub(crate) fn heard(&mut self, now: Instant, packet: &RtpPacket) -> Option<char> {
        let agreed = self.agreed?;
        let number = *packet.header.payload_type;
        let is_event = agreed.events.is_some_and(|events| events.payload == number);
        // Any format of the description may come at any time (RFC 3264 section 6.1), and browsers do not always take the first.
        let codec = match number {
            _ if is_event => None,
            number if number == agreed.payload => Some(agreed.codec),
            0 => Some(Codec::Pcmu),
            8 => Some(Codec::Pcma),
            _ => None,
        };
        let samples = codec.and_then(|codec| decode(codec, &packet.payload));
        let ssrc = *packet.header.ssrc;
        self.measure.packet_in(now, ssrc, *packet.seq_no, packet.payload.len(), samples.as_deref());
        if let Some(samples) = samples {
            if self.inbox.len() > INBOX_MOST {
                self.inbox.drain(..self.inbox.len() - INBOX_LEAST);
            }
            self.inbox.extend(samples);
        }
        if is_event { self.digits.take(ssrc, packet.header.timestamp, &packet.payload) } else { None }
    }

    /// The next 20 ms of what it said, for those who hear it mixed.
    pub(crate) fn pull(&mut self) -> Option<[i16; FRAME]> {
        if !self.primed && self.inbox.len() < INBOX_LEAST {
            return None;
        }
        self.primed = self.inbox.len() >= FRAME;
        if !self.primed {
            self.inbox.clear();
            return None;
        }
        let mut frame = [0; FRAME];
        for (sample, heard) in frame.iter_mut().zip(self.inbox.drain(..FRAME)) {
            *sample = heard;
        }
        Some(frame)
    }

    /// Sends 20 ms of a mix; its own sounds are added here.
    pub(crate) fn play(&mut self, now: Instant, mut mix: [i32; FRAME]) {
        let Some(agreed) = self.agreed else { return };
        for player in &mut self.players {
            player.mix_into(&mut mix);
        }
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        if !self.can_send() {
            return;
        }
        let samples: Vec<i16> = mix.iter().map(|sample| (*sample).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16).collect();
        let encode = if agreed.codec == Codec::Pcma { encode_a } else { encode_mu };
        let payload: Vec<u8> = samples.iter().map(|sample| encode(*sample)).collect();
        self.relayed = None;
        self.write(now, agreed.payload, self.timestamp, false, &payload, Some(&samples));
    }

    /// Passes on another leg's packet as it is. False where the payload type means nothing here.
    pub(crate) fn relay(&mut self, now: Instant, packet: &RtpPacket, theirs: Agreed) {
        let Some(agreed) = self.agreed else { return };
        let number = *packet.header.payload_type;
        let is_sound = number == theirs.payload;
        let payload = match (agreed.events, theirs.events) {
            _ if is_sound => agreed.payload,
            (Some(ours), Some(events)) if events.payload == number && ours.clock == events.clock => ours.payload,
            _ => return,
        };
        let from = *packet.header.ssrc;
        let (marker, offset) = match self.relayed {
            Some((ssrc, offset)) if ssrc == from => (packet.header.marker, offset),
            _ => (true, self.timestamp.wrapping_add(FRAME as u32).wrapping_sub(packet.header.timestamp)),
        };
        self.relayed = Some((from, offset));
        self.timestamp = packet.header.timestamp.wrapping_add(offset);
        let samples = if is_sound { decode(agreed.codec, &packet.payload) } else { None };
        self.write(now, payload, self.timestamp, marker, &packet.payload, samples.as_deref());
    }

    fn write(&mut self, now: Instant, payload_type: u8, timestamp: u32, marker: bool, payload: &[u8], samples: Option<&[i16]>) {
        self.sequence += 1;
        let sequence = self.sequence;
        let packet = RtpWrite::new(Pt::new_with_value(payload_type), sequence.into(), timestamp, now, payload).marker(marker);
        if let Some(stream) = self.rtc.direct_api().stream_tx(&self.ssrc) {
            stream.write_rtp(packet);
            self.measure.packet_out(now, payload.len(), samples);
        }
        self.wake = now;
    }
}

fn decode(codec: Codec, payload: &[u8]) -> Option<Vec<i16>> {
    let decode = match codec {
        Codec::Opus => return None,
        Codec::Pcmu => decode_mu,
        Codec::Pcma => decode_a,
    };
    Some(payload.iter().map(|byte| decode(*byte)).collect())
}

/// The SSRC of an RTP packet; none of RTCP (RFC 5761 section 4), STUN and DTLS (RFC 7983).
fn rtp_ssrc(packet: &[u8]) -> Option<u32> {
    let first = *packet.first()?;
    let kind = *packet.get(1)?;
    if !(128..192).contains(&first) || (192..224).contains(&kind) {
        return None;
    }
    Some(u32::from_be_bytes(packet.get(8..12)?.try_into().ok()?))
}
