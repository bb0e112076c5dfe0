//! `chrome.contextMenus` and `chrome.commands`: what the user picks outside our pages.

use wasm_bindgen::JsValue;

use super::{
    Event, Listener,
    call::{call, call_now},
    event::chrome,
    get, get_string, object,
};

/// Makes the menu of a selection anew, with one entry; `%s` in its title stands for the selection. Menus last until the extension is reloaded.
pub async fn set_selection_entry(id: &str, title: &str) {
    // There is nothing to be done where it fails: the entry is missing, all else works.
    let _ = call("contextMenus", "removeAll", &[] as &[JsValue]).await;
    let contexts = js_sys::Array::of1(&"selection".into());
    let entry = object([("id", id.into()), ("title", title.into()), ("contexts", contexts.into())]);
    let _ = call_now(&get(&chrome(), "contextMenus"), "create", &[entry]);
}

/// Calls `handler` with the entry's id and the selected text.
pub fn on_picked(mut handler: impl FnMut(String, String) + 'static) -> Option<Listener> {
    Some(Event::of("contextMenus", "onClicked")?.listen(move |info, _, _| {
        if let (Some(id), Some(selection)) = (get_string(&info, "menuItemId"), get_string(&info, "selectionText")) {
            handler(id, selection);
        }
        JsValue::UNDEFINED
    }))
}

/// Calls `handler` with the name (as in the manifest) of the shortcut that was pressed.
pub fn on_shortcut(mut handler: impl FnMut(String) + 'static) -> Option<Listener> {
    Some(Event::of("commands", "onCommand")?.listen(move |name, _, _| {
        if let Some(name) = name.as_string() {
            handler(name);
        }
        JsValue::UNDEFINED
    }))
}
