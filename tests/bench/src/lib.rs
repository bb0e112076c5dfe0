//! What `parse.mjs` calls: a frame is written into [`buffer`] as UTF-8, and read, or read and printed, from there.

use std::cell::UnsafeCell;

use patchcord_sip::digest::{Credentials, Offer, Proof};
use patchcord_sip::message::{Contacts, HeaderName as H, Message};

const SIZE: usize = 128 * 1024;

struct Buffer(UnsafeCell<[u8; SIZE]>);

// SAFETY: this module runs in one thread, and no reference into the buffer outlives the exported call that made it.
unsafe impl Sync for Buffer {}

static BUFFER: Buffer = Buffer(UnsafeCell::new([0; SIZE]));

/// Where frames are written and printed messages are read.
// SAFETY: nothing else is called so.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *mut u8 {
    BUFFER.0.get().cast()
}

fn frame(length: usize) -> Option<String> {
    // SAFETY: the buffer is initialised, and only JavaScript writes to it, between calls.
    let bytes = unsafe { &*BUFFER.0.get() };
    String::from_utf8(bytes.get(..length)?.to_vec()).ok()
}

/// Reads what a user agent reads of every message; the sum keeps the optimiser from leaving it out.
fn read(message: &Message) -> Option<usize> {
    let mut sum = message.call_id().len() + message.text().len();
    for via in message.vias() {
        let via = via.ok()?;
        sum += via.host().len() + via.branch().map_or(0, str::len);
    }
    let (from, to) = (message.from().ok()?, message.to().ok()?);
    sum += from.display_name().len() + from.uri().user().len() + from.tag().map_or(0, str::len);
    sum += to.display_name().len() + to.uri().user().len() + to.tag().map_or(0, str::len);
    sum += message.cseq().ok()?.number as usize;
    if let Contacts::Some(contacts) = message.contacts() {
        sum += contacts.iter().map(|contact| contact.uri().host().len() + contact.param("expires").map_or(0, str::len)).sum::<usize>();
    }
    sum += message.addresses(H::RecordRoute).map(|route| route.uri().host().len()).sum::<usize>();
    sum += message.content_type().ok()?.map_or(0, |kind| kind.subtype.len());
    sum += message.number(H::Expires).unwrap_or(0) as usize + message.number(H::MaxForwards).unwrap_or(0) as usize;
    for name in [H::WwwAuthenticate, H::ProxyAuthenticate] {
        sum += message.get_all(name).filter(|value| matches!(Offer::parse(value), Ok(Offer::Digest(_)))).count();
    }
    Some(sum)
}

/// Reads a frame. 0: refused.
// SAFETY: nothing else is called so.
#[unsafe(no_mangle)]
pub extern "C" fn parse(length: usize) -> usize {
    let message = frame(length).and_then(|frame| Message::parse(frame).ok());
    message.as_ref().and_then(read).map_or(0, |sum| sum.max(1))
}

/// Reads a frame and prints it into the buffer; gives the length. 0: refused.
// SAFETY: nothing else is called so.
#[unsafe(no_mangle)]
pub extern "C" fn parse_and_print(length: usize) -> usize {
    let Some(message) = frame(length).and_then(|frame| Message::parse(frame).ok()) else { return 0 };
    if read(&message).is_none() {
        return 0;
    }
    let printed = message.to_frame();
    // SAFETY: no other reference into the buffer is alive.
    let bytes = unsafe { &mut *BUFFER.0.get() };
    match bytes.get_mut(..printed.len()) {
        Some(place) => place.copy_from_slice(printed.as_bytes()),
        None => return 0,
    }
    printed.len()
}

/// Answers the first digest challenge of the frame; gives the length. Here so that the module's size counts digest in.
// SAFETY: nothing else is called so.
#[unsafe(no_mangle)]
pub extern "C" fn answer(length: usize) -> usize {
    let Some(message) = frame(length).and_then(|frame| Message::parse(frame).ok()) else { return 0 };
    let challenge = message.get_all(H::WwwAuthenticate).find_map(|value| match Offer::parse(value) {
        Ok(Offer::Digest(challenge)) => Some(challenge),
        _ => None,
    });
    let credentials = Credentials { user: "1001", proof: Proof::Password("secret") };
    challenge.map_or(0, |challenge| challenge.answer(credentials, "REGISTER", "sip:pbx.test", 1, "0a4f113b").len())
}
