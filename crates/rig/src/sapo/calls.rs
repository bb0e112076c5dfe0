//! What an agent does with the own call.

use super::line::{Line, Role, Stage};
use super::server::{Server, reason};
use crate::control::DialOut;
use crate::pbx::Control;
use crate::sound::Sound;
use crate::state::{CallId, LegId, Mode};

/// How long an IVR node plays; then it hangs up.
const IVR_PLAYS: u64 = 5000;

impl Server {
    /// The agent's call, if it is up.
    pub(super) fn talking(&self, extension: &str) -> Result<Line, String> {
        let line = self.line(&self.now(), extension).filter(|line| line.stage == Stage::Talking);
        line.ok_or_else(|| "没有可操作的通话".to_owned())
    }

    /// An extension that has no call.
    pub(super) fn at_rest(&self, extension: &str) -> Result<(), String> {
        match self.line(&self.now(), extension) {
            Some(_) => Err("分机正在通话".to_owned()),
            None => Ok(()),
        }
    }

    fn known(&self, extension: &str) -> Result<(), String> {
        let known = self.users.iter().any(|user| user.user == extension);
        known.then_some(()).ok_or_else(|| "分机不存在".to_owned())
    }

    pub(super) async fn dial(&mut self, extension: &str, number: &str) -> Result<String, String> {
        self.at_rest(extension)?;
        let number = number.trim().to_owned();
        if number.is_empty() {
            return Err("号码不能为空".to_owned());
        }
        let dial = DialOut { user: extension.to_owned(), number, headers: Vec::new() };
        let call = self.pbx.ask(|reply| Control::Dial(dial, reply)).await.map_err(|error| reason(&error))?;
        self.roles.insert((call, extension.to_owned()), Role::Dialled);
        Ok(String::new())
    }

    /// Server-side hold: the agent's phone keeps its session and hears silence; the far side does not hear the agent.
    pub(super) async fn hold(&mut self, extension: &str, hold: bool) -> Result<String, String> {
        let line = self.talking(extension)?;
        let mode = self.now().leg(line.leg).map(|leg| leg.mode);
        match (mode, hold) {
            (Some(Mode::Held), true) => return Err("通话已保持".to_owned()),
            (Some(Mode::Talk), false) => return Err("通话未保持".to_owned()),
            _ => {}
        }
        let mode = if hold { Mode::Held } else { Mode::Talk };
        let done = self.pbx.ask(|reply| Control::Mode(line.call, line.leg, mode, reply)).await;
        done.map(|()| String::new()).map_err(|error| reason(&error))
    }

    pub(super) async fn hang_up(&mut self, extension: &str) -> Result<String, String> {
        let line = self.line(&self.now(), extension).ok_or("没有可操作的通话")?;
        self.drop_leg(line.call, line.leg).await
    }

    pub(super) async fn drop_leg(&mut self, call: CallId, leg: LegId) -> Result<String, String> {
        let done = self.pbx.ask(|reply| Control::Drop(call, leg, reply)).await;
        done.map(|()| String::new()).map_err(|error| reason(&error))
    }

    /// Brings another extension into the agent's call (4.11).
    pub(super) async fn three_way(&mut self, extension: &str, number: &str) -> Result<String, String> {
        let line = self.talking(extension)?;
        self.known(number)?;
        self.at_rest(number)?;
        let done = self.pbx.ask(|reply| Control::Join(line.call, number.to_owned(), Mode::Talk, reply)).await;
        done.map(|()| String::new()).map_err(|error| reason(&error))
    }

    /// Another extension takes the agent's place once it answers (4.12).
    pub(super) async fn transfer(&mut self, extension: &str, number: &str) -> Result<String, String> {
        let line = self.talking(extension)?;
        self.known(number)?;
        self.at_rest(number)?;
        let done = self.pbx.ask(|reply| Control::Transfer(line.call, line.leg, number.to_owned(), reply)).await;
        done.map(|()| String::new()).map_err(|error| reason(&error))
    }

    /// The far side hears an IVR node, the agent leaves (4.14). Nodes are 01001 to 01009: tones of 600 to 1,400 Hz.
    pub(super) async fn transfer_to_ivr(&mut self, extension: &str, ivr: &str) -> Result<String, String> {
        let line = self.talking(extension)?;
        let node = ivr.strip_prefix("0100").and_then(|digit| digit.parse::<u16>().ok()).filter(|digit| (1..=9).contains(digit));
        let sound = Sound::Tone(500 + 100 * node.ok_or("IVR 节点不存在")?);
        let done = self.pbx.ask(|reply| Control::Ivr(line.call, line.leg, sound, IVR_PLAYS, reply)).await;
        done.map_err(|error| reason(&error))?;
        self.customer_in_ivr(line.call, &line.number, ivr);
        Ok(String::new())
    }
}
