//! The state as others see it.

use std::sync::Arc;
use std::time::Instant;

use super::Pbx;
use crate::media::Happening;
use crate::state::{Call, LegId, MediaFigures, State};

impl Pbx {
    /// News from the media engine.
    pub(crate) fn happening(&mut self, happening: Happening) {
        self.dirty = true;
        match happening {
            Happening::Digit { leg, digit } => {
                if let Some(party) = self.parties.get_mut(&leg) {
                    party.view.dtmf.push(digit);
                }
            }
            Happening::Connected { leg, connected } => {
                if let Some(party) = self.parties.get_mut(&leg) {
                    party.view.media.connected = connected;
                }
            }
            Happening::Figures(figures) => {
                for (leg, figures) in figures {
                    self.figures(leg, figures);
                }
            }
            Happening::Reset { number } => {
                self.publish();
                if let Some(reply) = self.resets.remove(&number) {
                    _ = reply.send(Ok(()));
                }
            }
            Happening::Closed { leg, figures } => self.figures(leg, *figures),
        }
    }

    fn figures(&mut self, leg: LegId, figures: MediaFigures) {
        if let Some(party) = self.parties.get_mut(&leg) {
            party.view.media = figures;
            return;
        }
        let ended = self.ended.iter_mut().rev().flat_map(|call| &mut call.legs).find(|ended| ended.id == leg);
        if let Some(ended) = ended {
            ended.media = figures;
        }
    }

    /// Shows everybody the state as it is now.
    pub(crate) fn publish(&mut self) {
        self.dirty = false;
        self.published = Instant::now();
        self.counters.rev += 1;
        let calls: Vec<Call> = self
            .calls
            .values()
            .map(|record| Call {
                legs: record.legs.iter().filter_map(|leg| self.parties.get(leg).map(|party| party.view.clone())).collect(),
                ..record.view.clone()
            })
            .collect();
        let state = State {
            connections: self.connections.len() as u32,
            registrations: self.registrar.view(),
            calls,
            ended: self.ended.iter().cloned().collect(),
            faults: self.active_faults(),
            ..self.counters.clone()
        };
        self.state.send_replace(Arc::new(state));
    }
}
