//! The server's own control interface, in-process and over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State as Extract};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot, watch};

use super::{Input, Reply, SapoCustomer, SapoFault, SapoState};
use crate::control::ControlError;

/// The longest that a long-poll waits, in ms.
const LONGEST_POLL: u64 = 120_000;

/// The way to the server.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    pub(crate) inputs: mpsc::UnboundedSender<Input>,
    pub(crate) state: watch::Receiver<Arc<SapoState>>,
}

impl Handle {
    /// Tells the server and waits for its word.
    pub(crate) async fn ask<T>(&self, make: impl FnOnce(Reply<T>) -> Input) -> Result<T, ControlError> {
        let (reply, answer) = oneshot::channel();
        self.inputs.send(make(reply)).map_err(|_| ControlError::Stopped)?;
        answer.await.map_err(|_| ControlError::Stopped)?
    }
}

/// `?after=REV&timeout_ms=N`: waits for a state newer than REV.
#[derive(Debug, Deserialize)]
struct Poll {
    after: Option<u64>,
    timeout_ms: Option<u64>,
}

/// The routes.
pub(crate) fn router(handle: Handle) -> Router {
    Router::new()
        .route("/sapo", get(state))
        .route("/sapo/customers", post(customer))
        .route("/sapo/customers/{id}/hang_up", post(hang_up))
        .route("/sapo/faults", post(fault))
        .with_state(handle)
}

async fn state(Extract(handle): Extract<Handle>, Query(poll): Query<Poll>) -> Json<SapoState> {
    let mut states = handle.state.clone();
    if let Some(after) = poll.after {
        let timeout = Duration::from_millis(poll.timeout_ms.unwrap_or(30_000).min(LONGEST_POLL));
        // Nothing new in time: what there is, as anybody can see by its number.
        _ = tokio::time::timeout(timeout, states.wait_for(|state| state.rev > after)).await;
    }
    let state = states.borrow().clone();
    Json((*state).clone())
}

async fn customer(Extract(handle): Extract<Handle>, Json(customer): Json<SapoCustomer>) -> Result<Json<u64>, ControlError> {
    handle.ask(|reply| Input::Customer(Box::new(customer), reply)).await.map(Json)
}

async fn hang_up(Extract(handle): Extract<Handle>, Path(id): Path<u64>) -> Result<Json<bool>, ControlError> {
    handle.ask(|reply| Input::CustomerLeaves(id, reply)).await.map(|()| Json(true))
}

async fn fault(Extract(handle): Extract<Handle>, Json(fault): Json<SapoFault>) -> Result<Json<bool>, ControlError> {
    handle.ask(|reply| Input::Fault(fault, reply)).await.map(|()| Json(true))
}
