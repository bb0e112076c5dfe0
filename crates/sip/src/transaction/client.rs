//! Client transactions: requests of ours until their final response.
//!
//! ```text
//! INVITE:      Calling ──1xx──▶ Proceeding            others:  Trying ──final──▶ gone
//!                 │ ╲              │  ╲                           │
//!                 │  2xx          2xx  300–699: ACK, gone         Timer F: gone
//!       Timer B:  │    ╲           │
//!       gone ◀────┘     ╰──▶ Accepted ──Timer M──▶ gone   (each 2xx goes up, one per fork; repeated ones get their ACK again)
//! ```
//! A 401 or 407 that our credentials may satisfy sends the request again, as a new transaction with the same `id`.

use std::sync::Arc;

use patchcord_messages::Millis;

use super::{GIVE_UP, Owner};
use crate::auth::Attempts;
use crate::core::Core;
use crate::message::{MAGIC_COOKIE, Method, Response};
use crate::request::Draft;

/// How long an INVITE that was given up offline is worth a CANCEL: longer than people let it ring.
const LOST: Millis = 180_000;

/// A request on its way.
pub(crate) struct Client {
    pub(crate) id: u32,
    pub(crate) owner: Owner,
    pub(crate) draft: Arc<Draft>,
    branch: String,
    state: State,
    /// Timer B or F.
    limit: Millis,
    attempts: Attempts,
    /// No second try with credentials: it has been cancelled.
    abandoned: bool,
}

enum State {
    Calling {
        until: Millis,
    },
    Proceeding,
    /// An INVITE given up while there was no connection: to be cancelled over the next one, so that the far side does not ring on.
    Lost {
        until: Millis,
    },
    Accepted {
        until: Millis,
        acks: Vec<(String, String)>,
    },
    Trying {
        until: Millis,
    },
}

/// What became of a request.
pub(crate) struct Reply {
    pub(crate) owner: Owner,
    pub(crate) id: u32,
    /// The request as last sent.
    pub(crate) draft: Arc<Draft>,
    pub(crate) outcome: Outcome,
}

pub(crate) enum Outcome {
    /// Any response, provisional ones too.
    Response(Response),
    /// None came.
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// In time.
    Timeout,
    /// And none can come: the connection is lost. Not said of an INVITE, which waits for the next connection.
    Transport,
}

impl Core {
    /// Sends a request. Without a connection the failure is reported as any other.
    pub(crate) fn send(&mut self, draft: Draft, owner: Owner) -> u32 {
        self.send_within(draft, owner, GIVE_UP)
    }

    /// Sends a request that gives up after `limit` instead of Timer B or F.
    pub(crate) fn send_within(&mut self, draft: Draft, owner: Owner, limit: Millis) -> u32 {
        self.next_transaction += 1;
        let id = self.next_transaction;
        let until = self.now + limit;
        let state = if draft.method == Method::Invite { State::Calling { until } } else { State::Trying { until } };
        let draft = Arc::new(draft);
        if !self.is_open() {
            let outcome = Outcome::Failed(Failure::Transport);
            self.replies.push_back(Reply { owner, id, draft, outcome });
            return id;
        }
        let client = Client { id, owner, draft, branch: self.branch(), state, limit, attempts: Attempts::default(), abandoned: false };
        self.launch(client);
        id
    }

    fn branch(&mut self) -> String {
        let random = self.rng.token(16);
        format!("{MAGIC_COOKIE}{random}")
    }

    fn launch(&mut self, mut client: Client) {
        self.auth.credentials(&self.config, &client.draft, &mut client.attempts, &mut self.rng);
        let frame = self.print(&client.draft, &client.branch, client.attempts.sent());
        self.transmit(frame);
        self.clients.push(client);
    }

    /// The owner has lost interest: no second try with credentials.
    pub(crate) fn abandon(&mut self, id: u32) {
        if let Some(client) = self.clients.iter_mut().find(|client| client.id == id) {
            client.abandoned = true;
        }
    }

    /// Sends CANCEL for an INVITE that has had a provisional response (9.1). The INVITE then has 64·T1 to end.
    pub(crate) fn cancel(&mut self, id: u32, reason: Option<&str>) {
        let Some(client) = self.clients.iter_mut().find(|client| client.id == id) else { return };
        client.abandoned = true;
        client.state = State::Calling { until: self.now + GIVE_UP };
        let (branch, owner) = (client.branch.clone(), Owner::Nobody);
        let mut cancel = client.draft.cancel();
        if let Some(reason) = reason {
            cancel = cancel.with("Reason", reason);
        }
        self.next_transaction += 1;
        let state = State::Trying { until: self.now + GIVE_UP };
        let client = Client {
            id: self.next_transaction,
            owner,
            draft: Arc::new(cancel),
            branch,
            state,
            limit: GIVE_UP,
            attempts: Attempts::default(),
            abandoned: true,
        };
        self.launch(client);
    }

    /// Sends the ACK for a 2xx and keeps it, since the 2xx may come again.
    pub(crate) fn acknowledge(&mut self, id: u32, remote_tag: &str, ack: &Draft) {
        let branch = self.branch();
        let attempts = self.clients.iter().find(|client| client.id == id).map(|client| client.attempts.clone()).unwrap_or_default();
        let frame = self.print(ack, &branch, attempts.sent());
        self.transmit(frame.clone());
        if let Some(Client { state: State::Accepted { acks, .. }, .. }) = self.clients.iter_mut().find(|client| client.id == id) {
            acks.push((remote_tag.to_owned(), frame));
        }
    }

