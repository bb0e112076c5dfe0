//! The media half: a full ICE agent that makes its descriptions with `str0m`'s own code, on a thread of its own.

use std::net::UdpSocket;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::{Codec, FormatParams};
use str0m::media::{Direction, Frequency, MediaKind, MediaTime, Mid, Pt, TelephoneEvent};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// Which codecs it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codecs {
    All,
    G711,
    Pcma,
}

/// What it has heard.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    pub connected: bool,
    pub packets: u64,
    pub payload: Vec<u8>,
    pub codec: Option<Codec>,
    pub events: Vec<u8>,
}

enum Order {
    Offer(Option<Direction>, Sender<String>),
    RestartIce(Sender<String>),
    TakeAnswer(String, Sender<()>),
    Answer(String, Sender<String>),
    /// Send this 20 ms frame over and over.
    Play(Option<Vec<u8>>),
    Digit(u8),
}

/// A WebRTC peer.
pub struct Peer {
    orders: Sender<Order>,
    heard: Arc<Mutex<Heard>>,
}

/// A frame of μ-law tone, 500 Hz: 16 samples a period, 10 periods in 20 ms.
pub fn tone() -> Vec<u8> {
    const PERIOD: [u8; 16] = [0xff, 0x9f, 0x93, 0x8f, 0x8e, 0x8f, 0x93, 0x9f, 0xff, 0x1f, 0x13, 0x0f, 0x0e, 0x0f, 0x13, 0x1f];
    PERIOD.iter().copied().cycle().take(160).collect()
}

/// A frame of μ-law tone of any frequency that is a multiple of 50 Hz, so that frames join without a click.
pub fn tone_of(hertz: u32) -> Vec<u8> {
    let sample = |index: u32| (f64::from(index * hertz) / 8000.0 * std::f64::consts::TAU).sin() * 6000.0;
    (0..160).map(|index| encode(sample(index))).collect()
}

fn decode(byte: u8) -> f64 {
    let byte = !byte;
    let magnitude = ((i32::from(byte & 0x0f) * 8 + 132) << ((byte >> 4) & 7)) - 132;
    f64::from(if byte & 0x80 == 0 { magnitude } else { -magnitude })
}

fn encode(sample: f64) -> u8 {
    let distance = |byte: &u8| (decode(*byte) - sample).abs();
    (0..=255_u8).min_by(|one, other| distance(one).total_cmp(&distance(other))).unwrap_or(0xff)
}

/// How strong a frequency is in a frame of μ-law: amplitude, 0 to 32,768.
pub fn strength(frame: &[u8], hertz: u32) -> f64 {
    let (mut sine, mut cosine) = (0.0, 0.0);
    for (index, byte) in frame.iter().enumerate() {
        let angle = index as f64 * f64::from(hertz) / 8000.0 * std::f64::consts::TAU;
        sine += decode(*byte) * angle.sin();
        cosine += decode(*byte) * angle.cos();
    }
    f64::hypot(sine, cosine) * 2.0 / frame.len().max(1) as f64
}

impl Peer {
    pub fn new(codecs: Codecs) -> Self {
        let (orders, receiver) = channel();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let shared = heard.clone();
        std::thread::spawn(move || Driver::new(codecs, shared).run(&receiver));
        Self { orders, heard }
    }

    fn ask<T>(&self, make: impl FnOnce(Sender<T>) -> Order) -> T {
        let (sender, receiver) = channel();
        self.orders.send(make(sender)).expect("the peer lives");
        receiver.recv_timeout(Duration::from_secs(20)).expect("the peer answers")
    }

    pub fn offer(&self) -> String {
        self.ask(|reply| Order::Offer(None, reply))
    }

    /// A new offer with another direction.
    pub fn offer_direction(&self, direction: Direction) -> String {
        self.ask(|reply| Order::Offer(Some(direction), reply))
    }

    pub fn restart_ice(&self) -> String {
        self.ask(Order::RestartIce)
    }

    pub fn take_answer(&self, sdp: &str) {
        self.ask(|reply| Order::TakeAnswer(sdp.to_owned(), reply));
    }

    pub fn answer(&self, offer: &str) -> String {
        self.ask(|reply| Order::Answer(offer.to_owned(), reply))
    }

    pub fn play(&self, frame: Option<Vec<u8>>) {
        self.orders.send(Order::Play(frame)).expect("the peer lives");
    }

    pub fn digit(&self, digit: u8) {
        self.orders.send(Order::Digit(digit)).expect("the peer lives");
    }

    pub fn heard(&self) -> Heard {
        self.heard.lock().expect("no panic before").clone()
    }

