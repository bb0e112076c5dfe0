//! Commands, one by one.

use patchcord_cti::sapo::Command;

use super::server::Server;

impl Server {
    pub(super) async fn dispatch(&mut self, connection: u64, command: Command) {
        let name = command.name();
        let extension = match command {
            Command::Login(login) => return self.log_in(connection, *login),
            _ => self.connections.get(&connection).and_then(|socket| socket.extension.clone()),
        };
        let Some(extension) = extension else { return self.respond(connection, name, Err("未登录".to_owned())) };
        // These say more after their answer.
        match &command {
            Command::Logout => {
                self.log_out(connection);
                return self.respond(connection, name, Ok(String::new()));
            }
            Command::Busy(reason) if reason.trim().is_empty() => {
                return self.respond(connection, name, Err("置忙原因不能为空".to_owned()));
            }
            Command::Busy(reason) => {
                self.respond(connection, name, Ok(String::new()));
                return self.set_busy(&extension, reason);
            }
            Command::Idle => {
                self.respond(connection, name, Ok(String::new()));
                return self.set_busy(&extension, "");
            }
            _ => {}
        }
        let done = match command {
            Command::Dial(dial) => self.dial(&extension, &dial.number).await,
            Command::Hold => self.hold(&extension, true).await,
            Command::Unhold => self.hold(&extension, false).await,
            Command::Hangup => self.hang_up(&extension).await,
            Command::ThreeWay(number) => self.three_way(&extension, &number).await,
            Command::Transfer(number) => self.transfer(&extension, &number).await,
            Command::TransferQueue(queue) => self.transfer_to_queue(&extension, &queue).await,
            Command::TransferIvr(ivr) => self.transfer_to_ivr(&extension, &ivr).await,
            Command::Pickup => self.pick_up(&extension, |_, _| true).await,
            Command::GroupPickup(group) => self.pick_up(&extension, |_, queue| queue == Some(group.as_str())).await,
            Command::PickupExtension(target) => self.pick_up(&extension, |extension, _| extension == target).await,
            Command::Spy(target) => self.listen_in(&extension, &target).await,
            Command::GroupSpy(group) => self.listen_to_group(&extension, &group).await,
            Command::Insert(target) => self.barge_in(&extension, &target).await,
            Command::HangupExtension(target) => self.cut(&target).await,
            Command::GetExtensionList { list, secid, queue } => self.team(&list, &secid, &queue),
            _ => Err("未知命令".to_owned()),
        };
        self.respond(connection, name, done);
    }
}
