//! Media: one thread and one UDP socket for all legs, which are told apart by ICE user name and by address.
//!
//! The PBX describes sessions by itself ([`sdp`]) and only tells the engine what to do; nothing waits for it.

mod codec;
mod dtmf;
mod engine;
mod leg;
mod measure;
mod mixer;
mod rtc;
mod sdp;

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::sync::mpsc;

pub(crate) use codec::{Agreed, Codec, Payload, offered};
pub(crate) use engine::{Engine, StartError};
pub(crate) use sdp::{Direction, LocalMedia, RemoteMedia, Setup, answer, offer};

use crate::sound::Sound;
use crate::state::{LegId, MediaFigures};

/// What a leg hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// What another leg, the leg itself, or a bot says.
    Leg(LegId),
    /// A sound of the rig.
    Sound(Sound),
}

/// What the engine is told.
#[derive(Debug)]
pub(crate) enum Command {
    /// Be ready for this leg's packets.
    Open { leg: LegId, local: Box<LocalMedia>, payloads: Vec<Payload> },
    /// The far side's half is known: start.
    Remote { leg: LegId, ufrag: String, password: String, fingerprint: String, active: bool, agreed: Agreed, ssrcs: Vec<u32> },
    /// ICE begins anew (RFC 8445 section 9), DTLS goes on.
    IceRestart { leg: LegId, local: Box<LocalMedia>, ufrag: String, password: String },
    /// Whether we send to it, and whether it is to send to us.
    Direction { leg: LegId, send: bool, receive: bool },
    /// What it hears from now on, mixed. Opus cannot be mixed: there, one other leg with Opus, or nothing.
    Hear { leg: LegId, sources: Vec<Source> },
    /// A party without a connection: it plays, and says back what it hears. Heard like a leg, ended with `Close`.
    Bot { bot: LegId, sound: Option<Sound>, echo: bool },
    /// Start gaps and energies again; answered with [`Happening::Figures`], then [`Happening::Reset`] with this number.
    Reset { legs: Vec<LegId>, number: u64 },
    /// It is over; answered with [`Happening::Closed`].
    Close { leg: LegId },
    /// Throw away so many percent of inbound packets.
    Lose { percent: u8 },
}

/// What the engine says.
#[derive(Debug)]
pub(crate) enum Happening {
    /// A digit came by RFC 4733.
    Digit { leg: LegId, digit: char },
    /// DTLS is up, or ICE has lost the far side (false).
    Connected { leg: LegId, connected: bool },
    /// Figures of all legs; ten times a second while there are any.
    Figures(HashMap<LegId, MediaFigures>),
    /// A reset is done, and its figures are told.
    Reset { number: u64 },
    /// The last figures of a leg.
    Closed { leg: LegId, figures: Box<MediaFigures> },
}

/// The way to the engine. It ends when the last of these is gone.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    commands: mpsc::UnboundedSender<Command>,
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: String,
}

impl Media {
    /// Tells the engine. After its end, which only a shutdown brings, nothing happens.
    pub(crate) fn tell(&self, command: Command) {
        _ = self.commands.send(command);
    }
}
