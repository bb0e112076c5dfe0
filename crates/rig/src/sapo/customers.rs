//! Queues: customers who wait, and agents whom they get.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use patchcord_cti::sapo::ServerMessage;

use super::server::{Server, reason};
use super::{SapoCustomer, SapoCustomerState, SapoQueue, SapoWaiting};
use crate::clock::unix_now;
use crate::control::{ControlError, PlaceCall};
use crate::pbx::Control;
use crate::state::{CallId, CallState, State};

/// When everybody free has let it ring, a customer waits so long before it starts again.
const AGAIN: Duration = Duration::from_secs(2);

/// A customer who came into a queue.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub(super) id: u64,
    pub(super) callid: String,
    pub(super) spec: SapoCustomer,
    pub(super) state: SapoCustomerState,
    pub(super) call: Option<CallId>,
    /// Whose phone rings, or who talks.
    agent: String,
    /// Extensions that did not answer.
    tried: Vec<String>,
    again: Option<Instant>,
}

impl From<&Customer> for SapoWaiting {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id,
            queue: customer.spec.queue.clone(),
            number: customer.spec.number.clone(),
            state: customer.state.clone(),
            call: customer.call,
        }
    }
}

impl Server {
    pub(super) fn customer_comes(&mut self, spec: SapoCustomer) -> u64 {
        self.next_customer += 1;
        let id = self.next_customer;
        let callid = format!("{}.q{id}", (unix_now() / 1000.0) as u64);
        self.customers.push(Customer {
            id,
            callid,
            spec,
            state: SapoCustomerState::Waiting,
            call: None,
            agent: String::new(),
            tried: Vec::new(),
            again: None,
        });
        id
    }

    /// The customer hangs up.
    pub(super) async fn customer_leaves(&mut self, id: u64) -> Result<(), ControlError> {
        let index = self.customers.iter().position(|customer| customer.id == id).ok_or(ControlError::NoSuchCall)?;
        let call = self.customers.remove(index).call;
        match call {
            Some(call) => self.pbx.ask(|reply| Control::HangUp(call, reply)).await,
            None => Ok(()),
        }
    }

    /// The customer of a call, if one came by a queue.
    pub(super) fn customer_of(&self, call: CallId) -> Option<&Customer> {
        self.customers.iter().find(|customer| customer.call == Some(call))
    }

    /// Back into a queue, out of a call that ends with it, but not to `from` at once. `number`: of a customer who did not come by a queue.
    pub(super) fn customer_returns(&mut self, call: CallId, from: &str, queue: &str, number: &str) {
        let known = self.customers.iter().position(|customer| customer.call == Some(call)).map(|index| self.customers.remove(index));
        let callid = known.as_ref().map(|customer| customer.callid.clone());
        let spec = known.map_or_else(|| SapoCustomer { number: number.to_owned(), ..SapoCustomer::default() }, |customer| customer.spec);
        let id = self.customer_comes(SapoCustomer { queue: queue.to_owned(), ..spec });
        if let Some(customer) = self.customers.iter_mut().find(|customer| customer.id == id) {
            customer.callid = callid.unwrap_or_else(|| customer.callid.clone());
            customer.tried.push(from.to_owned());
        }
    }

    /// The customer of a call is with an IVR node now.
    pub(super) fn customer_in_ivr(&mut self, call: CallId, number: &str, ivr: &str) {
        if self.customer_of(call).is_none() {
            let id = self.customer_comes(SapoCustomer { queue: String::new(), number: number.to_owned(), ..SapoCustomer::default() });
            if let Some(customer) = self.customers.iter_mut().find(|customer| customer.id == id) {
                customer.call = Some(call);
            }
        }
        if let Some(customer) = self.customers.iter_mut().find(|customer| customer.call == Some(call)) {
            customer.state = SapoCustomerState::Ivr(ivr.to_owned());
        }
    }

    /// A supervisor cut the call: the customer does not come back.
    pub(super) fn customer_forget(&mut self, call: CallId) {
        self.customers.retain(|customer| customer.call != Some(call));
    }

    /// What became of the customers whose calls the PBX has.
    pub(super) fn follow_customers(&mut self, state: &State) {
        self.customers.retain_mut(|customer| {
            let Some(id) = customer.call else { return true };
            let Some(call) = state.call(id) else { return false };
            match (call.state, &customer.state) {
                (CallState::Up, SapoCustomerState::Ringing) => customer.state = SapoCustomerState::Talking,
                (CallState::Ended, SapoCustomerState::Ringing) if call.answered_at.is_none() => {
                    customer.tried.push(std::mem::take(&mut customer.agent));
                    customer.call = None;
                    customer.state = SapoCustomerState::Waiting;
                }
                (CallState::Ended, _) => return false,
                _ => {}
            }
            true
        });
    }