    /// Waits until it has heard something.
    pub async fn wait(&self, what: &str, wanted: impl Fn(&Heard) -> bool) -> Heard {
        let start = Instant::now();
        loop {
            let heard = self.heard();
            if wanted(&heard) {
                return heard;
            }
            assert!(start.elapsed() < super::LONG, "{what}: {heard:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

struct Driver {
    rtc: Rtc,
    socket: UdpSocket,
    heard: Arc<Mutex<Heard>>,
    mid: Option<Mid>,
    pending: Option<SdpPendingOffer>,
    frame: Option<Vec<u8>>,
    digits: Vec<u8>,
    digit_until: Instant,
    next: Instant,
    time: u64,
    wake: Instant,
}

impl Driver {
    fn new(codecs: Codecs, heard: Arc<Mutex<Heard>>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let mut config = RtcConfig::new().clear_codecs();
        let params = config.codec_config();
        params.enable_opus(codecs == Codecs::All, false);
        params.enable_pcmu(codecs != Codecs::Pcma, false);
        params.enable_pcma(true, false);
        let clocks: &[(u8, Frequency)] = if codecs == Codecs::All {
            &[(110, Frequency::FORTY_EIGHT_KHZ), (126, Frequency::EIGHT_KHZ)]
        } else {
            &[(101, Frequency::EIGHT_KHZ)]
        };
        for (number, clock) in clocks {
            params.add_config(Pt::new_with_value(*number), None, Codec::Tele, *clock, None, FormatParams::default());
        }
        let now = Instant::now();
        let mut rtc = config.build(now);
        rtc.add_local_candidate(Candidate::host(socket.local_addr().expect("an address"), "udp").expect("a candidate"));
        Self {
            rtc,
            socket,
            heard,
            mid: None,
            pending: None,
            frame: None,
            digits: Vec::new(),
            digit_until: now,
            next: now,
            time: 0,
            wake: now,
        }
    }

    fn run(mut self, orders: &Receiver<Order>) {
        let mut buffer = vec![0; 2000];
        let local = self.socket.local_addr().expect("an address");
        loop {
            loop {
                match orders.try_recv() {
                    Ok(order) => self.order(order),
                    Err(std::sync::mpsc::TryRecvError::Empty) => break,
                    Err(std::sync::mpsc::TryRecvError::Disconnected) => return,
                }
            }
            let wait = self
                .wake
                .min(self.next)
                .saturating_duration_since(Instant::now())
                .clamp(Duration::from_millis(1), Duration::from_millis(5));
            self.socket.set_read_timeout(Some(wait)).expect("a timeout");
            if let Ok((length, source)) = self.socket.recv_from(&mut buffer)
                && let Ok(receive) = Receive::new(Protocol::Udp, source, local, &buffer[..length])
            {
                _ = self.rtc.handle_input(Input::Receive(Instant::now(), receive));
            }
            self.play();
            _ = self.rtc.handle_input(Input::Timeout(Instant::now()));
            self.poll();
        }
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Offer(direction, reply) => {
                let mut api = self.rtc.sdp_api();
                match (self.mid, direction) {
                    (None, _) => self.mid = Some(api.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None)),
                    (Some(mid), Some(direction)) => api.set_direction(mid, direction),
                    (Some(_), None) => {}
                }
                // The same as before is no offer to `str0m`: new ICE credentials make it one.
                if !api.has_changes() {
                    api.ice_restart(true);
                }
                let (offer, pending) = api.apply().expect("something changed");
                self.pending = Some(pending);
                _ = reply.send(offer.to_sdp_string());
            }
            Order::RestartIce(reply) => {
                let mut api = self.rtc.sdp_api();
                api.ice_restart(true);
                let (offer, pending) = api.apply().expect("something changed");
                self.pending = Some(pending);
                _ = reply.send(offer.to_sdp_string());
            }
            Order::TakeAnswer(sdp, reply) => {
                let answer = SdpAnswer::from_sdp_string(&sdp).unwrap_or_else(|error| panic!("{error}:\n{sdp}"));
                // An answer that came with 183 already comes again with 200.
                if let Some(pending) = self.pending.take() {
                    self.rtc.sdp_api().accept_answer(pending, answer).unwrap_or_else(|error| panic!("{error}:\n{sdp}"));
                }
                _ = reply.send(());
            }
            Order::Answer(sdp, reply) => {
                let offer = SdpOffer::from_sdp_string(&sdp).unwrap_or_else(|error| panic!("{error}:\n{sdp}"));
                let answer = self.rtc.sdp_api().accept_offer(offer).unwrap_or_else(|error| panic!("{error}:\n{sdp}"));
                _ = reply.send(answer.to_sdp_string());
            }
            Order::Play(frame) => {
                self.frame = frame;
                self.next = Instant::now();
            }
            Order::Digit(digit) => self.digits.push(digit),
        }
    }

    fn play(&mut self) {
        let now = Instant::now();
        if now < self.next || !self.rtc.is_connected() {
            return;
        }
        let (Some(frame), Some(mid)) = (&self.frame, self.mid) else { return };
        self.next += Duration::from_millis(20);
        if self.next + Duration::from_millis(200) < now {
            self.next = now;
        }
        let Some(writer) = self.rtc.writer(mid) else { return };
        let Some(params) = writer.payload_params().find(|params| !params.spec().codec.is_tele()).copied() else { return };
        let clock = params.spec().clock_rate;
        self.time += u64::from(clock.get()) / 50;
        let time = MediaTime::new(self.time, clock);
        let mut writer = writer;
        if now >= self.digit_until && !self.digits.is_empty() {
            let event = self.digits.remove(0);
            self.digit_until = now + Duration::from_millis(200);
            writer = writer.telephone_event(TelephoneEvent { event, end: true, volume: 10, duration: Duration::from_millis(100) });
        }
        writer.write(params.pt(), now, time, frame.clone()).expect("the frame is written");
    }

    fn poll(&mut self) {
        while let Ok(output) = self.rtc.poll_output() {
            match output {
                Output::Timeout(wake) => {
                    self.wake = wake;
                    return;
                }
                Output::Transmit(packet) => _ = self.socket.send_to(&packet.contents, packet.destination),
                Output::Event(event) => self.event(event),
            }
        }
        self.wake = Instant::now() + Duration::from_secs(1);
    }

    fn event(&mut self, event: Event) {
        let mut heard = self.heard.lock().expect("no panic before");
        match event {
            Event::Connected => heard.connected = true,
            Event::MediaAdded(media) => self.mid = Some(media.mid),
            Event::MediaData(data) => {
                if let str0m::format::CodecExtra::Tele(event) = data.codec_extra {
                    heard.events.push(event.event);
                } else {
                    heard.packets += 1;
                    heard.codec = Some(data.params.spec().codec);
                    heard.payload = data.data.to_vec();
                }
            }
            _ => {}
        }
    }
}
