//! A running test bench.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use crate::addresses::{Addresses, CrmAddresses};
use crate::config::RigConfig;
use crate::control::{ControlError, DialOut, PlaceCall, Shared, router};
use crate::faults::Fault;
use crate::media::{Engine, StartError as MediaError};
use crate::pbx::{Control, DOMAIN, Pbx, table};
use crate::sapo::{SapoCustomer, SapoFault, SapoState};
use crate::socket::{self, Context, Manner, Switches};
use crate::state::{CallId, LegId, Mode, State};
use crate::trace::{Trace, TraceEntry};
use crate::users::Users;
use crate::{certificate, crm, sapo};

/// How long a shutdown waits for sockets whose far side does not read.
const SHUTDOWN: Duration = Duration::from_secs(2);

/// A running test bench. It has threads and a runtime of its own, so that whoever uses it needs neither, and any number
/// of them run side by side. Dropping it ends everything that it began.
#[derive(Debug)]
pub struct Rig {
    shared: Shared,
    sapo: sapo::Handle,
    /// Always there until it is dropped.
    runtime: Option<Runtime>,
}

/// Why a rig did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A port could not be opened.
    Port {
        /// Which, of the configuration; 0 for a free one.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The runtime or a thread could not be started.
    Threads(io::Error),
    /// No certificate could be made.
    Certificate(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port { port, source } => write!(f, "port {port} of 127.0.0.1 cannot be opened: {source}"),
            Self::Threads(source) => write!(f, "threads cannot be started: {source}"),
            Self::Certificate(problem) => write!(f, "no certificate could be made: {problem}"),
        }
    }
}

impl std::error::Error for StartError {}

/// What was waited for did not happen in time.
#[derive(Debug)]
pub struct WaitError {
    /// How long was waited.
    pub waited: Duration,
    /// The state at the end.
    pub state: Arc<State>,
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = serde_json::to_string_pretty(&*self.state).unwrap_or_default();
        write!(f, "it did not happen within {:?}; the state is now\n{state}", self.waited)
    }
}

impl std::error::Error for WaitError {}

impl Rig {
    /// Starts a rig; every port accepts connections when this returns.
    ///
    /// # Errors
    /// A port is taken, or the system is out of something.
    pub async fn start(config: RigConfig) -> Result<Self, StartError> {
        let runtime = runtime()?;
        let started = runtime.spawn(launch(config)).await;
        let shared = match started {
            Ok(shared) => shared,
            Err(_) => Err(StartError::Threads(io::Error::other("the runtime stopped"))),
        };
        match shared {
            Ok((shared, sapo)) => Ok(Self { shared, sapo, runtime: Some(runtime) }),
            Err(error) => {
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    /// The same for a caller outside of any async runtime.
    ///
    /// # Errors
    /// As [`Rig::start`].
    pub fn start_blocking(config: RigConfig) -> Result<Self, StartError> {
        let runtime = runtime()?;
        let (shared, sapo) = runtime.block_on(launch(config))?;
        Ok(Self { shared, sapo, runtime: Some(runtime) })
    }

    /// Every address and credential.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.shared.addresses
    }

    /// The state as it is now, at most 10 ms old.
    #[must_use]
    pub fn state(&self) -> Arc<State> {
        self.shared.state.borrow().clone()
    }

    /// The last SIP messages, at most 500.
    #[must_use]
    pub fn trace(&self) -> Vec<TraceEntry> {
        self.shared.trace.entries()
    }

    /// Waits until the state is as wanted. States may be skipped: what is only true for a moment can be missed, counters cannot.
    ///
    /// # Errors
    /// It did not become so in time; the error shows the last state.
    pub async fn wait_for(&self, timeout: Duration, mut wanted: impl FnMut(&State) -> bool) -> Result<Arc<State>, WaitError> {
        let mut states = self.shared.state.clone();
        let over = {
            let _guard = self.runtime.as_ref().map(Runtime::enter);
            tokio::time::sleep(timeout)
        };
        tokio::select! {
            biased;
            found = states.wait_for(|state| wanted(state)) => {
                if let Ok(state) = found {
                    return Ok(state.clone());
                }
            }
            () = over => {}
        }
        Err(WaitError { waited: timeout, state: self.state() })
    }

    /// The same for a caller outside of any async runtime.
    ///
    /// # Errors
    /// As [`Rig::wait_for`].
    pub fn wait_for_blocking(&self, timeout: Duration, wanted: impl FnMut(&State) -> bool) -> Result<Arc<State>, WaitError> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(self.wait_for(timeout, wanted)),
            None => Err(WaitError { waited: Duration::ZERO, state: self.state() }),
        }
    }

