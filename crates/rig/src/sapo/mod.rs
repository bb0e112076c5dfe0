//! A CTI server of the vendor Sapo (赛普智成) for tests: WebSocket at `/spcc/cti`, agents and queues in memory, calls in the rig's PBX.
//!
//! One task owns everything. It sends commands to the PBX and follows the PBX's state; every event that an agent gets is the
//! difference between two states, so that a call is told the same whoever changed it.

mod calls;
mod control;
mod customers;
mod dispatch;
mod events;
mod http;
mod line;
mod pages;
mod places;
mod server;
mod session;
mod socket;
mod supervise;
mod team;

use tokio::sync::{mpsc, oneshot};

use crate::control::ControlError;

pub use control::{SapoAgent, SapoCustomer, SapoCustomerState, SapoFault, SapoQueue, SapoState, SapoWaiting};
pub(crate) use http::{Handle, router};
pub(crate) use pages::router as pages;
pub(crate) use server::Server;
pub(crate) use socket::listen;

/// Where the answer to a control request goes.
type Reply<T> = oneshot::Sender<Result<T, ControlError>>;

/// What the server is told.
#[derive(Debug)]
pub(crate) enum Input {
    /// A socket is open.
    Connected { connection: u64, sender: mpsc::UnboundedSender<Outbound> },
    /// A message.
    Message { connection: u64, text: String },
    /// A socket is gone.
    Closed { connection: u64 },
    /// A customer comes into a queue.
    Customer(Box<SapoCustomer>, Reply<u64>),
    /// A customer hangs up.
    CustomerLeaves(u64, Reply<()>),
    /// A fault.
    Fault(SapoFault, Reply<()>),
}

/// What a socket is told.
#[derive(Debug)]
pub(crate) enum Outbound {
    /// Send this.
    Text(String),
    /// Send what is waiting, then close in good order.
    Close,
    /// Cut the connection, without a word.
    Cut,
}
