//! From the PBX's state to what agents are told.

use std::time::Instant;

use patchcord_cti::sapo::{Caller, ServerMessage};

use super::line::{Line, Role, Stage, words};
use super::places::place;
use super::server::Server;

impl Server {
    /// Follows the PBX: tells every agent what has changed at the extension.
    pub(super) fn follow(&mut self) {
        let state = self.now();
        for extension in self.agents.keys().cloned().collect::<Vec<_>>() {
            let line = self.line(&state, &extension);
            let registered = state.is_registered(&extension);
            let Some(agent) = self.agents.get_mut(&extension) else { continue };
            let before = agent.line.clone();
            if std::mem::replace(&mut agent.registered, registered) != registered && before == line {
                let (connection, status) = (agent.connection, agent.status(None));
                self.send(connection, &status);
            }
            if before != line {
                self.tell(&extension, before, line);
            }
        }
        self.follow_customers(&state);
        let calls = |call| state.calls.iter().any(|other| other.id == call);
        self.roles.retain(|(call, _), _| calls(*call));
    }

    /// Tells one agent how the line has come from one state to the next, steps that were too short to be seen included.
    fn tell(&mut self, extension: &str, before: Option<Line>, after: Option<Line>) {
        let same_call = before.as_ref().map(|line| line.call) == after.as_ref().map(|line| line.call);
        if let Some(over) = before.as_ref().filter(|_| !same_call) {
            self.tell_end(extension, over, after.is_none());
        }
        let Some(line) = after else { return };
        let told = before.as_ref().filter(|_| same_call).map(|line| line.stage);
        let caller = self.caller(&line);
        let Some(agent) = self.agents.get_mut(extension) else { return };
        agent.line = Some(line.clone());
        let mut messages = Vec::new();
        let customers = line.role != Role::Joined;
        for stage in [Stage::Ringing, Stage::Talking] {
            if told >= Some(stage) || line.stage < stage {
                continue;
            }
            let word = line.word_at(stage);
            messages.push(ServerMessage::CallStatus { call: word.to_owned(), number: line.number.clone() });
            if customers {
                messages.push(match (stage, line.is_outbound()) {
                    (Stage::Talking, true) => ServerMessage::OutboundAnswered(caller.clone()),
                    (_, true) => ServerMessage::OutboundRinging { number: caller.number.clone(), callid: caller.callid.clone() },
                    (Stage::Talking, false) => ServerMessage::IncomingAnswered(caller.clone()),
                    (_, false) => ServerMessage::IncomingRinging(caller.clone()),
                });
            }
            messages.push(agent.status(Some(word)));
        }
        if messages.is_empty() {
            messages.push(agent.status(None));
        }
        let connection = agent.connection;
        messages.iter().for_each(|message| self.send(connection, message));
    }

    /// The call is over, for this extension at least.
    fn tell_end(&mut self, extension: &str, over: &Line, idle: bool) {
        let Some(agent) = self.agents.get_mut(extension) else { return };
        agent.line = None;
        agent.idle_since = Instant::now();
        let talked = over.stage == Stage::Talking && over.role != Role::Joined;
        if talked && idle && agent.busy.is_empty() && agent.works_after(over.is_outbound()) {
            words::AFTER_CALL.clone_into(&mut agent.busy);
        }
        let mut messages = vec![
            ServerMessage::Hangup,
            ServerMessage::CallStatus { call: agent.call_word().to_owned(), number: String::new() },
            agent.status(None),
        ];
        // The vendor's client takes every hangup for the end of being busy.
        if !agent.busy.is_empty() {
            messages.insert(1, ServerMessage::BusyStatus(agent.busy.clone()));
        }
        let connection = agent.connection;
        messages.iter().for_each(|message| self.send(connection, message));
    }

    /// The far side, as events tell of it.
    fn caller(&self, line: &Line) -> Box<Caller> {
        let customer = self.customer_of(line.call);
        let known = customer.and_then(|customer| customer.spec.place.clone());
        let [province, city, isp] = known.unwrap_or_else(|| place(&line.number));
        Box::new(Caller {
            number: line.number.clone(),
            callid: customer.map_or_else(|| format!("{}.{}", line.since, line.call.0), |customer| customer.callid.clone()),
            autodial: line.autodial,
            province,
            city,
            isp,
            data: customer.map(|customer| customer.spec.data.clone()).unwrap_or_default(),
        })
    }
}
