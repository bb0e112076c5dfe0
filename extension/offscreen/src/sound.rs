//! The phone's media commands, carried out one after the other for each leg.

use core::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Weak;

use patchcord_browser::media::{self, Engine, Leg, Tones};
use patchcord_messages::Settings;
use patchcord_phone::{Few, Input, LegId, MediaCommand, MediaEvent, Tone};
use patchcord_sip::{MediaAnswer, MediaDirection, MediaError, MediaRequest};
use wasm_bindgen_futures::spawn_local;

use crate::driver::{Driver, tell};

/// Legs and tones.
pub(crate) struct Sound {
    driver: Weak<Driver>,
    engine: Engine,
    tones: Tones,
    legs: RefCell<Few<LegId, Line>>,
}

/// A leg and what it still has to do.
struct Line {
    leg: Leg,
    jobs: VecDeque<Job>,
    working: bool,
}

/// What takes time.
enum Job {
    Open,
    Ask(u32, MediaRequest),
}

impl Sound {
    pub(crate) fn new(driver: Weak<Driver>) -> Self {
        let weak = driver.clone();
        let engine = Engine::new(move |event| {
            let event = match event {
                media::MediaEvent::Connection { leg, up } => MediaEvent::Connection { leg: LegId(leg), up },
                media::MediaEvent::Quality { leg, quality } => MediaEvent::Quality { leg: LegId(leg), quality },
                media::MediaEvent::Microphone(error) => MediaEvent::Microphone(error.map(error_of)),
                media::MediaEvent::Devices(devices) => MediaEvent::Devices(devices),
            };
            tell(&weak, Input::Media(event));
        });
        Self { driver, engine, tones: Tones::default(), legs: RefCell::default() }
    }

    pub(crate) fn warm_up(&self) {
        self.engine.warm_up();
        self.engine.look_for_devices();
    }

    pub(crate) fn configure(&self, settings: &Settings) {
        self.engine.configure(settings);
        self.tones.configure(&settings.audio);
    }

    pub(crate) fn tone(&self, tone: Tone) {
        self.tones.play(match tone {
            Tone::Silence => media::Tone::Silence,
            Tone::Ring => media::Tone::Ring,
            Tone::CallWaiting => media::Tone::CallWaiting,
            Tone::RingBack => media::Tone::RingBack,
            Tone::Busy => media::Tone::Busy,
        });
    }

    pub(crate) fn beep(&self, digits: &str) {
        self.tones.beep(digits);
    }

    pub(crate) fn command(&self, command: MediaCommand) {
        match command {
            MediaCommand::Open { leg } => self.enqueue(leg, Job::Open),
            MediaCommand::Ask { leg, request: MediaRequest::SendDtmf { digits }, .. } => {
                self.with_leg(leg, |leg| {
                    // The user agent chose this way because the descriptions allow it.
                    let _ = leg.dtmf(&digits);
                });
            }
            MediaCommand::Ask { leg, request: MediaRequest::Close, .. } | MediaCommand::Close { leg } => {
                let line = self.legs.borrow_mut().remove(&leg);
                if let Some(line) = line {
                    line.leg.close();
                }
            }
            MediaCommand::Ask { leg, round, request } => self.enqueue(leg, Job::Ask(round, request)),
            MediaCommand::Gate { leg, microphone, speaker } => self.with_leg(leg, |leg| leg.gate(microphone, speaker)),
            MediaCommand::LookForDevices => self.engine.look_for_devices(),
        }
    }

    /// Does something with a leg at once; makes it where it is not there yet.
    fn with_leg(&self, id: LegId, act: impl FnOnce(&Leg)) {
        let mut legs = self.legs.borrow_mut();
        if !legs.contains(&id) {
            legs.insert(id, Line { leg: self.engine.leg(id.0), jobs: VecDeque::new(), working: false });
        }
        if let Some(line) = legs.get(&id) {
            act(&line.leg);
        }
    }

    fn enqueue(&self, id: LegId, job: Job) {
        self.with_leg(id, |_| {});
        let mut legs = self.legs.borrow_mut();
        let Some(line) = legs.get_mut(&id) else { return };
        line.jobs.push_back(job);
        if std::mem::replace(&mut line.working, true) {
            return;
        }
        let driver = self.driver.clone();
        spawn_local(async move {
            while let Some((leg, job)) = driver.upgrade().and_then(|driver| driver.sound.next(id)) {
                if let Some(event) = work(id, leg, job).await {
                    tell(&driver, Input::Media(event));
                }
            }
        });
    }

    fn next(&self, id: LegId) -> Option<(Leg, Job)> {
        let mut legs = self.legs.borrow_mut();
        let line = legs.get_mut(&id)?;
        let Some(job) = line.jobs.pop_front() else {
            line.working = false;
            return None;
        };
        Some((line.leg.clone(), job))
    }
}

/// Does a job. None where it has no answer, or where the leg was closed meanwhile.
async fn work(id: LegId, leg: Leg, job: Job) -> Option<MediaEvent> {
    let (round, result) = match job {
        Job::Open => match leg.open_microphone().await {
            Err(media::MediaError::Closed) => return None,
            result => return Some(MediaEvent::Opened { leg: id, result: result.map_err(error_of) }),
        },
        Job::Ask(round, request) => {
            let result = match request {
                MediaRequest::CreateOffer { direction, ice_restart } => {
                    leg.offer(direction_of(direction), ice_restart).await.map(MediaAnswer::Sdp)
                }
                MediaRequest::AnswerOffer { offer, direction } => leg.answer(&offer, direction_of(direction)).await.map(MediaAnswer::Sdp),
                MediaRequest::TakeAnswer { answer, provisional } => leg.take_answer(&answer, provisional).await.map(|()| MediaAnswer::Done),
                MediaRequest::Rollback => {
                    leg.roll_back().await;
                    return None;
                }
                _ => return None,
            };
            (round, result)
        }
    };
    match result {
        Err(media::MediaError::Closed) => None,
        result => Some(MediaEvent::Answer { leg: id, round, result: result.map_err(error_of) }),
    }
}

fn direction_of(direction: MediaDirection) -> media::Direction {
    match direction {
        MediaDirection::SendRecv => media::Direction::SendRecv,
        MediaDirection::SendOnly => media::Direction::SendOnly,
        MediaDirection::RecvOnly => media::Direction::RecvOnly,
        MediaDirection::Inactive => media::Direction::Inactive,
    }
}

fn error_of(error: media::MediaError) -> MediaError {
    match error {
        media::MediaError::MicrophoneMissing => MediaError::MicrophoneMissing,
        media::MediaError::MicrophoneRefused => MediaError::MicrophoneRefused,
        media::MediaError::MicrophoneNotAsked => MediaError::MicrophoneNotAsked,
        media::MediaError::MicrophoneBusy => MediaError::MicrophoneBusy,
        media::MediaError::NotAcceptable(words) => MediaError::NotAcceptable(words),
        media::MediaError::Failed(words) => MediaError::Failed(words),
        media::MediaError::Closed => MediaError::Failed("closed".to_owned()),
    }
}
