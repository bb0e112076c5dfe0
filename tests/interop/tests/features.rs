//! More through Kamailio 5.6: transfers in all three roles, tones by INFO, short messages, session timers, subscriptions, stopping.

use anyhow::Result;
use patchcord_interop::{Account, Algorithm, Kamailio, Peer};
use patchcord_sip::{CallEvent, CallHandle, CallRequest, Ended, Event, Input, RegistrationState, SubscriptionState, TransferState, Uri};

struct Trio {
    _server: Kamailio,
    alice: Peer,
    bob: Peer,
    carol: Peer,
}

impl Trio {
    /// Over secure WebSocket, with SHA-256.
    async fn start() -> Result<Self> {
        let server = Kamailio::start(Algorithm::Sha256).await?;
        let [alice, bob, carol] = ["alice", "bob", "carol"].map(|user| Account::new(server.wss(), user));
        let (alice, bob, carol) = (Peer::registered(&alice).await?, Peer::registered(&bob).await?, Peer::registered(&carol).await?);
        Ok(Self { _server: server, alice, bob, carol })
    }
}

async fn talk(from: &Peer, to: &Peer, user: &str) -> Result<(CallHandle, CallHandle)> {
    let rung = to.heard().calls.iter().filter(|(_, event)| matches!(event, CallEvent::Incoming(_))).count();
    let outbound = from.call(user)?;
    let inbound = to.incoming(rung).await?;
    to.ask(inbound, CallRequest::Answer);
    from.event(outbound, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
    to.event(inbound, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
    Ok((outbound, inbound))
}

fn uri(text: &str) -> Result<Uri> {
    text.parse().map_err(|error| anyhow::anyhow!("{error:?}"))
}

fn ended(event: &CallEvent, expect: &Ended) -> bool {
    matches!(event, CallEvent::Ended(reason) if reason == expect)
}

#[tokio::test]
async fn a_blind_transfer_connects_the_other_two() -> Result<()> {
    let trio = Trio::start().await?;
    let (alice, bob) = talk(&trio.alice, &trio.bob, "bob").await?;
    trio.bob.ask(bob, CallRequest::Transfer { target: uri("sip:carol@pbx.test")? });
    let carol = trio.carol.incoming(0).await?;
    trio.bob.event(bob, "for 180", |event| *event == CallEvent::Transfer(TransferState::Progress(180))).await?;
    trio.carol.ask(carol, CallRequest::Answer);
    trio.bob.event(bob, "to be done", |event| ended(event, &Ended::Transferred)).await?;
    trio.alice.event(alice, "for the end", |event| ended(event, &Ended::Remote)).await?;
    trio.carol.event(carol, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
    assert_eq!(trio.alice.live().len(), 1);
    assert!(trio.bob.live().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_blind_transfer_to_nobody_leaves_the_call() -> Result<()> {
    let trio = Trio::start().await?;
    let (alice, bob) = talk(&trio.alice, &trio.bob, "bob").await?;
    trio.alice.ask(alice, CallRequest::Transfer { target: uri("sip:dave@pbx.test")? });
    trio.alice.event(alice, "for 480", |event| matches!(event, CallEvent::Transfer(TransferState::Failed(480, _)))).await?;
    assert_eq!(trio.alice.live(), [alice]);
    trio.bob.ask(bob, CallRequest::HangUp);
    trio.alice.event(alice, "for the end", |event| ended(event, &Ended::Remote)).await?;
    Ok(())
}

#[tokio::test]
async fn an_attended_transfer_connects_the_other_two() -> Result<()> {
    let trio = Trio::start().await?;
    for round in 0..2 {
        // Bob is called by Alice, or calls her; and calls Carol.
        let (alice, bob) = if round == 0 {
            talk(&trio.alice, &trio.bob, "bob").await?
        } else {
            let (bob, alice) = talk(&trio.bob, &trio.alice, "alice").await?;
            (alice, bob)
        };
        trio.bob.ask(bob, CallRequest::Hold(true));
        trio.alice.event(alice, "to be held", |event| *event == CallEvent::Held { local: false, remote: true }).await?;
        let (second, carol) = talk(&trio.bob, &trio.carol, "carol").await?;
        trio.bob.ask(bob, CallRequest::TransferTo { call: second });
        trio.bob.event(bob, "to be done", |event| ended(event, &Ended::Transferred)).await?;
        trio.bob.event(second, "to be done", |event| matches!(event, CallEvent::Ended(_))).await?;
        trio.carol.event(carol, "to be replaced", |event| ended(event, &Ended::Replaced)).await?;
        trio.alice.event(alice, "for the end", |event| matches!(event, CallEvent::Ended(_))).await?;
        let (one, other) = (trio.alice.live(), trio.carol.live());
        assert_eq!((one.len(), other.len(), trio.bob.live().len()), (1, 1, 0));
        let (Some(one), Some(other)) = (one.first().copied(), other.first().copied()) else { anyhow::bail!("no call") };
        trio.alice.event(one, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
        trio.carol.event(other, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
        trio.carol.ask(other, CallRequest::HangUp);
        trio.alice.event(one, "for the end", |event| ended(event, &Ended::Remote)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn tones_go_by_info_where_telephone_event_was_not_agreed_on() -> Result<()> {
    let server = Kamailio::start(Algorithm::Md5).await?;
    let alice = Peer::registered(&Account::new(server.ws(), "alice")).await?;
    let bob = Peer::registered(&Account { tones: false, ..Account::new(server.ws(), "bob") }).await?;
    let (outbound, inbound) = talk(&alice, &bob, "bob").await?;
    alice.ask(outbound, CallRequest::Dtmf("12#".into()));
    let tones = |heard: &patchcord_interop::Heard| {
        heard.of(inbound).filter_map(|event| if let CallEvent::Dtmf(tone) = event { Some(tone.as_str()) } else { None }).collect::<String>()
    };
    let heard = bob.wait("for three tones", |heard| tones(heard).len() == 3).await?;
    assert_eq!(tones(&heard), "12#");
    Ok(())
}

#[tokio::test]
async fn short_messages_arrive_or_are_refused() -> Result<()> {
    let trio = Trio::start().await?;
    for (id, user) in [(1, "bob"), (2, "dave")] {
        let target = uri(&format!("sip:{user}@pbx.test"))?;
        trio.alice.give(Input::Message { id, target, content_type: "text/plain;charset=utf-8".into(), body: "下午好".into() });
    }
    let came = |heard: &patchcord_interop::Heard| {
        heard.others.iter().any(|event| matches!(event, Event::Message { body, .. } if body == "下午好"))
    };
    trio.bob.wait("for the message", came).await?;
    let told = |heard: &patchcord_interop::Heard, wanted: u32, expected: u16| {
        heard.others.iter().any(|event| matches!(event, Event::MessageSent { id, status, .. } if *id == wanted && *status == expected))
    };
    trio.alice.wait("for both results", |heard| told(heard, 1, 200) && told(heard, 2, 480)).await?;
    Ok(())
}

#[tokio::test]
async fn a_subscription_that_nobody_serves_ends() -> Result<()> {
    let trio = Trio::start().await?;
    trio.alice.give(Input::Subscribe { id: 3, target: uri("sip:bob@pbx.test")?, event: "dialog".into(), expires: 300 });
    let over = |heard: &patchcord_interop::Heard| {
        heard.others.iter().any(|event| matches!(event, Event::Subscription { id: 3, state: SubscriptionState::Ended(405, _) }))
    };
    trio.alice.wait("for 405", over).await?;
    Ok(())
}

#[tokio::test]
async fn both_hold_at_once_and_both_get_it() -> Result<()> {
    let trio = Trio::start().await?;
    let (alice, bob) = talk(&trio.alice, &trio.bob, "bob").await?;
    trio.alice.ask(alice, CallRequest::Hold(true));
    trio.bob.ask(bob, CallRequest::Hold(true));
    let both = CallEvent::Held { local: true, remote: true };
    trio.alice.wait("for both holds", |heard| heard.of(alice).last() == Some(&both)).await?;
    trio.bob.wait("for both holds", |heard| heard.of(bob).last() == Some(&both)).await?;
    Ok(())
}

#[tokio::test]
async fn a_second_phone_of_the_same_agent_stops_ringing() -> Result<()> {
    let server = Kamailio::start(Algorithm::Md5).await?;
    let alice = Peer::registered(&Account::new(server.ws(), "alice")).await?;
    // Two phones, told apart by their URL, of which their instance is made.
    let one = Peer::registered(&Account::new(server.ws(), "bob")).await?;
    let other = Peer::start_as(&Account::new(server.ws(), "bob"), "00000000-0000-4000-8000-00000000beef")?;
    other.wait("to be registered", |heard| heard.registration.last() == Some(&RegistrationState::Registered)).await?;
    let outbound = alice.call("bob")?;
    let (first, second) = (one.incoming(0).await?, other.incoming(0).await?);
    one.ask(first, CallRequest::Answer);
    alice.event(outbound, "to be connected", |event| matches!(event, CallEvent::Connected { .. })).await?;
    other.event(second, "to stop", |event| matches!(event, CallEvent::Ended(Ended::Cancelled | Ended::AnsweredElsewhere))).await?;
    assert_eq!(one.live(), [first]);
    Ok(())
}

#[tokio::test]
async fn stopping_unregisters() -> Result<()> {
    let trio = Trio::start().await?;
    let (alice, bob) = talk(&trio.alice, &trio.bob, "bob").await?;
    trio.bob.give(Input::Stop);
    trio.bob.wait("to be stopped", |heard| heard.registration.last() == Some(&RegistrationState::Stopped)).await?;
    trio.bob.event(bob, "for the end", |event| ended(event, &Ended::Local)).await?;
    trio.alice.event(alice, "for the end", |event| ended(event, &Ended::Remote)).await?;
    let again = trio.alice.call("bob")?;
    trio.alice.event(again, "for 480", |event| matches!(event, CallEvent::Ended(Ended::Refused(480, _)))).await?;
    Ok(())
}
