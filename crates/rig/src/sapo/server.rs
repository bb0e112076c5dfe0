//! The task that owns the server.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use patchcord_cti::sapo::{Command, CommandError, Login, Response, ServerMessage};
use tokio::sync::{mpsc, watch};

use super::customers::Customer;
use super::line::{Line, Role};
use super::{Input, Outbound, SapoAgent, SapoFault, SapoQueue, SapoState, SapoWaiting};
use crate::addresses::User;
use crate::control::{ControlError, Shared};
use crate::pbx::Control;
use crate::state::{CallId, State};

/// Received messages that are kept.
const KEPT: usize = 200;

/// One socket.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) sender: mpsc::UnboundedSender<Outbound>,
    /// Whose agent is logged in on it.
    pub(super) extension: Option<String>,
}

/// Somebody who is logged in.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) connection: u64,
    pub(super) login: Login,
    pub(super) busy: String,
    pub(super) line: Option<Line>,
    pub(super) registered: bool,
    /// Since when there is no call and no busy reason.
    pub(super) idle_since: Instant,
}

/// The server.
pub(crate) struct Server {
    pub(super) pbx: Shared,
    pub(super) users: Vec<User>,
    pub(super) connections: BTreeMap<u64, Connection>,
    pub(super) agents: BTreeMap<String, Agent>,
    pub(super) customers: Vec<Customer>,
    /// How extensions came into calls, where the PBX does not know it.
    pub(super) roles: HashMap<(CallId, String), Role>,
    /// What was last told of each queue.
    pub(super) queues: BTreeMap<String, SapoQueue>,
    pub(super) next_customer: u64,
    faults: Faults,
    away: watch::Sender<bool>,
    heartbeats: u64,
    received: VecDeque<String>,
    state: watch::Sender<Arc<SapoState>>,
    rev: u64,
}

#[derive(Debug, Default)]
struct Faults {
    refusals: Vec<(String, String, u32)>,
    ignored: Vec<String>,
    silent: bool,
    back_at: Option<Instant>,
}

impl Server {
    pub(crate) fn new(pbx: Shared, state: watch::Sender<Arc<SapoState>>, away: watch::Sender<bool>) -> Self {
        let users = pbx.addresses.users.clone();
        Self {
            pbx,
            users,
            connections: BTreeMap::new(),
            agents: BTreeMap::new(),
            customers: Vec::new(),
            roles: HashMap::new(),
            queues: BTreeMap::new(),
            next_customer: 0,
            faults: Faults::default(),
            away,
            heartbeats: 0,
            received: VecDeque::new(),
            state,
            rev: 0,
        }
    }

    /// Serves until nobody can tell it anything any more.
    pub(crate) async fn run(mut self, mut inputs: mpsc::UnboundedReceiver<Input>) {
        let mut states = self.pbx.state.clone();
        loop {
            let wake = [self.faults.back_at, self.retry_at()].into_iter().flatten().min();
            let wake = wake.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
            tokio::select! {
                input = inputs.recv() => match input {
                    Some(input) => self.input(input).await,
                    None => return,
                },
                changed = states.changed() => if changed.is_err() {
                    return;
                },
                () = tokio::time::sleep_until(wake.into()) => {}
            }
            if self.faults.back_at.is_some_and(|at| at <= Instant::now()) {
                self.faults.back_at = None;
                self.away.send_replace(false);
            }
            self.follow();
            self.assign().await;
            self.tell_queues();
            self.publish();
        }
    }

    /// The PBX's state now.
    pub(super) fn now(&self) -> Arc<State> {
        self.pbx.state.borrow().clone()
    }

    async fn input(&mut self, input: Input) {
        match input {
            Input::Connected { connection, sender } => {
                self.connections.insert(connection, Connection { sender, extension: None });
            }
            Input::Message { connection, text } => self.message(connection, &text).await,
            Input::Closed { connection } => {
                self.log_out(connection);
                self.connections.remove(&connection);
            }
            Input::Customer(customer, reply) => {
                let id = self.customer_comes(*customer);
                self.publish();
                _ = reply.send(Ok(id));
            }
            Input::CustomerLeaves(id, reply) => _ = reply.send(self.customer_leaves(id).await),
            Input::Fault(fault, reply) => {
                self.fault(fault);
                self.publish();
                _ = reply.send(Ok(()));
            }
        }
    }

