//! All legs, the microphone they share, and the devices.

use core::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::Array;
use patchcord_messages::{Devices, Quality, Settings};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::MediaError;
use super::devices::{self, Permission};
use super::gathering::Worth;
use super::js::{AudioElement, MEDIA_DEVICES, PeerConnection, date_now};
use super::leg::{Leg, LegEvent, State};
use super::microphone::SharedMicrophone;
use super::tones::forget_failure;
use crate::events::{Listening, get, listen, object};

/// What happens without being asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEvent {
    /// A leg's connection works (again) or has failed.
    Connection {
        /// Which leg.
        leg: u32,
        /// It works.
        up: bool,
    },
    /// A measurement.
    Quality {
        /// Of which leg.
        leg: u32,
        /// The figures.
        quality: Quality,
    },
    /// The microphone in use is gone and there is no other; none: there is one again.
    Microphone(Option<MediaError>),
    /// Devices or permission, as they are now.
    Devices(Devices),
}

/// What is made ready before it is needed, and what all connections have in common.
pub(crate) struct Warm {
    certificate: RefCell<Option<JsValue>>,
    settings: RefCell<Settings>,
    permission: Rc<Permission>,
}

/// A certificate is not used in its last hour.
const SPARE: f64 = 3_600_000.0;

impl Warm {
    /// A new connection. A key pair takes milliseconds to make, so one serves many calls.
    pub(crate) fn connection(&self) -> Result<PeerConnection, JsValue> {
        let servers = Array::new();
        for url in &self.settings.borrow().ice_servers {
            servers.push(&object([("urls", url.as_str().into())]));
        }
        let with = |servers: &Array| {
            let configuration = object([("iceServers", servers.into()), ("bundlePolicy", "max-bundle".into())]);
            let certificate = self.certificate.borrow().clone();
            if let Some(certificate) = certificate.filter(|made| get(made, "expires").as_f64().is_some_and(|end| end > date_now() + SPARE))
            {
                let _ = js_sys::Reflect::set(&configuration, &"certificates".into(), &Array::of1(&certificate));
            }
            PeerConnection::new(&configuration)
        };
        // A STUN server that was mistyped must not cost the call.
        with(&servers).or_else(|_| with(&Array::new()))
    }

    /// Host candidates have real addresses and not mDNS names, even with the microphone closed.
    pub(crate) fn may_see_addresses(&self) -> bool {
        self.permission.is_granted()
    }

    /// Which candidates a description should wait for.
    pub(crate) fn worth_waiting_for(&self) -> Worth {
        Worth::of(&self.settings.borrow().ice_servers)
    }

    pub(crate) fn to_speaker(&self, audio: &AudioElement) {
        // An id that is gone leaves the default device.
        if let Ok(promise) = audio.set_sink_id(&self.settings.borrow().audio.speaker.id) {
            forget_failure(promise);
        }
    }
}

/// Makes legs, and keeps them supplied with a microphone.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    on_event: Box<dyn Fn(MediaEvent)>,
    warm: Rc<Warm>,
    microphone: SharedMicrophone,
    legs: RefCell<Vec<Weak<State>>>,
    watching: RefCell<Vec<Listening>>,
}

