//! The control interface over HTTP: the same as [`Rig`](crate::Rig)'s methods, as JSON.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot, watch};

use super::{ControlError, DialOut, PlaceCall};
use crate::addresses::Addresses;
use crate::faults::Fault;
use crate::pbx::{Control, Input, Reply};
use crate::state::{CallId, LegId, Mode, State};
use crate::trace::{Trace, TraceEntry};

/// The longest that a long-poll waits, in ms.
const LONGEST_POLL: u64 = 120_000;

/// What the interface works on.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) inputs: mpsc::UnboundedSender<Input>,
    pub(crate) state: watch::Receiver<Arc<State>>,
    pub(crate) trace: Trace,
    pub(crate) addresses: Arc<Addresses>,
}

impl Shared {
    /// Tells the PBX and waits for its word.
    pub(crate) async fn ask<T>(&self, make: impl FnOnce(Reply<T>) -> Control) -> Result<T, ControlError> {
        let (reply, answer) = oneshot::channel();
        self.inputs.send(Input::Control(make(reply))).map_err(|_| ControlError::Stopped)?;
        answer.await.map_err(|_| ControlError::Stopped)?
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NoSuchUser | Self::NoSuchCall | Self::NoSuchLeg => StatusCode::NOT_FOUND,
            Self::InvalidHeader { .. } | Self::InvalidCaller => StatusCode::BAD_REQUEST,
            Self::NotRegistered | Self::CallOver | Self::NotNow | Self::NotMixable | Self::Refused { .. } => StatusCode::CONFLICT,
            Self::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(self)).into_response()
    }
}

/// `?after=REV&timeout_ms=N`: waits for a state newer than REV.
#[derive(Debug, Deserialize)]
struct Poll {
    after: Option<u64>,
    timeout_ms: Option<u64>,
}

/// The routes.
pub(crate) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/addresses", get(async |Extract(shared): Extract<Shared>| Json((*shared.addresses).clone())))
        .route("/state", get(state))
        .route("/trace", get(trace))
        .route("/calls", post(place))
        .route("/dial", post(dial))
        .route("/calls/{call}/join", post(join))
        .route("/calls/{call}/pick_up", post(pick_up))
        .route("/calls/{call}/transfer", post(transfer))
        .route("/calls/{call}/mode", post(mode))
        .route("/calls/{call}/{action}", post(act))
        .route("/faults", post(fault))
        .with_state(shared)
}

async fn state(Extract(shared): Extract<Shared>, Query(poll): Query<Poll>) -> Json<State> {
    let mut states = shared.state.clone();
    if let Some(after) = poll.after {
        let timeout = Duration::from_millis(poll.timeout_ms.unwrap_or(30_000).min(LONGEST_POLL));
        // Nothing new in time: what there is, as anybody can see by its number.
        _ = tokio::time::timeout(timeout, states.wait_for(|state| state.rev > after)).await;
    }
    let state = states.borrow().clone();
    Json((*state).clone())
}

async fn trace(Extract(shared): Extract<Shared>) -> Json<Vec<TraceEntry>> {
    Json(shared.trace.entries())
}

async fn place(Extract(shared): Extract<Shared>, Json(place): Json<PlaceCall>) -> Result<Json<CallId>, ControlError> {
    shared.ask(|reply| Control::Place(Box::new(place), reply)).await.map(Json)
}

async fn dial(Extract(shared): Extract<Shared>, Json(dial): Json<DialOut>) -> Result<Json<CallId>, ControlError> {
    shared.ask(|reply| Control::Dial(dial, reply)).await.map(Json)
}

/// Who is to join, and how.
#[derive(Debug, Deserialize)]
struct Join {
    user: String,
    #[serde(flatten)]
    mode: Mode,
}

async fn join(Extract(shared): Extract<Shared>, Path(call): Path<u64>, Json(join): Json<Join>) -> Result<Json<bool>, ControlError> {
    shared.ask(|reply| Control::Join(CallId(call), join.user, join.mode, reply)).await.map(|()| Json(true))
}

/// Who is to pick up.
#[derive(Debug, Deserialize)]
struct PickUp {
    user: String,
}

async fn pick_up(Extract(shared): Extract<Shared>, Path(call): Path<u64>, Json(who): Json<PickUp>) -> Result<Json<bool>, ControlError> {
    shared.ask(|reply| Control::PickUp(CallId(call), who.user, reply)).await.map(|()| Json(true))
}

/// Which leg goes, and who comes.
#[derive(Debug, Deserialize)]
struct Transfer {
    leg: u64,
    user: String,
}

async fn transfer(Extract(shared): Extract<Shared>, Path(call): Path<u64>, Json(to): Json<Transfer>) -> Result<Json<bool>, ControlError> {
    shared.ask(|reply| Control::Transfer(CallId(call), LegId(to.leg), to.user, reply)).await.map(|()| Json(true))
}

/// Which leg, and how it is to take part.
#[derive(Debug, Deserialize)]
struct SetMode {
    leg: u64,
    #[serde(flatten)]
    mode: Mode,
}

async fn mode(Extract(shared): Extract<Shared>, Path(call): Path<u64>, Json(set): Json<SetMode>) -> Result<Json<bool>, ControlError> {
    shared.ask(|reply| Control::Mode(CallId(call), LegId(set.leg), set.mode, reply)).await.map(|()| Json(true))
}

async fn act(Extract(shared): Extract<Shared>, Path((call, action)): Path<(u64, String)>) -> Result<Json<bool>, Response> {
    let call = CallId(call);
    let done = match action.as_str() {
        "hang_up" => shared.ask(|reply| Control::HangUp(call, reply)).await,
        "hold" => shared.ask(|reply| Control::Hold(call, true, reply)).await,
        "resume" => shared.ask(|reply| Control::Hold(call, false, reply)).await,
        "reset" => shared.ask(|reply| Control::Reset(call, reply)).await,
        _ => return Err((StatusCode::NOT_FOUND, "hang_up, hold, resume or reset").into_response()),
    };
    done.map(|()| Json(true)).map_err(IntoResponse::into_response)
}

async fn fault(Extract(shared): Extract<Shared>, Json(fault): Json<Fault>) -> Result<Json<bool>, ControlError> {
    shared.ask(|reply| Control::Fault(fault, reply)).await.map(|()| Json(true))
}
