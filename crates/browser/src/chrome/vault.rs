//! Keeps a secret on disk for "remember me", encrypted.
//!
//! AES-256-GCM with a key that WebCrypto made as non-extractable and that lives in the extension's IndexedDB; the ciphertext is in `chrome.storage.local`.
//! No script can read the key, ours included: whoever gets at the storage alone (a bug that leaks it, a synced or copied storage file, a support dump) holds
//! nothing. It does not protect against somebody who has the whole browser profile and can run it: nothing an extension can do does, since the browser
//! gives extensions no access to the system's key store (its own password store is no better off). Those who need more leave "remember me" off.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{
    ChromeError,
    call::{call_now, settle},
    get, object, random_bytes,
};

const DATABASE: &str = "vault";
const STORE: &str = "keys";
const KEY: &str = "remember";
/// NIST SP 800-38D, section 8.2.2: a random 96-bit nonce for each message.
const NONCE: usize = 12;

/// The nonce and the encrypted `plain`, in base64.
///
/// # Errors
/// In the browser's words: IndexedDB can't be written.
pub async fn seal(plain: &str) -> Result<String, ChromeError> {
    let nonce = random_bytes::<NONCE>();
    let sealed = crypt("encrypt", &key(true).await?, &nonce, plain.as_bytes()).await?;
    Ok(to_base64(&[&nonce[..], &sealed].concat()))
}

/// The reverse of [`seal`].
///
/// # Errors
/// [`ChromeError::Form`] where it was not sealed with the key of this profile, or was tampered with.
pub async fn open(sealed: &str) -> Result<String, ChromeError> {
    let form = || ChromeError::Form("vault".to_owned());
    let bytes = from_base64(sealed).ok_or_else(form)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(form)?;
    let plain = crypt("decrypt", &key(false).await?, nonce, sealed).await.map_err(|_| form())?;
    String::from_utf8(plain).map_err(|_| form())
}

fn subtle() -> JsValue {
    get(&get(&js_sys::global(), "crypto"), "subtle")
}

async fn crypt(what: &str, key: &JsValue, nonce: &[u8; NONCE], data: &[u8]) -> Result<Vec<u8>, ChromeError> {
    let algorithm = object([("name", "AES-GCM".into()), ("iv", Uint8Array::from(&nonce[..]).into())]);
    let done = settle(call_now(&subtle(), what, &[algorithm, key.clone(), Uint8Array::from(data).into()])?).await?;
    Ok(Uint8Array::new(&done).to_vec())
}

/// The profile's key; where there is none it is made if `make`.
async fn key(make: bool) -> Result<JsValue, ChromeError> {
    let factory = get(&js_sys::global(), "indexedDB");
    let opening = call_now(&factory, "open", &[DATABASE.into(), 1.into()])?;
    let upgrade = Closure::once_into_js({
        let opening = opening.clone();
        move |_: JsValue| {
            let _ = call_now(&get(&opening, "result"), "createObjectStore", &[STORE.into()]);
        }
    });
    let _ = js_sys::Reflect::set(&opening, &"onupgradeneeded".into(), &upgrade);
    let database = request(&opening).await?;
    let store = |mode: &str| {
        let transaction = call_now(&database, "transaction", &[STORE.into(), mode.into()])?;
        call_now(&transaction, "objectStore", &[STORE.into()])
    };
    let kept = request(&call_now(&store("readonly")?, "get", &[KEY.into()])?).await?;
    let key = if kept.is_object() {
        kept
    } else if make {
        let algorithm = object([("name", "AES-GCM".into()), ("length", 256.into())]);
        let uses: Array = ["encrypt", "decrypt"].into_iter().map(JsValue::from).collect();
        let made = settle(call_now(&subtle(), "generateKey", &[algorithm, false.into(), uses.into()])?).await?;
        request(&call_now(&store("readwrite")?, "put", &[made.clone(), KEY.into()])?).await?;
        made
    } else {
        return Err(ChromeError::Form("no key".to_owned()));
    };
    let _ = call_now(&database, "close", &[]);
    Ok(key)
}

/// The result of an `IDBRequest`.
async fn request(request: &JsValue) -> Result<JsValue, ChromeError> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        let _ = js_sys::Reflect::set(request, &"onsuccess".into(), &resolve);
        let _ = js_sys::Reflect::set(request, &"onerror".into(), &reject);
    });
    match settle(promise.into()).await {
        Ok(_) => Ok(get(request, "result")),
        Err(_) => Err(ChromeError::from(get(request, "error"))),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn atob(text: &str) -> Result<js_sys::JsString, JsValue>;

    fn btoa(text: &js_sys::JsString) -> String;
}

fn to_base64(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.iter().map(|&byte| u16::from(byte)).collect();
    btoa(&js_sys::JsString::from_char_code(&units))
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let binary = atob(text).ok()?;
    binary.iter().map(|unit| u8::try_from(unit).ok()).collect()
}