impl Engine {
    /// An engine that tells `on_event` what happens. Nothing is opened yet.
    pub fn new(on_event: impl Fn(MediaEvent) + 'static) -> Self {
        let permission = Rc::new(Permission::default());
        let engine = Self(Rc::new(Inner {
            on_event: Box::new(on_event),
            warm: Rc::new(Warm {
                certificate: RefCell::new(None),
                settings: RefCell::new(Settings::default()),
                permission: Rc::clone(&permission),
            }),
            microphone: SharedMicrophone::new(permission),
            legs: RefCell::new(Vec::new()),
            watching: RefCell::new(Vec::new()),
        }));
        let weak = Rc::downgrade(&engine.0);
        engine.0.microphone.on_ended(move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).change_microphone();
            }
        });
        engine.watch();
        engine
    }

    /// Makes ready what a first call would otherwise wait for: a certificate, and the browser's WebRTC machinery. The microphone stays closed.
    pub fn warm_up(&self) {
        let warm = Rc::clone(&self.0.warm);
        spawn_local(async move {
            let algorithm = object([("name", "ECDSA".into()), ("namedCurve", "P-256".into())]);
            if let Ok(promise) = PeerConnection::generate_certificate(&algorithm)
                && let Ok(certificate) = JsFuture::from(promise).await
            {
                *warm.certificate.borrow_mut() = Some(certificate);
            }
            let Ok(connection) = warm.connection() else { return };
            if connection.add_transceiver("audio", &object([("direction", "sendrecv".into())])).is_ok()
                && let Ok(promise) = connection.create_offer(&JsValue::UNDEFINED)
            {
                let _ = JsFuture::from(promise).await;
            }
            let _ = connection.close();
        });
    }

    /// Takes over the settings; calls that are up change their devices.
    pub fn configure(&self, settings: &Settings) {
        let old = self.0.warm.settings.replace(settings.clone());
        if old.audio.speaker != settings.audio.speaker {
            self.each_leg(State::change_speaker);
        }
        if self.0.microphone.configure(&settings.audio) {
            self.change_microphone();
        }
    }

    /// A new leg; `id` is given back with its events.
    #[must_use]
    pub fn leg(&self, id: u32) -> Leg {
        let weak = Rc::downgrade(&self.0);
        let leg = Leg::new(Rc::clone(&self.0.warm), self.0.microphone.clone(), move |event| {
            let Some(inner) = weak.upgrade() else { return };
            (inner.on_event)(match event {
                LegEvent::Connection { up } => MediaEvent::Connection { leg: id, up },
                LegEvent::Quality(quality) => MediaEvent::Quality { leg: id, quality },
            });
        });
        let mut legs = self.0.legs.borrow_mut();
        legs.retain(|leg| leg.strong_count() > 0);
        legs.push(Rc::downgrade(leg.state()));
        leg
    }

    /// Looks for devices and permission; [`MediaEvent::Devices`] tells.
    pub fn look_for_devices(&self) {
        let inner = Rc::clone(&self.0);
        spawn_local(async move { (inner.on_event)(MediaEvent::Devices(devices::look().await)) });
    }

    /// Devices come and go, permission is granted and taken away.
    fn watch(&self) {
        let weak = Rc::downgrade(&self.0);
        let look = move || {
            if let Some(inner) = weak.upgrade() {
                let engine = Self(inner);
                engine.look_for_devices();
                // The microphone in use was lost with nothing to take its place: perhaps there is something now.
                if engine.0.microphone.in_use() && !engine.0.microphone.is_open() {
                    engine.change_microphone();
                }
            }
        };
        if let Some(devices) = MEDIA_DEVICES.with(Clone::clone) {
            let look = look.clone();
            self.0.watching.borrow_mut().push(listen(&devices, "devicechange", move |_| look()));
        }
        let inner = Rc::downgrade(&self.0);
        spawn_local(async move {
            let Some(status) = devices::permission_status().await else { return };
            let listening = listen(&status, "change", move |_| look());
            if let Some(inner) = inner.upgrade() {
                inner.warm.permission.set(status);
                inner.watching.borrow_mut().push(listening);
            }
        });
    }

    /// Every leg gets a track of the microphone that is wanted now.
    fn change_microphone(&self) {
        self.0.microphone.reopen();
        let inner = Rc::clone(&self.0);
        spawn_local(async move {
            let mut outcome = Ok(());
            for leg in inner.live_legs() {
                outcome = outcome.and(leg.change_microphone().await);
            }
            match outcome {
                Ok(()) => (inner.on_event)(MediaEvent::Microphone(None)),
                Err(MediaError::Closed) => {}
                Err(error) => (inner.on_event)(MediaEvent::Microphone(Some(error))),
            }
        });
    }

    fn each_leg(&self, act: impl Fn(&State)) {
        for leg in self.0.live_legs() {
            act(&leg);
        }
    }
}

impl Inner {
    fn live_legs(&self) -> Vec<Rc<State>> {
        self.legs.borrow().iter().filter_map(Weak::upgrade).collect()
    }
}
