use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::cdp::evaluated;
use crate::page::Page;

/// The peer connections of the offscreen document or of a page, read from outside: what was heard, by the browser's own count.
pub struct Peers {
    page: Page,
}

/// What one peer connection has received so far (W3C webrtc-stats, `inbound-rtp` of kind audio, and `media-source`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Inbound {
    /// `packetsReceived`.
    pub packets: f64,
    /// `packetsLost`.
    pub lost: f64,
    /// `totalAudioEnergy` of what is heard.
    pub energy: f64,
    /// `concealedSamples` without the silent ones, in milliseconds: sound that was missing and had to be made up.
    pub concealed_ms: f64,
    /// `packetsSent`.
    pub sent: f64,
    /// `totalAudioEnergy` of the microphone.
    pub microphone: f64,
}

const READ: &str = r"async function () {
  const found = [];
  for (const peer of this) {
    if (peer.connectionState === 'closed') continue;
    const one = { packets: 0, lost: 0, energy: 0, concealed: 0, rate: 48000, sent: 0, microphone: 0 };
    for (const entry of (await peer.getStats()).values()) {
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') {
        one.packets = entry.packetsReceived;
        one.lost = entry.packetsLost;
        one.energy = entry.totalAudioEnergy ?? 0;
        one.concealed = (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
        const seconds = entry.totalSamplesDuration;
        if (seconds > 1) one.rate = entry.totalSamplesReceived / seconds;
      }
      if (entry.type === 'outbound-rtp' && entry.kind === 'audio') one.sent = entry.packetsSent;
      if (entry.type === 'media-source' && entry.kind === 'audio') one.microphone = entry.totalAudioEnergy ?? 0;
    }
    found.push(one);
  }
  return found;
}";

const DESCRIBE: &str = r"function () {
  return this.map((peer) => ({ connection: peer.connectionState, ice: peer.iceConnectionState, signaling: peer.signalingState,
    transceivers: peer.getTransceivers().map(({ mid, direction, currentDirection, sender: { track } }) => ({ mid, direction, currentDirection,
      track: track && { label: track.label, enabled: track.enabled, muted: track.muted, state: track.readyState } })) }));
}";

impl Peers {
    /// Of this offscreen document.
    #[must_use]
    pub fn new(offscreen: Page) -> Self {
        Self { page: offscreen }
    }

    /// Of any page.
    ///
    /// # Errors
    /// When the page is gone.
    pub fn attach(page: &Page) -> Result<Self> {
        Ok(Self { page: page.again()? })
    }

    /// Every peer connection that is not closed.
    ///
    /// # Errors
    /// When the document is gone.
    pub fn read(&self) -> Result<Vec<Inbound>> {
        Ok(self.ask(READ)?.as_array().into_iter().flatten().map(inbound).collect())
    }

    /// How every peer connection is wired, in words.
    ///
    /// # Errors
    /// When the document is gone.
    pub fn describe(&self) -> Result<String> {
        Ok(self.ask(DESCRIBE)?.to_string())
    }

    /// Calls a function on the list of peer connections.
    fn ask(&self, function: &str) -> Result<Value> {
        let prototype = self.page.call("Runtime.evaluate", json!({"expression": "RTCPeerConnection.prototype", "objectGroup": "peers"}))?;
        let prototype = prototype["result"]["objectId"].as_str().context("no prototype")?;
        let objects = self.page.call("Runtime.queryObjects", json!({"prototypeObjectId": prototype, "objectGroup": "peers"}))?;
        let list = objects["objects"]["objectId"].as_str().context("no list")?;
        let params = json!({"functionDeclaration": function, "objectId": list, "awaitPromise": true, "returnByValue": true});
        let found = evaluated(&self.page.call("Runtime.callFunctionOn", params)?)?;
        // Held for us, they would never be collected.
        self.page.call("Runtime.releaseObjectGroup", json!({"objectGroup": "peers"}))?;
        Ok(found)
    }

    /// The one that has received most: of the call that is up.
    ///
    /// # Errors
    /// When there is none.
    pub fn loudest(&self) -> Result<Inbound> {
        self.read()?.into_iter().max_by(|a, b| a.packets.total_cmp(&b.packets)).context("no peer connection")
    }
}

fn inbound(entry: &Value) -> Inbound {
    let number = |key: &str| entry[key].as_f64().unwrap_or_default();
    let rate = number("rate").max(1.0);
    Inbound {
        packets: number("packets"),
        lost: number("lost"),
        energy: number("energy"),
        concealed_ms: number("concealed") / rate * 1000.0,
        sent: number("sent"),
        microphone: number("microphone"),
    }
}
