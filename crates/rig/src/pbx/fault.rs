//! Faults at work.

use std::sync::atomic::Ordering;

use super::{Connection, Pbx};
use crate::faults::{ActiveFaults, Fault};
use crate::media::Command;
use crate::pbx::timers::Timer;
use crate::socket::Outbound;
use crate::state::LegId;

/// Faults at work, as far as the PBX itself carries them out.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    silent: bool,
    refuse: bool,
    answers: Vec<Canned>,
    lose: u8,
    /// Numbers of the timers that end `silent` and `refuse`.
    silent_until: u64,
    refuse_until: u64,
    generation: u64,
}

/// An answer that stands in for the PBX's own.
#[derive(Debug)]
struct Canned {
    method: String,
    status: u16,
    headers: Vec<(String, String)>,
    left: Option<u32>,
}

impl Faults {
    pub(crate) fn is_silent(&self) -> bool {
        self.silent
    }

    /// The answer for this method, if one is to be given; counts it.
    pub(crate) fn answer(&mut self, method: &str) -> Option<(u16, Vec<(String, String)>)> {
        let index = self.answers.iter().position(|canned| canned.method.eq_ignore_ascii_case(method))?;
        let canned = self.answers.get_mut(index)?;
        let answer = (canned.status, canned.headers.clone());
        if let Some(left) = &mut canned.left {
            *left -= 1;
            if *left == 0 {
                self.answers.remove(index);
            }
        }
        Some(answer)
    }
}

impl Pbx {
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.dirty = true;
        match fault {
            Fault::DropSockets => self.drop_sockets(),
            Fault::RefuseConnections { ms } => self.refuse(ms),
            Fault::Delay { ms } => self.switches.delay_ms.store(ms, Ordering::Relaxed),
            Fault::Silent { ms } => {
                self.faults.silent = true;
                self.faults.silent_until = self.fault_ends(ms);
            }
            Fault::Restart { ms } => {
                self.refuse(ms);
                self.drop_sockets();
                self.registrar.clear();
                self.clients.clear();
                let legs: Vec<LegId> = self.parties.keys().copied().collect();
                for leg in legs {
                    self.close_leg(leg, "PBX restarted");
                }
                for call in self.calls.keys().copied().collect::<Vec<_>>() {
                    self.end(call, crate::state::CallEnd::Rig);
                }
                self.parties.clear();
            }
            Fault::Answer { method, status, headers, times } => {
                if times != Some(0) && (300..700).contains(&status) {
                    self.faults.answers.push(Canned { method, status, headers, left: times });
                }
            }
            Fault::LoseMedia { percent } => {
                self.faults.lose = percent.min(100);
                self.media.tell(Command::Lose { percent: self.faults.lose });
            }
            Fault::Clear => {
                self.faults = Faults { generation: self.faults.generation, ..Faults::default() };
                self.switches.delay_ms.store(0, Ordering::Relaxed);
                self.switches.refuse.send_replace(false);
                self.media.tell(Command::Lose { percent: 0 });
            }
        }
    }

    fn refuse(&mut self, ms: u64) {
        self.faults.refuse = true;
        self.switches.refuse.send_replace(true);
        self.faults.refuse_until = self.fault_ends(Some(ms));
    }

    fn fault_ends(&mut self, ms: Option<u64>) -> u64 {
        self.faults.generation += 1;
        let generation = self.faults.generation;
        if let Some(ms) = ms {
            self.timers.after_ms(ms, Timer::FaultOver { generation });
        }
        generation
    }

    pub(crate) fn fault_over(&mut self, generation: u64) {
        if self.faults.silent_until == generation {
            self.faults.silent = false;
        }
        if self.faults.refuse_until == generation {
            self.faults.refuse = false;
            self.switches.refuse.send_replace(false);
        }
        self.dirty = true;
    }

    /// Cuts all sockets.
    pub(crate) fn drop_sockets(&mut self) {
        let cut: Vec<(u64, Connection)> = std::mem::take(&mut self.connections).into_iter().collect();
        for (connection, socket) in cut {
            _ = socket.sender.send(Outbound::Cut);
            self.closed(connection);
        }
    }

    pub(crate) fn active_faults(&self) -> ActiveFaults {
        ActiveFaults {
            refuse: self.faults.refuse,
            delay_ms: self.switches.delay_ms.load(Ordering::Relaxed),
            silent: self.faults.silent,
            answer: self.faults.answers.iter().map(|canned| (canned.method.clone(), canned.status)).collect(),
            lose_media_percent: self.faults.lose,
        }
    }
}
