//! What a connection measures (W3C webrtc-stats), read into [`Quality`].

use js_sys::Map;
use patchcord_messages::Quality;
use wasm_bindgen::{JsCast, JsValue};

use crate::events::{get, get_text};

/// Packets lost and received up to the last measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Before {
    lost: f64,
    received: f64,
}

/// Reads a report; `before` is updated.
pub(crate) fn read(report: &JsValue, before: &mut Before) -> Quality {
    let mut quality = Quality::default();
    let mut now = Before::default();
    let mut path = None;
    let map: &Map = report.unchecked_ref();
    map.for_each(&mut |entry, _| {
        let number = |name: &str| get(&entry, name).as_f64().filter(|value| value.is_finite()).unwrap_or(0.0);
        match get_text(&entry, "type").as_str() {
            "inbound-rtp" => {
                now.received += number("packetsReceived");
                now.lost += number("packetsLost");
                quality.jitter = quality.jitter.max(number("jitter") * 1_000.0);
                quality.inbound_energy += number("totalAudioEnergy");
                quality.inbound_level = quality.inbound_level.max(number("audioLevel"));
            }
            // Counts are whole numbers far below 2^53.
            "outbound-rtp" => quality.packets_sent += number("packetsSent") as u64,
            "media-source" => {
                quality.outbound_energy += number("totalAudioEnergy");
                quality.outbound_level = quality.outbound_level.max(number("audioLevel"));
            }
            "remote-inbound-rtp" => {
                quality.round_trip = get(&entry, "roundTripTime").as_f64().map(|seconds| seconds * 1_000.0).or(quality.round_trip);
            }
            "candidate-pair" if get(&entry, "nominated").as_bool() == Some(true) => {
                path = get(&entry, "currentRoundTripTime").as_f64().map(|seconds| seconds * 1_000.0).or(path);
            }
            _ => {}
        }
    });
    quality.round_trip = quality.round_trip.or(path);
    quality.packets_received = now.received as u64;
    quality.loss = loss(*before, now);
    *before = now;
    quality
}

/// The share lost since the last measurement. Late packets make the count of lost ones fall: that is no loss.
fn loss(before: Before, now: Before) -> f64 {
    let lost = (now.lost - before.lost).max(0.0);
    let received = (now.received - before.received).max(0.0);
    if lost + received > 0.0 { lost / (lost + received) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_is_of_the_last_stretch() {
        for (before, now, expected) in [
            ((0.0, 0.0), (0.0, 50.0), 0.0),
            ((0.0, 50.0), (25.0, 75.0), 0.5),
            ((25.0, 75.0), (20.0, 125.0), 0.0),
            ((0.0, 50.0), (0.0, 50.0), 0.0),
        ] {
            let point = |(lost, received)| Before { lost, received };
            assert!((loss(point(before), point(now)) - expected).abs() < 1e-9, "{before:?} {now:?}");
        }
    }
}
