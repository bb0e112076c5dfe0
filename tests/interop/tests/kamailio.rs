//! Scenarios through Kamailio 5.6: registration, calls, holds, refusals, a crash.

use anyhow::Result;
use patchcord_interop::{Account, Algorithm, Kamailio, Peer};
use patchcord_sip::{CallEvent, CallHandle, CallRequest, Ended, Fault, RegistrationState};

struct Pair {
    server: Kamailio,
    alice: Peer,
    bob: Peer,
}

impl Pair {
    async fn start() -> Result<Self> {
        let server = Kamailio::start(Algorithm::Md5).await?;
        let alice = Peer::registered(&Account::new(server.ws(), "alice")).await?;
        let bob = Peer::registered(&Account::new(server.ws(), "bob")).await?;
        Ok(Self { server, alice, bob })
    }

    /// Alice calls Bob, who answers.
    async fn talk(&self) -> Result<(CallHandle, CallHandle)> {
        let outbound = self.alice.call("bob")?;
        let inbound = self.bob.incoming(0).await?;
        self.alice.event(outbound, "for 180", |event| matches!(event, CallEvent::Progress { status: 180, .. })).await?;
        self.bob.ask(inbound, CallRequest::Answer);
        self.alice.event(outbound, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
        self.bob.event(inbound, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
        Ok((outbound, inbound))
    }
}

fn ended(call: &CallEvent, expect: &Ended) -> bool {
    matches!(call, CallEvent::Ended(reason) if reason == expect)
}

#[tokio::test]
async fn registers_with_md5_and_with_sha_256_over_ws_and_wss() -> Result<()> {
    for algorithm in [Algorithm::Md5, Algorithm::Sha256] {
        let server = Kamailio::start(algorithm).await?;
        for url in [server.ws(), server.wss()] {
            let peer = Peer::registered(&Account::new(url, "alice")).await?;
            let heard = peer.heard();
            let name = if algorithm == Algorithm::Md5 { "algorithm=MD5" } else { "algorithm=SHA-256" };
            assert!(heard.frames.iter().any(|frame| frame.starts_with("> REGISTER") && frame.contains(name)), "{:#?}", heard.frames);
            assert_eq!(heard.count("> REGISTER"), 2, "one without and one with credentials: {:#?}", heard.frames);
            let last = heard.frames.last().cloned().unwrap_or_default();
            assert!(last.contains("pub-gruu") && last.contains("temp-gruu"), "RFC 5627 was not asked for: {last}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() -> Result<()> {
    let server = Kamailio::start(Algorithm::Md5).await?;
    let account = Account { password: "wrong".into(), ..Account::new(server.ws(), "alice") };
    let peer = Peer::start(&account)?;
    let failed = RegistrationState::Failed { fault: Fault::Credentials };
    let heard = peer.wait("for the refusal", |heard| heard.registration.contains(&failed)).await?;
    assert_eq!(heard.count("> REGISTER"), 2, "{:#?}", heard.frames);
    Ok(())
}

#[tokio::test]
async fn a_call_with_hold_and_resume_and_bye_from_either_side() -> Result<()> {
    for caller_hangs_up in [true, false] {
        let pair = Pair::start().await?;
        let (outbound, inbound) = pair.talk().await?;
        pair.alice.ask(outbound, CallRequest::Hold(true));
        pair.alice.event(outbound, "to hold", |event| *event == CallEvent::Held { local: true, remote: false }).await?;
        let heard = pair.bob.event(inbound, "to be held", |event| *event == CallEvent::Held { local: false, remote: true }).await?;
        let offer = heard.descriptions.get(&inbound).cloned().unwrap_or_default();
        assert!(offer.contains("a=sendonly") || offer.contains("a=inactive"), "{offer}");
        pair.alice.ask(outbound, CallRequest::Hold(false));
        pair.bob.wait("to be resumed", |heard| heard.of(inbound).last() == Some(&CallEvent::Held { local: false, remote: false })).await?;
        let (one, its, other, others) =
            if caller_hangs_up { (&pair.alice, outbound, &pair.bob, inbound) } else { (&pair.bob, inbound, &pair.alice, outbound) };
        one.ask(its, CallRequest::HangUp);
        one.event(its, "for the end", |event| ended(event, &Ended::Local)).await?;
        other.event(others, "for the end", |event| ended(event, &Ended::Remote)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn cancelled_before_the_answer() -> Result<()> {
    let pair = Pair::start().await?;
    let outbound = pair.alice.call("bob")?;
    let inbound = pair.bob.incoming(0).await?;
    pair.alice.ask(outbound, CallRequest::HangUp);
    pair.alice.event(outbound, "for the end", |event| ended(event, &Ended::Local)).await?;
    let heard = pair.bob.event(inbound, "for the end", |event| ended(event, &Ended::Cancelled)).await?;
    assert_eq!(heard.count("> SIP/2.0 487"), 1, "{:#?}", heard.frames);
    Ok(())
}

#[tokio::test]
async fn refusals_carry_their_status() -> Result<()> {
    let pair = Pair::start().await?;
    for (turn, status) in [486, 603, 480].into_iter().enumerate() {
        let outbound = pair.alice.call("bob")?;
        let inbound = pair.bob.incoming(turn).await?;
        pair.bob.ask(inbound, CallRequest::Reject(status));
        pair.alice
            .event(outbound, "for the refusal", |event| matches!(event, CallEvent::Ended(Ended::Refused(got, _)) if *got == status))
            .await?;
        pair.bob.event(inbound, "for the end", |event| ended(event, &Ended::Rejected)).await?;
    }
    // Nobody is registered as carol, and nobody knows zoe: the server says 480 to both.
    for user in ["carol", "zoe"] {
        let outbound = pair.alice.call(user)?;
        pair.alice.event(outbound, "for 480", |event| matches!(event, CallEvent::Ended(Ended::Refused(480, _)))).await?;
    }
    Ok(())
}

#[tokio::test]
async fn tones_by_info_where_they_were_not_agreed_on_in_the_description_are_answered() -> Result<()> {
    let pair = Pair::start().await?;
    let (outbound, inbound) = pair.talk().await?;
    // The stand-in agrees on telephone-event, so these go to the media engine and no INFO leaves.
    pair.alice.ask(outbound, CallRequest::Dtmf("12#".into()));
    pair.bob.ask(inbound, CallRequest::HangUp);
    let heard = pair.alice.event(outbound, "for the end", |event| ended(event, &Ended::Remote)).await?;
    assert_eq!(heard.count("> INFO"), 0, "{:#?}", heard.frames);
    Ok(())
}

#[tokio::test]
async fn a_call_outlives_the_servers_crash() -> Result<()> {
    let mut pair = Pair::start().await?;
    let (outbound, inbound) = pair.talk().await?;
    pair.server.kill().await?;
    for peer in [&pair.alice, &pair.bob] {
        peer.wait("to lose the server", |heard| matches!(heard.registration.last(), Some(RegistrationState::Waiting { .. }))).await?;
    }
    pair.server.restart().await?;
    for peer in [&pair.alice, &pair.bob] {
        peer.wait("to be registered again", |heard| heard.registration.last() == Some(&RegistrationState::Registered)).await?;
    }
    for (peer, call) in [(&pair.alice, outbound), (&pair.bob, inbound)] {
        let heard = peer.heard();
        let over = heard.of(call).any(|event| matches!(event, CallEvent::Ended(_)));
        assert!(!over, "the call ended with the connection:\n{}", heard.frames.join("\n"));
    }
    pair.alice.ask(outbound, CallRequest::HangUp);
    pair.alice.event(outbound, "for the end", |event| ended(event, &Ended::Local)).await?;
    pair.bob.event(inbound, "for the end", |event| ended(event, &Ended::Remote)).await?;
    Ok(())
}
