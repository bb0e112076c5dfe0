//! The native test bench: an embedded PBX with real media, SIP over WebSocket, a Sapo CTI server, a demo CRM, and faults on demand.
//!
//! [`Rig::start`] gives a running one; [`Rig::addresses`] says where everything is, [`Rig::wait_for`] waits for what is to
//! happen, [`State`] shows what was measured. The same over HTTP: see `README.md`.

mod addresses;
mod certificate;
mod clock;
mod config;
mod control;
mod crm;
mod faults;
mod g711;
mod media;
mod pbx;
mod rig;
mod sapo;
mod socket;
mod sound;
mod state;
mod token;
mod trace;
mod users;

pub use addresses::{Addresses, CrmAddresses, ServiceNumber, User};
pub use config::{DigestOffer, RigConfig};
pub use control::{ControlError, DialOut, PlaceCall};
pub use faults::{ActiveFaults, Fault};
pub use rig::{Rig, StartError, WaitError};
pub use sapo::{SapoAgent, SapoCustomer, SapoCustomerState, SapoFault, SapoQueue, SapoState, SapoWaiting};
pub use sound::Sound;
pub use state::{Call, CallEnd, CallId, CallState, Customer, Leg, LegId, LegState, MediaFigures, Mode, Registration, State, UnixMillis};
pub use trace::TraceEntry;

/// How the rig names itself in `Server` and `User-Agent`.
pub(crate) const NAME: &str = "Patchcord rig";
