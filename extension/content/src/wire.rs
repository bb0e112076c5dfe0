//! The few messages of a content script, read and written by hand.
//!
//! `serde` would do it in a line and cost 60 KB of JavaScript on every page. What it makes of the same types natively is what the tests compare with.

use patchcord_messages::{CommandId, ContentMessage, FoundSpan, FrameSize, SiteMode, SiteState, Text, ToContent, ToWorker, WidgetPlace};

/// A value as JSON knows it; in the browser a JavaScript one.
pub trait Value: Sized {
    /// A string.
    fn string(text: &str) -> Self;
    /// A number.
    fn number(number: f64) -> Self;
    /// A boolean.
    fn flag(flag: bool) -> Self;
    /// A list.
    fn list(items: Vec<Self>) -> Self;
    /// An object.
    fn object<const N: usize>(properties: [(&str, Self); N]) -> Self;
    /// A property; none where there is none, or no object.
    fn get(&self, name: &str) -> Option<Self>;
    /// What it is, if a string.
    fn as_text(&self) -> Option<String>;
    /// What it is, if a number.
    fn as_number(&self) -> Option<f64>;
    /// What it is, if a boolean.
    fn as_flag(&self) -> Option<bool>;
    /// What it is, if a list.
    fn as_list(&self) -> Option<Vec<Self>>;
}

fn text<V: Value>(value: &V, name: &str) -> Option<String> {
    value.get(name)?.as_text()
}

