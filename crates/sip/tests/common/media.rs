use patchcord_sip::{MediaAnswer, MediaDirection, MediaError, MediaRequest};

/// Stands for WebRTC: it makes descriptions, and notes every request that a real engine would refuse (JSEP's state machine, RFC 8829 3.5).
#[derive(Debug)]
pub struct Engine {
    name: String,
    version: u32,
    state: Signalling,
    closed: bool,
    /// What was asked for, in short.
    pub log: Vec<String>,
    /// What a real engine would have refused.
    pub faults: Vec<String>,
    /// How far this engine is with its far side: the descriptions that both agreed on.
    pub agreed: Vec<String>,
    /// Fail the next request that is answered.
    pub fail: Option<MediaError>,
    /// Leave telephone-event out.
    pub no_tones: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signalling {
    Stable,
    LocalOffer,
}

fn word(direction: MediaDirection) -> &'static str {
    match direction {
        MediaDirection::SendRecv => "sendrecv",
        MediaDirection::SendOnly => "sendonly",
        MediaDirection::RecvOnly => "recvonly",
        MediaDirection::Inactive => "inactive",
    }
}

fn sends(direction: &str) -> bool {
    matches!(direction, "sendrecv" | "sendonly")
}

fn receives(direction: &str) -> bool {
    matches!(direction, "sendrecv" | "recvonly")
}

/// `a=…` of a description.
pub fn direction_of(sdp: &str) -> &'static str {
    ["sendonly", "recvonly", "inactive"].into_iter().find(|word| sdp.contains(&format!("a={word}\r\n"))).unwrap_or("sendrecv")
}

impl Engine {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: 0,
            state: Signalling::Stable,
            closed: false,
            log: Vec::new(),
            faults: Vec::new(),
            agreed: Vec::new(),
            fail: None,
            no_tones: false,
        }
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }

    fn sdp(&mut self, direction: &str) -> String {
        self.version += 1;
        let tones = if self.no_tones { "" } else { "a=rtpmap:101 telephone-event/8000\r\n" };
        let (name, version) = (&self.name, self.version);
        format!(
            "v=0\r\no={name} 1 {version} IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 101\r\na=rtpmap:111 opus/48000/2\r\n{tones}a={direction}\r\n"
        )
    }

    /// Does what is asked; the answer where there is one.
    pub fn handle(&mut self, request: &MediaRequest) -> Option<Result<MediaAnswer, MediaError>> {
        if self.closed {
            self.faults.push(format!("{request:?} after Close"));
        }
        let answered =
            matches!(request, MediaRequest::CreateOffer { .. } | MediaRequest::AnswerOffer { .. } | MediaRequest::TakeAnswer { .. });
        if answered && let Some(error) = self.fail.take() {
            self.log.push("fail".to_owned());
            return Some(Err(error));
        }
        match request {
            MediaRequest::CreateOffer { direction, ice_restart } => {
                if self.state != Signalling::Stable {
                    self.faults.push("CreateOffer with an offer outstanding".to_owned());
                }
                self.state = Signalling::LocalOffer;
                self.log.push(format!("offer {}{}", word(*direction), if *ice_restart { " restart" } else { "" }));
                Some(Ok(MediaAnswer::Sdp(self.sdp(word(*direction)))))
            }
            MediaRequest::AnswerOffer { offer, direction } => {
                if self.state != Signalling::Stable {
                    self.faults.push("AnswerOffer with an offer outstanding".to_owned());
                }
                let (theirs, ours) = (direction_of(offer), word(*direction));
                let both = match (sends(ours) && receives(theirs), receives(ours) && sends(theirs)) {
                    (true, true) => "sendrecv",
                    (true, false) => "sendonly",
                    (false, true) => "recvonly",
                    (false, false) => "inactive",
                };
                self.log.push(format!("answer {both}"));
                self.agreed.push(format!("theirs {theirs}"));
                Some(Ok(MediaAnswer::Sdp(self.sdp(both))))
            }
            MediaRequest::TakeAnswer { answer, provisional } => {
                if self.state != Signalling::LocalOffer {
                    self.faults.push("TakeAnswer without an offer".to_owned());
                }
                if answer.is_empty() {
                    self.faults.push("TakeAnswer of nothing".to_owned());
                }
                if !provisional {
                    self.state = Signalling::Stable;
                    self.agreed.push(format!("answer {}", direction_of(answer)));
                }
                self.log.push(format!("take {}{}", direction_of(answer), if *provisional { " early" } else { "" }));
                Some(Ok(MediaAnswer::Done))
            }
            MediaRequest::Rollback => {
                self.state = Signalling::Stable;
                self.log.push("rollback".to_owned());
                None
            }
            MediaRequest::SendDtmf { digits } => {
                self.log.push(format!("tones {digits}"));
                None
            }
            MediaRequest::Close => {
                self.closed = true;
                self.log.push("close".to_owned());
                None
            }
            other => {
                self.faults.push(format!("unknown request {other:?}"));
                None
            }
        }
    }
}