    /// Calls a user.
    ///
    /// # Errors
    /// The user is unknown or not registered, or the call cannot be put into an INVITE.
    pub async fn place_call(&self, call: PlaceCall) -> Result<CallId, ControlError> {
        self.shared.ask(|reply| Control::Place(Box::new(call), reply)).await
    }

    /// Ends a call as the far side would: BYE, CANCEL or a refusal to whoever takes part.
    ///
    /// # Errors
    /// There is no such call, or it is over.
    pub async fn hang_up(&self, call: CallId) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::HangUp(call, reply)).await
    }

    /// The far side holds the call's first party (re-INVITE, `sendonly`), which then hears silence. Returns when the party has agreed.
    ///
    /// # Errors
    /// The call is not up, or the party refused.
    pub async fn hold(&self, call: CallId) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::Hold(call, true, reply)).await
    }

    /// The far side resumes (re-INVITE, `sendrecv`). Returns when the party has agreed.
    ///
    /// # Errors
    /// The call is not up, or the party refused.
    pub async fn resume(&self, call: CallId) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::Hold(call, false, reply)).await
    }

    /// Starts the gaps and energies of a call's legs again. When this returns, [`Rig::state`] shows the new figures.
    ///
    /// # Errors
    /// There is no such call, or it is over.
    pub async fn reset_measures(&self, call: CallId) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::Reset(call, reply)).await
    }

    /// Rings a user's own phone, then the number, and lets them talk: what a CTI server's dial command does.
    ///
    /// # Errors
    /// The user is unknown or not registered, the number leads nowhere, or a header cannot stand in an INVITE.
    pub async fn dial_out(&self, dial: DialOut) -> Result<CallId, ControlError> {
        self.shared.ask(|reply| Control::Dial(dial, reply)).await
    }

    /// Rings a user's phone, and lets the user into a call that is up. The call must be of PCMU or PCMA throughout.
    ///
    /// # Errors
    /// The call is not up or cannot be mixed, or the user cannot be reached.
    pub async fn join(&self, call: CallId, user: &str, mode: Mode) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::Join(call, user.to_owned(), mode, reply)).await
    }

    /// Changes how a leg takes part in a call that is up.
    ///
    /// # Errors
    /// There is no such leg, or the call cannot be mixed.
    pub async fn set_mode(&self, call: CallId, leg: LegId, mode: Mode) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::Mode(call, leg, mode, reply)).await
    }

    /// Rings another user's phone for a call that still rings elsewhere; the first answer wins.
    ///
    /// # Errors
    /// The call does not ring, or the user cannot be reached.
    pub async fn pick_up(&self, call: CallId, user: &str) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::PickUp(call, user.to_owned(), reply)).await
    }

    /// Rings another user's phone, who then takes the leg's place; until then, and if nobody answers, the leg stays.
    ///
    /// # Errors
    /// There is no such leg, or the user cannot be reached.
    pub async fn transfer(&self, call: CallId, leg: LegId, user: &str) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::Transfer(call, leg, user.to_owned(), reply)).await
    }

    /// Injects a fault.
    ///
    /// # Errors
    /// The rig is shut down.
    pub async fn fault(&self, fault: Fault) -> Result<(), ControlError> {
        self.shared.ask(|reply| Control::Fault(fault, reply)).await
    }

    /// What the Sapo server knows, as it is now.
    #[must_use]
    pub fn sapo(&self) -> Arc<SapoState> {
        self.sapo.state.borrow().clone()
    }

    /// Waits until the Sapo server's state is as wanted; like [`Rig::wait_for`].
    ///
    /// # Errors
    /// It did not become so in time; the error is the last state.
    pub async fn wait_for_sapo(
        &self,
        timeout: Duration,
        mut wanted: impl FnMut(&SapoState) -> bool,
    ) -> Result<Arc<SapoState>, Arc<SapoState>> {
        let mut states = self.sapo.state.clone();
        let over = {
            let _guard = self.runtime.as_ref().map(Runtime::enter);
            tokio::time::sleep(timeout)
        };
        tokio::select! {
            biased;
            found = states.wait_for(|state| wanted(state)) => match found {
                Ok(state) => Ok(state.clone()),
                Err(_) => Err(self.sapo()),
            },
            () = over => Err(self.sapo()),
        }
    }

    /// A customer comes into a queue of the Sapo server; gives the customer's number there.
    ///
    /// # Errors
    /// The rig is shut down.
    pub async fn sapo_customer(&self, customer: SapoCustomer) -> Result<u64, ControlError> {
        self.sapo.ask(|reply| sapo::Input::Customer(Box::new(customer), reply)).await
    }

    /// That customer hangs up, wherever it is.
    ///
    /// # Errors
    /// There is no such customer any more.
    pub async fn sapo_customer_leaves(&self, customer: u64) -> Result<(), ControlError> {
        self.sapo.ask(|reply| sapo::Input::CustomerLeaves(customer, reply)).await
    }

    /// Makes something go wrong at the Sapo server.
    ///
    /// # Errors
    /// The rig is shut down.
    pub async fn sapo_fault(&self, fault: SapoFault) -> Result<(), ControlError> {
        self.sapo.ask(|reply| sapo::Input::Fault(fault, reply)).await
    }

    /// Ends all calls as a PBX does that is shut down in good order, then everything else.
    pub async fn shutdown(self) {
        let over = {
            let _guard = self.runtime.as_ref().map(Runtime::enter);
            tokio::time::sleep(SHUTDOWN)
        };
        tokio::select! {
            _ = self.shared.ask(Control::Stop) => {}
            () = over => {}
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A drop must not wait, and may happen inside another runtime.
            runtime.shutdown_background();
        }
    }
}