fn number<V: Value>(value: &V, name: &str) -> Option<f64> {
    value.get(name)?.as_number()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn whole<V: Value>(value: &V, name: &str) -> Option<u32> {
    number(value, name).map(|number| number as u32)
}

fn texts<V: Value>(value: &V, name: &str) -> Option<Vec<String>> {
    value.get(name)?.as_list()?.iter().map(Value::as_text).collect()
}

/// What the phone says. None: it is of another version.
#[must_use]
pub fn read_phone<V: Value>(value: &V) -> Option<ToContent> {
    if let Some(reply) = value.get("reply") {
        let problem = reply.get("problem").and_then(|problem| Some(Text { key: text(&problem, "key")?, args: texts(&problem, "args")? }));
        return Some(ToContent::Reply { id: CommandId(text(&reply, "id")?), problem });
    }
    if let Some(frame) = value.get("frame") {
        let size = frame.get("size")?;
        return Some(ToContent::Frame { size: FrameSize { width: number(&size, "width")?, height: number(&size, "height")? } });
    }
    if let Some(found) = value.get("found") {
        let finds = found.get("finds")?.as_list()?.iter().map(read_find).collect::<Option<_>>()?;
        return Some(ToContent::Found { batch: whole(&found, "batch")?, finds });
    }
    let moved = value.get("move")?;
    Some(ToContent::Move { dx: number(&moved, "dx")?, dy: number(&moved, "dy")?, done: moved.get("done")?.as_flag()? })
}

fn read_find<V: Value>(find: &V) -> Option<FoundSpan> {
    Some(FoundSpan {
        cell: whole(find, "cell")?,
        start: whole(find, "start")?,
        end: whole(find, "end")?,
        number: text(find, "number")?,
        shown: text(find, "shown")?,
    })
}

/// What is said to the phone. None: nothing to be said.
#[must_use]
pub fn write_phone<V: Value>(message: &ContentMessage) -> Option<V> {
    Some(match message {
        ContentMessage::Dial { id, number, link } => {
            let dial = V::object([("id", V::string(&id.0)), ("number", V::string(number)), ("link", V::flag(*link))]);
            V::object([("dial", dial)])
        }
        ContentMessage::Numbers { numbers } => {
            let numbers = numbers.iter().map(|found| V::object([("text", V::string(&found.text)), ("number", V::string(&found.number))]));
            V::object([("numbers", V::object([("numbers", V::list(numbers.collect()))]))])
        }
        ContentMessage::Find { batch, text, ends, label, labels } => {
            let numbers = |list: &[u32]| V::list(list.iter().map(|number| V::number(f64::from(*number))).collect());
            let find = [
                ("batch", V::number(f64::from(*batch))),
                ("text", V::string(text)),
                ("ends", numbers(ends)),
                ("label", numbers(label)),
                ("labels", V::list(labels.iter().map(|label| V::string(label)).collect())),
            ];
            V::object([("find", V::object(find))])
        }
        _ => return None,
    })
}

/// What is said to the worker. None: not for a content script to say.
#[must_use]
pub fn write_worker<V: Value>(message: &ToWorker) -> Option<V> {
    let to = ("to", V::string("worker"));
    Some(match message {
        ToWorker::Hello => V::object([to, ("toWorker", V::string("hello"))]),
        ToWorker::Placed { place } => {
            let place = V::object([("left", V::flag(place.left)), ("height", V::number(place.height))]);
            V::object([to, ("toWorker", V::string("placed")), ("place", place)])
        }
        _ => return None,
    })
}

/// What the worker answers. None: it is of another version.
#[must_use]
pub fn read_site<V: Value>(value: &V) -> Option<SiteState> {
    let place = |place: V| Some(WidgetPlace { left: place.get("left")?.as_flag()?, height: number(&place, "height")? });
    Some(SiteState {
        mode: match text(value, "mode")?.as_str() {
            "on" => SiteMode::On,
            "widgetOnly" => SiteMode::WidgetOnly,
            _ => SiteMode::Off,
        },
        live: value.get("live")?.as_flag()?,
        numbers: whole(value, "numbers")?,
        place: value.get("place").and_then(place),
    })
}

/// Whether it is [`SiteNews::Changed`](patchcord_messages::SiteNews::Changed), addressed to content scripts.
#[must_use]
pub fn is_news<V: Value>(value: &V) -> bool {
    text(value, "to").as_deref() == Some("content") && text(value, "toPage").as_deref() == Some("changed")
}

#[cfg(test)]
mod tests {
    use patchcord_messages::{FoundNumber, SiteNews};
    use serde_json::{Value as Json, json, to_value};

    use super::*;

    impl Value for Json {
        fn string(text: &str) -> Self {
            json!(text)
        }
        fn number(number: f64) -> Self {
            // As JavaScript has it: 3 and 3.0 are one.
            if number.fract() == 0.0 && number >= 0.0 { json!(number as u64) } else { json!(number) }
        }
        fn flag(flag: bool) -> Self {
            json!(flag)
        }
        fn list(items: Vec<Self>) -> Self {
            json!(items)
        }
        fn object<const N: usize>(properties: [(&str, Self); N]) -> Self {
            properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        }
        fn get(&self, name: &str) -> Option<Self> {
            Json::get(self, name).filter(|value| !value.is_null()).cloned()
        }
        fn as_text(&self) -> Option<String> {
            self.as_str().map(str::to_owned)
        }
        fn as_number(&self) -> Option<f64> {
            self.as_f64()
        }
        fn as_flag(&self) -> Option<bool> {
            self.as_bool()
        }
        fn as_list(&self) -> Option<Vec<Self>> {
            self.as_array().cloned()
        }
    }

    #[test]
    fn reads_what_the_phone_writes() {
        let id = CommandId::from("abc");
        let problem = Text { key: "problemNumberInvalid".into(), args: vec!["12".into()] };
        for message in [
            ToContent::Reply { id: id.clone(), problem: Some(problem) },
            ToContent::Reply { id, problem: None },
            ToContent::Frame { size: FrameSize { width: 320.0, height: 40.5 } },
            ToContent::Found { batch: 7, finds: Vec::new() },
            ToContent::Found {
                batch: u32::MAX,
                finds: vec![FoundSpan { cell: 1, start: 2, end: 13, number: "1".into(), shown: "+1".into() }],
            },
            ToContent::Move { dx: -1.5, dy: 2.0, done: true },
        ] {
            assert_eq!(read_phone(&to_value(&message).unwrap()), Some(message));
        }
    }

    #[test]
    fn what_it_does_not_know_it_leaves() {
        for value in [
            json!(null),
            json!("x"),
            json!([]),
            json!({"toContent": "later"}),
            json!({"toContent": "frame", "size": {"width": "wide"}}),
            json!({"toContent": 1}),
        ] {
            assert_eq!(read_phone(&value), None, "{value}");
            assert_eq!(read_site(&value), None, "{value}");
        }
    }

    #[test]
    fn writes_what_the_phone_reads() {
        let numbers = vec![FoundNumber { text: "138 0013 8000".into(), number: "13800138000".into() }];
        for message in [
            ContentMessage::Dial { id: CommandId::from("abc"), number: "10086".into(), link: true },
            ContentMessage::Numbers { numbers },
            ContentMessage::Find { batch: 3, text: "13800138000".into(), ends: vec![11], label: vec![1], labels: vec!["电话".into()] },
            ContentMessage::Numbers { numbers: Vec::new() },
        ] {
            assert_eq!(write_phone::<Json>(&message), Some(to_value(&message).unwrap()));
        }
    }

    #[test]
    fn writes_what_the_worker_reads() {
        for message in [ToWorker::Hello, ToWorker::Placed { place: WidgetPlace { left: true, height: 0.25 } }] {
            let mut expected = to_value(&message).unwrap();
            expected["to"] = json!("worker");
            assert_eq!(write_worker::<Json>(&message), Some(expected));
        }
        assert_eq!(write_worker::<Json>(&ToWorker::Wake), None);
    }

    #[test]
    fn reads_what_the_worker_writes() {
        for mode in [SiteMode::On, SiteMode::WidgetOnly, SiteMode::Off] {
            for place in [None, Some(WidgetPlace { left: false, height: 1.0 })] {
                let site = SiteState { mode, live: true, numbers: u32::MAX, place };
                assert_eq!(read_site(&to_value(&site).unwrap()), Some(site));
            }
        }
        let mut news = to_value(SiteNews::Changed).unwrap();
        assert!(!is_news(&news), "not addressed");
        news["to"] = json!("content");
        assert!(is_news(&news));
    }
}
