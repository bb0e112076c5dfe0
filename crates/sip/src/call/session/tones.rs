//! Tones: RFC 4733 through the media engine, or INFO with `application/dtmf-relay` where telephone-event was not agreed on.

use std::collections::VecDeque;

use super::Session;
use crate::api::{CallEvent, MediaRequest};
use crate::call::{Context, Next};
use crate::message::{HeaderName as H, MediaType, Method, Request};
use crate::request::Body;
use crate::transaction::Answer;

/// What INFO says a tone lasts, in milliseconds.
const DURATION: u32 = 160;
/// Tones that may wait to be sent by INFO.
const MAX_WAITING: usize = 64;

#[derive(Default)]
pub(super) struct Tones {
    /// The far side did not agree on telephone-event.
    pub(super) by_info: bool,
    waiting: VecDeque<char>,
    /// The INFO under way: they go one by one, since order matters.
    pub(super) sending: Option<u32>,
}

fn is_tone(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='D' | '*' | '#')
}

impl Session {
    pub(crate) fn dtmf(&mut self, cx: &mut Context<'_>, digits: &str) -> Next {
        let digits: String = digits.to_ascii_uppercase().chars().filter(|c| is_tone(*c)).collect();
        if digits.is_empty() || self.leaving {
            return Next::Stay;
        }
        if self.tones.by_info {
            let room = MAX_WAITING.saturating_sub(self.tones.waiting.len());
            self.tones.waiting.extend(digits.chars().take(room));
            self.send_tone(cx);
        } else {
            cx.tell(MediaRequest::SendDtmf { digits });
        }
        Next::Stay
    }

    pub(super) fn send_tone(&mut self, cx: &mut Context<'_>) {
        if self.tones.sending.is_some() || !self.announced || !cx.core.ready {
            return;
        }
        let Some(tone) = self.tones.waiting.pop_front() else { return };
        let body = Body { kind: "application/dtmf-relay".into(), text: format!("Signal={tone}\r\nDuration={DURATION}\r\n") };
        let draft = self.dialog.draft(Method::Info).with_body(body);
        let owner = cx.owner();
        self.tones.sending = Some(cx.core.send(draft, owner));
    }

    /// INFO that the phone wants sent.
    pub(crate) fn send_info(&mut self, cx: &mut Context<'_>, content_type: String, body: String) -> Next {
        if self.announced && !self.leaving && cx.core.ready && MediaType::parse(&content_type).is_ok() {
            let draft = self.dialog.draft(Method::Info).with_body(Body { kind: content_type.into(), text: body });
            let owner = cx.owner();
            cx.core.send(draft, owner);
        }
        Next::Stay
    }

    /// INFO from the far side.
    pub(super) fn info(&mut self, cx: &mut Context<'_>, request: &Request) -> Answer {
        if request.get(H::InfoPackage).is_some() {
            // RFC 6086 4.2.2: we have told of no package.
            return Answer::new(469).with("Recv-Info", "");
        }
        let kind = request.content_type().ok().flatten();
        let tones = match kind {
            Some(kind) if kind.is("application", "dtmf-relay") => relay(request.text()),
            Some(kind) if kind.is("application", "dtmf") => tone(request.text().trim()),
            _ => None,
        };
        match tones {
            Some(tone) => cx.emit(CallEvent::Dtmf(tone.to_string())),
            None if !request.text().is_empty() => {
                let content_type = request.get(H::ContentType).unwrap_or_default().to_owned();
                cx.emit(CallEvent::Info { content_type, body: request.text().to_owned() });
            }
            None => {}
        }
        Answer::new(200)
    }
}

fn tone(text: &str) -> Option<char> {
    match text {
        "10" => Some('*'),
        "11" => Some('#'),
        _ => text.chars().next().map(|c| c.to_ascii_uppercase()).filter(|c| is_tone(*c) && text.len() == 1),
    }
}

fn relay(body: &str) -> Option<char> {
    let line = body.lines().find_map(|line| line.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("signal")));
    line.and_then(|(_, value)| tone(value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tones() {
        for (body, expected) in [
            ("Signal=5\r\nDuration=160", Some('5')),
            ("Signal= #\nDuration=100", Some('#')),
            ("signal=a", Some('A')),
            ("Signal=11", Some('#')),
            ("Signal=55", None),
            ("Duration=160", None),
            ("", None),
        ] {
            assert_eq!(relay(body), expected, "{body:?}");
        }
    }
}