    /// When a customer whom nobody answered is to be offered again.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        let waiting = self.customers.iter().filter(|customer| customer.state == SapoCustomerState::Waiting);
        waiting.filter_map(|customer| customer.again).min()
    }

    /// Gives waiting customers to free agents: the highest skill, then who has been free for longest.
    pub(super) async fn assign(&mut self) {
        for index in 0..self.customers.len() {
            let Some(customer) = self.customers.get_mut(index).filter(|customer| customer.state == SapoCustomerState::Waiting) else {
                continue;
            };
            if customer.again.is_some_and(|at| at <= Instant::now()) {
                customer.again = None;
                customer.tried.clear();
            }
            let customer = customer.clone();
            let free = self.agents.iter().filter(|(_, agent)| agent.login.queue == customer.spec.queue && agent.is_free());
            let mut free: Vec<_> = free.collect();
            free.sort_by_key(|(_, agent)| (std::cmp::Reverse(agent.login.skill.parse::<i64>().unwrap_or_default()), agent.idle_since));
            let chosen = free.iter().map(|(extension, _)| (*extension).clone()).find(|extension| !customer.tried.contains(extension));
            let Some(extension) = chosen else {
                if let Some(customer) = self.customers.get_mut(index).filter(|customer| !customer.tried.is_empty()) {
                    customer.again.get_or_insert_with(|| Instant::now() + AGAIN);
                }
                continue;
            };
            self.ring(index, &customer.spec, extension).await;
        }
    }

    async fn ring(&mut self, index: usize, spec: &SapoCustomer, extension: String) {
        let place = PlaceCall {
            to: extension.clone(),
            from: spec.number.clone(),
            sound: spec.sound,
            echo: spec.echo,
            give_up_after_ms: Some(spec.ring_ms),
            ..PlaceCall::default()
        };
        let placed = self.pbx.ask(|reply| Control::Place(Box::new(place), reply)).await;
        let Some(customer) = self.customers.get_mut(index) else { return };
        match placed {
            Ok(call) => {
                customer.call = Some(call);
                customer.agent = extension;
                customer.again = None;
                customer.state = SapoCustomerState::Ringing;
                // The agent is no more free for the next customer.
                self.follow();
            }
            Err(_) => customer.tried.push(extension),
        }
    }

    /// Tells the agents of each queue whose figures have changed.
    pub(super) fn tell_queues(&mut self) {
        let mut figures: BTreeMap<String, SapoQueue> = BTreeMap::new();
        for agent in self.agents.values() {
            let queue = figures.entry(agent.login.queue.clone()).or_default();
            queue.agents += 1;
            queue.idle += u32::from(agent.is_free());
        }
        for customer in self.customers.iter().filter(|customer| customer.state == SapoCustomerState::Waiting) {
            figures.entry(customer.spec.queue.clone()).or_default().guests += 1;
        }
        for (name, queue) in &mut figures {
            name.clone_into(&mut queue.queue);
            if self.queues.get(name) != Some(queue) {
                let message = queue_status(queue);
                let theirs = self.agents.values().filter(|agent| agent.login.queue == *name);
                theirs.for_each(|agent| self.send(agent.connection, &message));
            }
        }
        self.queues = figures;
    }

    /// Puts the far side of an agent's call into a queue.
    pub(super) async fn transfer_to_queue(&mut self, extension: &str, queue: &str) -> Result<String, String> {
        let line = self.talking(extension)?;
        if !self.agents.values().any(|agent| agent.login.queue == queue) {
            return Err("技能组不存在".to_owned());
        }
        let state = self.now();
        let simulated = state.call(line.call).is_some_and(|call| call.customer.is_some());
        if simulated {
            // The simulated customer is wherever it is wanted: the call ends, and another one begins at the next agent's phone.
            self.customer_returns(line.call, extension, queue, &line.number);
            self.pbx.ask(|reply| Control::HangUp(line.call, reply)).await.map_err(|error| reason(&error))?;
            return Ok(String::new());
        }
        let free = self.agents.iter().filter(|(other, agent)| *other != extension && agent.login.queue == queue && agent.is_free());
        let next = free.min_by_key(|(_, agent)| agent.idle_since).map(|(other, _)| other.clone()).ok_or("技能组没有空闲座席")?;
        let moved = self.pbx.ask(|reply| Control::Transfer(line.call, line.leg, next, reply)).await;
        moved.map(|()| String::new()).map_err(|error| reason(&error))
    }
}

/// `queue status`.
pub(super) fn queue_status(queue: &SapoQueue) -> ServerMessage {
    ServerMessage::QueueStatus {
        idle: queue.idle.to_string(),
        agent: queue.agents.to_string(),
        guest: queue.guests.to_string(),
        queue: queue.queue.clone(),
    }
}
