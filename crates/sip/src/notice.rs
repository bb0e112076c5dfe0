//! What a NOTIFY says: voicemail (RFC 3842), busy lamps (RFC 4235), or the body as it is.

use crate::api::{Event, Lamp, Mailbox};
use crate::core::Core;
use crate::message::{HeaderName as H, Request};
use crate::text;

/// Tells the phone. `dialogs` keeps what earlier notices told.
pub(crate) fn tell(core: &mut Core, id: Option<u32>, event: &str, request: &Request, dialogs: &mut Vec<(String, Lamp)>) {
    let body = request.text();
    match event {
        "message-summary" => {
            if let Some(mailbox) = mailbox(body) {
                core.emit(Event::Mailbox(mailbox));
            }
        }
        "dialog" => {
            if let Some(entity) = lamp(body, dialogs) {
                let lamp = dialogs.iter().map(|(_, lamp)| *lamp).max().unwrap_or(Lamp::Idle);
                core.emit(Event::Lamp { id: id.unwrap_or_default(), entity, lamp });
            }
        }
        _ => {
            let content_type = request.get(H::ContentType).unwrap_or_default().to_owned();
            core.emit(Event::Notified { id: id.unwrap_or_default(), content_type, body: body.to_owned() });
        }
    }
}

/// `Messages-Waiting: yes`, `Voice-Message: new/old (urgent new/old)`.
fn mailbox(body: &str) -> Option<Mailbox> {
    let field = |wanted: &str| {
        body.lines().find_map(|line| {
            line.split_once(':').filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
        })
    };
    let waiting = field("Messages-Waiting")?.eq_ignore_ascii_case("yes");
    let counts = field("Voice-Message").map(|value| value.split('(').next().unwrap_or_default());
    let (new, old) = counts.and_then(|counts| counts.split_once('/')).unwrap_or(("0", "0"));
    Some(Mailbox { waiting, new: new.trim().parse().unwrap_or(0), old: old.trim().parse().unwrap_or(0) })
}

/// Takes a `dialog-info` document into `dialogs`; gives the entity. Of the XML only tags, a few attributes and one text matter, so it is read
/// as that: what is no `dialog-info` gives none.
fn lamp(body: &str, dialogs: &mut Vec<(String, Lamp)>) -> Option<String> {
    const MOST: usize = 64;
    let mut entity = None;
    let mut current: Option<String> = None;
    for piece in body.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        let name = tag.split([' ', '\t', '\r', '\n', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
        let closing = tag.starts_with('/');
        match name {
            "dialog-info" if !closing => {
                entity = Some(attribute(tag, "entity").unwrap_or_default());
                if attribute(tag, "state").as_deref() != Some("partial") {
                    dialogs.clear();
                }
            }
            "dialog" if closing => current = None,
            "dialog" => current = attribute(tag, "id"),
            "state" if !closing => {
                let Some(id) = &current else { continue };
                dialogs.retain(|(known, _)| known != id);
                let lamp = match text.trim() {
                    "confirmed" => Lamp::Busy,
                    "early" | "proceeding" | "trying" => Lamp::Ringing,
                    _ => Lamp::Idle,
                };
                if lamp != Lamp::Idle && dialogs.len() < MOST {
                    dialogs.push((id.clone(), lamp));
                }
            }
            _ => {}
        }
    }
    entity
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    while let Some(at) = text::position(rest, name) {
        let before = rest.get(..at).and_then(|before| before.chars().next_back());
        rest = rest.get(at + name.len()..)?;
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        if let (Some(value), true) = (value, before.is_some_and(char::is_whitespace)) {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return value.get(1..)?.split(quote).next().map(str::to_owned);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_message_summary() {
        let body = "Messages-Waiting: yes\r\nMessage-Account: sip:v@x\r\nVoice-Message: 2/8 (0/2)\r\n";
        assert_eq!(mailbox(body), Some(Mailbox { waiting: true, new: 2, old: 8 }));
        assert_eq!(mailbox("messages-waiting: no\n"), Some(Mailbox { waiting: false, new: 0, old: 0 }));
        assert_eq!(mailbox("hello"), None);
    }

    #[test]
    fn reads_dialog_info() {
        let document = |state: &str, dialogs: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\" state='{state}' entity=\"sip:7@x\">{dialogs}</dialog-info>"
            )
        };
        let mut dialogs = Vec::new();
        let early = "<dialog id=\"a\" direction=\"recipient\"><state event=\"x\"> early </state></dialog>";
        assert_eq!(lamp(&document("full", early), &mut dialogs).as_deref(), Some("sip:7@x"));
        assert_eq!(dialogs, [("a".to_owned(), Lamp::Ringing)]);
        lamp(&document("partial", "<d:dialog id=\"b\"><d:state>confirmed</d:state></d:dialog>"), &mut dialogs);
        assert_eq!(dialogs.len(), 2);
        lamp(&document("partial", "<dialog id=\"a\"><state>terminated</state></dialog>"), &mut dialogs);
        assert_eq!(dialogs, [("b".to_owned(), Lamp::Busy)]);
        lamp(&document("full", ""), &mut dialogs);
        assert_eq!(dialogs, []);
        assert_eq!(lamp("<html>", &mut dialogs), None);
        assert_eq!(lamp("<dialog-info entity=", &mut dialogs), None);
    }
}