    async fn message(&mut self, connection: u64, text: &str) {
        let command = Command::parse(text);
        if matches!(command, Ok(Command::Heartbeat)) {
            self.heartbeats += 1;
            if !self.faults.silent {
                self.send(connection, &ServerMessage::HeartbeatResponse);
            }
            return;
        }
        if self.received.len() >= KEPT {
            self.received.pop_front();
        }
        self.received.push_back(text.to_owned());
        let command = match command {
            Ok(command) => command,
            Err(CommandError::Unknown(name)) => return self.respond(connection, &name, Err("未知命令".to_owned())),
            Err(_) => return,
        };
        if self.faults.ignored.iter().any(|name| name == command.name()) {
            return;
        }
        if let Some(reason) = self.faults.refusal(command.name()) {
            return self.respond(connection, command.name(), Err(reason));
        }
        // What happened before is known, and told, before the command's own consequences.
        _ = self.pbx.ask(Control::Show).await;
        self.follow();
        self.dispatch(connection, command).await;
    }

    /// Sends a message; a socket that is gone takes nothing.
    pub(super) fn send(&self, connection: u64, message: &ServerMessage) {
        if let Some(socket) = self.connections.get(&connection) {
            _ = socket.sender.send(Outbound::Text(message.encode()));
        }
    }

    /// Answers a command: with a text, or with the reason of a refusal.
    pub(super) fn respond(&self, connection: u64, command: &str, result: Result<String, String>) {
        let success = result.is_ok();
        let result = result.unwrap_or_else(|reason| reason);
        let response = Response { command: command.to_owned(), success, result, busy: None };
        self.send(connection, &ServerMessage::Response(Box::new(response)));
    }

    fn sockets(&self, extension: Option<&str>) -> impl Iterator<Item = &Connection> {
        self.connections.values().filter(move |connection| extension.is_none() || connection.extension.as_deref() == extension)
    }

    fn fault(&mut self, fault: SapoFault) {
        let order = |connection: &Connection, order| _ = connection.sender.send(order);
        match fault {
            SapoFault::Refuse { command, reason, times } => self.faults.refusals.push((command, reason, times)),
            SapoFault::Ignore { command } => self.faults.ignored.push(command),
            SapoFault::SilentHeartbeats => self.faults.silent = true,
            SapoFault::Drop { extension } => self.sockets(extension.as_deref()).for_each(|socket| order(socket, Outbound::Cut)),
            SapoFault::Away { ms } => {
                self.away.send_replace(true);
                self.faults.back_at = Some(Instant::now() + Duration::from_millis(ms));
                self.sockets(None).for_each(|socket| order(socket, Outbound::Cut));
            }
            SapoFault::Say { extension, text, times } => {
                for socket in self.sockets(extension.as_deref()) {
                    (0..times).for_each(|_| order(socket, Outbound::Text(text.clone())));
                }
            }
            SapoFault::Clear => {
                self.faults = Faults::default();
                self.away.send_replace(false);
            }
        }
    }

    /// Shows everybody the state, if it is another one.
    fn publish(&mut self) {
        let mut state = SapoState {
            rev: self.rev,
            connections: self.connections.len() as u32,
            agents: self.agents.iter().map(|(extension, agent)| view(extension, agent)).collect(),
            queues: self.queues.values().cloned().collect(),
            customers: self.customers.iter().map(SapoWaiting::from).collect(),
            heartbeats: self.heartbeats,
            received: self.received.iter().cloned().collect(),
        };
        if **self.state.borrow() != state {
            self.rev += 1;
            state.rev = self.rev;
            self.state.send_replace(Arc::new(state));
        }
    }
}

impl Faults {
    /// The reason with which the next command of this name is to fail, if it is.
    fn refusal(&mut self, command: &str) -> Option<String> {
        let index = self.refusals.iter().position(|(name, ..)| name == command)?;
        let (_, reason, times) = self.refusals.get_mut(index)?;
        let reason = reason.clone();
        *times = times.saturating_sub(1);
        if *times == 0 {
            self.refusals.remove(index);
        }
        Some(reason)
    }
}

fn view(extension: &str, agent: &Agent) -> SapoAgent {
    SapoAgent {
        extension: extension.to_owned(),
        name: agent.login.agent.clone(),
        staffid: agent.login.staffid.clone(),
        queue: agent.login.queue.clone(),
        busy: agent.busy.clone(),
        call: agent.call_word().to_owned(),
        number: agent.line.as_ref().map(|line| line.number.clone()).unwrap_or_default(),
    }
}

/// What the PBX's refusals are called on the wire.
pub(super) fn reason(error: &ControlError) -> String {
    match error {
        ControlError::NoSuchUser => "号码不存在".to_owned(),
        ControlError::NotRegistered => "分机未注册".to_owned(),
        ControlError::NotMixable => "通话编码不支持该操作".to_owned(),
        ControlError::Stopped => "服务器已停止".to_owned(),
        ControlError::Refused { status } => format!("对方拒绝 {status}"),
        ControlError::InvalidCaller | ControlError::InvalidHeader { .. } => "号码无效".to_owned(),
        ControlError::NoSuchCall | ControlError::NoSuchLeg | ControlError::CallOver | ControlError::NotNow => "没有可操作的通话".to_owned(),
    }
}