fn runtime() -> Result<Runtime, StartError> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("rig").enable_all().build().map_err(StartError::Threads)
}

async fn launch(config: RigConfig) -> Result<(Shared, sapo::Handle), StartError> {
    let port = |offset: u16| config.port_base.map_or(0, |base| base.saturating_add(offset));
    let open = async |offset: u16| {
        let port = port(offset);
        let opened = async {
            let listener = socket::bind(port).await?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        opened.await.map_err(|source| StartError::Port { port, source })
    };
    let (ws, ws_address) = open(0).await?;
    let (wss, wss_address) = open(1).await?;
    let (control, control_address) = open(2).await?;
    let (crm, crm_address) = open(3).await?;
    let (silent, silent_address) = open(5).await?;
    let (cti, cti_address) = open(6).await?;
    let certificate = certificate::make().map_err(|error| StartError::Certificate(error.to_string()))?;

    let (happenings, media_news) = mpsc::unbounded_channel();
    let media = Engine::start(port(4), happenings).map_err(|error| match error {
        MediaError::Socket(source) => StartError::Port { port: port(4), source },
        MediaError::Certificate => StartError::Certificate("no DTLS certificate".to_owned()),
    })?;
    let (inputs, input) = mpsc::unbounded_channel();
    let switches = Arc::new(Switches::new());
    let trace = Trace::default();
    let (state_sender, state) = watch::channel(Arc::new(State::default()));
    let users = Users::new(&config);
    let addresses = Addresses {
        ws: format!("ws://{ws_address}"),
        wss: format!("wss://{wss_address}"),
        silent: format!("ws://{silent_address}"),
        certificate_spki: certificate.spki,
        certificate_pem: certificate.pem,
        sapo: format!("ws://{cti_address}{}", patchcord_cti::sapo::PATH),
        control: format!("http://{control_address}"),
        crm: CrmAddresses {
            home: format!("http://{crm_address}/"),
            strict: format!("http://{crm_address}/strict"),
            trusted_types: format!("http://{crm_address}/trusted-types"),
            spa: format!("http://{crm_address}/spa"),
            frame: format!("http://{crm_address}/frame"),
            sapo: format!("http://{crm_address}/sapo"),
        },
        media: media.address.to_string(),
        domain: DOMAIN.to_owned(),
        users: users.all().to_vec(),
        numbers: table(),
    };

    let pbx = Pbx::new(config, media, switches.clone(), trace.clone(), state_sender, ws_address.port());
    tokio::spawn(pbx.run(input, media_news));
    let context = Context { inputs: inputs.clone(), switches };
    tokio::spawn(socket::listen(ws, ws_address, Manner::Plain, context.clone()));
    tokio::spawn(socket::listen(wss, wss_address, Manner::Tls(certificate.acceptor), context.clone()));
    tokio::spawn(socket::listen(silent, silent_address, Manner::Silent, context));
    let shared = Shared { inputs, state, trace, addresses: Arc::new(addresses) };
    let (sapo_inputs, sapo_input) = mpsc::unbounded_channel();
    let (sapo_sender, sapo_state) = watch::channel(Arc::new(SapoState::default()));
    let (away_sender, away) = watch::channel(false);
    tokio::spawn(sapo::Server::new(shared.clone(), sapo_sender, away_sender).run(sapo_input));
    tokio::spawn(sapo::listen(cti, sapo_inputs.clone(), away));
    let sapo = sapo::Handle { inputs: sapo_inputs, state: sapo_state };
    let control_routes = router(shared.clone()).merge(sapo::router(sapo.clone()));
    let crm_routes = crm::router().merge(sapo::pages(cti_address.port()));
    tokio::spawn(async { axum::serve(control, control_routes).await });
    tokio::spawn(async { axum::serve(crm, crm_routes).await });
    Ok((shared, sapo))
}
