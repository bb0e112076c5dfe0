//! `cargo xtask bench call [N]`: what an agent waits for, from the click on a number to the INVITE at the PBX and to the first sound.
#![allow(clippy::print_stdout, reason = "it tells what it measures")]

use patchcord_rig::LegState;
use patchcord_tests::{Desk, Site, Timing, unfold};

/// A customer who answers at once, so that nothing but our own time is measured.
const CUSTOMER: &str = "137 1000 0009";

fn main() {
    let rounds = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(20);
    let desk = Desk::new();
    let _probe = desk.log_in();
    let page = desk.crm(Site::Home);
    let widget = desk.widget(&page);
    unfold(&widget);
    // The time of the click itself, by the page's own clock, which is the rig's.
    let watch = "addEventListener('pointerdown', () => { globalThis.clicked = performance.timeOrigin + performance.now(); }, true)";
    page.eval(watch).unwrap_or_else(|error| panic!("{error:#}"));

    let (mut invite, mut to_pbx, mut to_agent) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        desk.click_text(&page, CUSTOMER);
        let user = &desk.user().user;
        let leg = desk.pbx("sound both ways", Timing::CALL, |state| {
            let leg = state.leg_of(user)?;
            (leg.state == LegState::Up && leg.media.first_sound_in_at.is_some() && leg.media.first_packet_out_at.is_some())
                .then(|| leg.clone())
        });
        let (Some(leg), Some(clicked)) = (leg, page.eval("clicked").ok().and_then(|time| time.as_f64())) else { panic!("no call") };
        invite.push(leg.invited_at - clicked);
        to_pbx.push(leg.media.first_sound_in_at.unwrap_or_default() - clicked);
        to_agent.push(leg.media.first_packet_out_at.unwrap_or_default() - clicked);
        widget.click("button", "Hang up");
        desk.pbx("over", Timing::CALL, |state| state.calls.is_empty());
        // The ended call's card would be in the way of nothing, but a fresh round begins as the first did.
        widget.click("button", "Dismiss");
    }
    println!("{rounds} calls, ms from the click          median      p95      max");
    print("INVITE at the PBX", &mut invite);
    print("agent's first sound at the PBX", &mut to_pbx);
    print("first packet sent to the agent", &mut to_agent);
}

fn print(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len().saturating_sub(1)) as f64 * share).round() as usize).copied().unwrap_or_default();
    println!("  {what:<34} {:>8.0} {:>8.0} {:>8.0}", at(0.5), at(0.95), at(1.0));
}