    /// A response came. One that belongs to nothing is dropped (17.1.3).
    pub(crate) fn receive_response(&mut self, response: Response) {
        // 8.1.3.3: more than one Via means that it was not meant for us.
        if response.vias().count() != 1 {
            return;
        }
        let branch = response.via().ok().and_then(|via| via.branch()).unwrap_or_default();
        let Ok(cseq) = response.cseq() else { return };
        let found = self.clients.iter().position(|client| client.branch == branch && client.draft.method == cseq.method);
        let Some(index) = found else { return };
        if (200..300).contains(&response.status()) {
            self.auth.noted(&response);
        }
        let until = self.now + GIVE_UP;
        let Some(client) = self.clients.get_mut(index) else { return };
        let invite = client.draft.method == Method::Invite;
        match (response.status(), &mut client.state) {
            (100..200, State::Calling { .. }) if !client.abandoned => client.state = State::Proceeding,
            (100..200, State::Trying { .. }) => return,
            (100..200, State::Accepted { .. }) => return,
            (100..200, _) => {}
            (200..300, State::Accepted { acks, .. }) => {
                let tag = response.to().ok().and_then(|to| to.tag()).unwrap_or_default();
                if let Some((_, ack)) = acks.iter().find(|(known, _)| known == tag) {
                    let ack = ack.clone();
                    self.transmit(ack);
                    return;
                }
            }
            (200..300, state) if invite => *state = State::Accepted { until, acks: Vec::new() },
            // A refusal from another fork after a 2xx: nothing in it for us.
            (_, State::Accepted { .. }) => return,
            (status, _) => {
                let client = self.clients.remove(index);
                if invite {
                    let ack = client.draft.ack_refusal(&response);
                    let frame = self.print(&ack, &client.branch, client.attempts.sent());
                    self.transmit(frame);
                }
                if matches!(status, 401 | 407) && !client.abandoned {
                    self.retry_or_report(client, response);
                } else {
                    let outcome = Outcome::Response(response);
                    self.replies.push_back(Reply { owner: client.owner, id: client.id, draft: client.draft, outcome });
                }
                return;
            }
        }
        if let Some(client) = self.clients.get(index) {
            let (owner, id, draft) = (client.owner, client.id, Arc::clone(&client.draft));
            self.replies.push_back(Reply { owner, id, draft, outcome: Outcome::Response(response) });
        }
    }

    /// 22.2: once more with credentials, if there is a challenge that we have not answered yet.
    fn retry_or_report(&mut self, mut client: Client, response: Response) {
        if self.auth.challenged(&self.config, &response, &mut client.attempts) {
            let mut draft = Draft::clone(&client.draft);
            draft.number = draft.sequence.next();
            client.draft = Arc::new(draft);
            client.branch = self.branch();
            let until = self.now + client.limit;
            client.state = if client.draft.method == Method::Invite { State::Calling { until } } else { State::Trying { until } };
            self.launch(client);
        } else {
            let outcome = Outcome::Response(response);
            self.replies.push_back(Reply { owner: client.owner, id: client.id, draft: client.draft, outcome });
        }
    }

    /// The connection is lost. What is no INVITE has failed; an INVITE must not be sent again, and its answer may still come
    /// over the next connection, so it gets Timer B from now.
    pub(crate) fn clients_lost(&mut self) {
        let until = self.now + GIVE_UP;
        for client in &mut self.clients {
            if let State::Proceeding = client.state {
                client.state = State::Calling { until };
            }
        }
        let (kept, failed) =
            std::mem::take(&mut self.clients).into_iter().partition(|client| !matches!(client.state, State::Trying { .. }));
        self.clients = kept;
        self.report(failed, Failure::Transport);
    }

    /// Timer B of INVITEs whose connection is lost.
    fn lose_invites(&mut self) {
        let now = self.now;
        for client in &mut self.clients {
            if matches!(client.state, State::Calling { until } if until <= now) && client.draft.method == Method::Invite {
                client.state = State::Lost { until: now + LOST };
                client.abandoned = true;
                let (owner, id, draft) = (client.owner, client.id, Arc::clone(&client.draft));
                self.replies.push_back(Reply { owner, id, draft, outcome: Outcome::Failed(Failure::Timeout) });
            }
        }
    }

    /// There is a connection again: takes back what was given up meanwhile.
    pub(crate) fn cancel_lost(&mut self) {
        let lost: Vec<u32> =
            self.clients.iter().filter(|client| matches!(client.state, State::Lost { .. })).map(|client| client.id).collect();
        for id in lost {
            self.cancel(id, None);
        }
    }

    fn report(&mut self, clients: Vec<Client>, failure: Failure) {
        for client in clients {
            let outcome = Outcome::Failed(failure);
            self.replies.push_back(Reply { owner: client.owner, id: client.id, draft: client.draft, outcome });
        }
    }

    pub(crate) fn clients_timeout(&mut self) {
        let now = self.now;
        if !self.is_open() {
            self.lose_invites();
        }
        let over = |client: &Client| client.until().is_some_and(|until| until <= now);
        let (over, kept): (Vec<Client>, Vec<Client>) = std::mem::take(&mut self.clients).into_iter().partition(over);
        self.clients = kept;
        let unanswered = over.into_iter().filter(|client| !matches!(client.state, State::Accepted { .. } | State::Lost { .. })).collect();
        self.report(unanswered, Failure::Timeout);
    }
}

impl Client {
    pub(crate) fn until(&self) -> Option<Millis> {
        match self.state {
            State::Calling { until } | State::Lost { until } | State::Accepted { until, .. } | State::Trying { until } => Some(until),
            State::Proceeding => None,
        }
    }
}
