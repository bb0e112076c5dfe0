//! What agents do with the calls of others: pick up, listen, barge in, cut.

use super::line::{Line, Role, Stage};
use super::server::{Server, reason};
use crate::pbx::Control;
use crate::state::{CallState, Mode, State};

impl Server {
    /// The calls of all other extensions, the oldest first.
    fn lines(&self, state: &State, extension: &str) -> Vec<(String, Line)> {
        let others = self.users.iter().map(|user| user.user.as_str()).filter(|other| *other != extension);
        let mut lines: Vec<_> = others.filter_map(|other| Some((other.to_owned(), self.line(state, other)?))).collect();
        lines.sort_by_key(|(_, line)| line.call);
        lines
    }

    fn queue_of(&self, extension: &str) -> Option<&str> {
        self.agents.get(extension).map(|agent| agent.login.queue.as_str())
    }

    /// Takes the oldest inbound call that rings at an extension for which `wanted(extension, queue)` is true.
    pub(super) async fn pick_up(&mut self, extension: &str, wanted: impl Fn(&str, Option<&str>) -> bool) -> Result<String, String> {
        self.at_rest(extension)?;
        let state = self.now();
        let rings = |line: &Line| {
            line.role == Role::Called
                && line.stage == Stage::Ringing
                && state.call(line.call).is_some_and(|call| call.state == CallState::Ringing)
        };
        let lines = self.lines(&state, extension);
        let found = lines.into_iter().find(|(other, line)| rings(line) && wanted(other, self.queue_of(other)));
        let (_, line) = found.ok_or("没有振铃中的通话")?;
        let done = self.pbx.ask(|reply| Control::PickUp(line.call, extension.to_owned(), reply)).await;
        done.map(|()| String::new()).map_err(|error| reason(&error))
    }

    pub(super) async fn listen_in(&mut self, extension: &str, target: &str) -> Result<String, String> {
        self.at_rest(extension)?;
        let line = self.line(&self.now(), target).filter(|line| line.stage == Stage::Talking && line.role != Role::Joined);
        let line = line.ok_or("该分机没有通话")?;
        self.join(extension, &line, Mode::Listen).await
    }

    pub(super) async fn listen_to_group(&mut self, extension: &str, group: &str) -> Result<String, String> {
        self.at_rest(extension)?;
        let lines = self.lines(&self.now(), extension);
        let talks = |line: &Line| line.stage == Stage::Talking && line.role != Role::Joined;
        let found = lines.into_iter().find(|(other, line)| talks(line) && self.queue_of(other) == Some(group));
        let (_, line) = found.ok_or("该组没有通话")?;
        self.join(extension, &line, Mode::Listen).await
    }

    /// Barges in; who listens already is heard from now on.
    pub(super) async fn barge_in(&mut self, extension: &str, target: &str) -> Result<String, String> {
        let state = self.now();
        let line = self.line(&state, target).filter(|line| line.stage == Stage::Talking && line.role != Role::Joined);
        let line = line.ok_or("该分机没有通话")?;
        match self.line(&state, extension) {
            Some(mine) if mine.call == line.call && mine.stage == Stage::Talking => {
                let done = self.pbx.ask(|reply| Control::Mode(mine.call, mine.leg, Mode::Talk, reply)).await;
                done.map(|()| String::new()).map_err(|error| reason(&error))
            }
            Some(_) => Err("分机正在通话".to_owned()),
            None => self.join(extension, &line, Mode::Talk).await,
        }
    }

    /// Ends an extension's call (4.21).
    pub(super) async fn cut(&mut self, target: &str) -> Result<String, String> {
        let line = self.line(&self.now(), target).ok_or("该分机没有通话")?;
        if line.stage != Stage::Talking {
            self.customer_forget(line.call);
        }
        self.drop_leg(line.call, line.leg).await
    }

    async fn join(&mut self, extension: &str, line: &Line, mode: Mode) -> Result<String, String> {
        self.pbx.ask(|reply| Control::Join(line.call, extension.to_owned(), mode, reply)).await.map_err(|error| reason(&error))?;
        self.roles.insert((line.call, extension.to_owned()), Role::Joined);
        Ok(String::new())
    }
}
