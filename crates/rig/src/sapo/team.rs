//! `getExtensionList`.

use patchcord_cti::sapo::{ListType, TeamMember};

use super::line::words;
use super::server::Server;

impl Server {
    /// The records, as the wire has them. A department or queue leaves only who is logged in there.
    pub(super) fn team(&self, list: &ListType, secid: &str, queue: &str) -> Result<String, String> {
        let state = self.now();
        let mut records = Vec::new();
        for user in &self.users {
            let agent = self.agents.get(&user.user);
            let line = self.line(&state, &user.user);
            let registered = state.is_registered(&user.user);
            let idle = registered && line.is_none();
            let wanted = match list {
                ListType::All => true,
                ListType::Idle => idle,
                ListType::Agent => agent.is_some(),
                ListType::AgentIdle => idle && agent.is_some_and(|agent| agent.busy.is_empty()),
                ListType::Other(_) => return Err("未知的列表类型".to_owned()),
            };
            let there = |wanted: &str, field: fn(&patchcord_cti::sapo::Login) -> &str| {
                wanted.is_empty() || agent.is_some_and(|agent| field(&agent.login) == wanted)
            };
            if !wanted || !there(secid, |login| &login.secid) || !there(queue, |login| &login.queue) {
                continue;
            }
            let state = match &line {
                Some(line) => line.word(),
                None if registered => words::IDLE,
                None => words::UNKNOWN,
            };
            let login = agent.map(|agent| agent.login.clone()).unwrap_or_default();
            records.push(record(&TeamMember {
                exten: user.user.clone(),
                name: login.agent,
                login_id: login.staffid,
                sector: login.secname,
                group: login.queue,
                state: state.to_owned(),
                busy: agent.map(|agent| agent.busy.clone()).unwrap_or_default(),
            }));
        }
        Ok(records.join(","))
    }
}

/// One record; what separates fields and records cannot be in them.
fn record(member: &TeamMember) -> String {
    let fields = [&member.exten, &member.name, &member.login_id, &member.sector, &member.group, &member.state, &member.busy];
    fields.map(|field| field.replace(['|', ','], " ")).join("|")
}
