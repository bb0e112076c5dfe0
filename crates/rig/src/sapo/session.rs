//! Logging in and out, busy and idle.

use std::time::Instant;

use patchcord_cti::sapo::{AutoAcw, Login, Response, ServerMessage, Status};

use super::Outbound;
use super::line::{Line, words};
use super::server::{Agent, Server};

impl Agent {
    /// The call state, in the manual's words.
    pub(super) fn call_word(&self) -> &'static str {
        match &self.line {
            Some(line) => line.word(),
            None if !self.registered => words::UNKNOWN,
            None => words::IDLE,
        }
    }

    /// True of an agent who could take a customer's call.
    pub(super) fn is_free(&self) -> bool {
        self.registered && self.busy.is_empty() && self.line.is_none()
    }

    /// `status changed`, as it is now, or with another call state.
    pub(super) fn status(&self, call: Option<&'static str>) -> ServerMessage {
        ServerMessage::StatusChanged(Box::new(Status {
            reg: if self.registered { words::REGISTERED } else { words::UNREGISTERED }.to_owned(),
            call: call.unwrap_or_else(|| self.call_word()).to_owned(),
            agent: words::LOGGED_IN.to_owned(),
            busy: self.busy.clone(),
            number: self.line.as_ref().map(|line| line.number.clone()).unwrap_or_default(),
        }))
    }

    /// True if after-call work begins after a call in this direction.
    pub(super) fn works_after(&self, outbound: bool) -> bool {
        match self.login.autoacw {
            AutoAcw::Off => false,
            AutoAcw::Inbound => !outbound,
            AutoAcw::Outbound => outbound,
            AutoAcw::All => true,
        }
    }
}

impl Server {
    pub(super) fn log_in(&mut self, connection: u64, login: Login) {
        if !self.users.iter().any(|user| user.user == login.extension) {
            return self.respond(connection, "login", Err("分机不存在".to_owned()));
        }
        // Who was here before, at this extension or by this staff id, is somewhere else now.
        let same =
            |agent: &Agent| agent.login.extension == login.extension || (!login.staffid.is_empty() && agent.login.staffid == login.staffid);
        let others: Vec<u64> = self.agents.values().filter(|agent| same(agent)).map(|agent| agent.connection).collect();
        for other in others.into_iter().filter(|other| *other != connection) {
            self.respond(other, "logout", Ok("座席在别处登录".to_owned()));
            self.log_out(other);
            if let Some(socket) = self.connections.get(&other) {
                _ = socket.sender.send(Outbound::Close);
            }
        }
        self.log_out(connection);
        let extension = login.extension.clone();
        let state = self.now();
        let line = self.line(&state, &extension);
        let registered = state.is_registered(&extension);
        let agent = Agent { connection, busy: login.busy.clone(), line, registered, idle_since: Instant::now(), login };
        let busy = (!agent.busy.is_empty()).then(|| agent.busy.clone());
        let response = Response { command: "login".to_owned(), success: true, result: "登录成功".to_owned(), busy };
        self.send(connection, &ServerMessage::Response(Box::new(response)));
        self.send(connection, &agent.status(None));
        if let Some(figures) = self.queues.get(&agent.login.queue) {
            self.send(connection, &super::customers::queue_status(figures));
        }
        if let Some(socket) = self.connections.get_mut(&connection) {
            socket.extension = Some(extension.clone());
        }
        self.agents.insert(extension, agent);
    }

    /// Whoever is logged in on this connection is so no more. Calls go on.
    pub(super) fn log_out(&mut self, connection: u64) {
        if let Some(extension) = self.connections.get_mut(&connection).and_then(|socket| socket.extension.take()) {
            self.agents.remove(&extension);
        }
    }

    /// Busy with this reason; nothing: idle.
    pub(super) fn set_busy(&mut self, extension: &str, busy: &str) {
        let Some(agent) = self.agents.get_mut(extension) else { return };
        busy.clone_into(&mut agent.busy);
        agent.idle_since = Instant::now();
        let (connection, status) = (agent.connection, agent.status(None));
        self.send(connection, &ServerMessage::BusyStatus(busy.to_owned()));
        self.send(connection, &status);
    }

    /// What happens at an extension, with what only this server knows.
    pub(super) fn line(&self, state: &crate::state::State, extension: &str) -> Option<Line> {
        let mut line = Line::of(state, extension, |call| self.roles.get(&(call, extension.to_owned())).copied())?;
        line.autodial = !line.is_outbound() && self.customer_of(line.call).is_some_and(|customer| customer.spec.autodial);
        Some(line)
    }
}
