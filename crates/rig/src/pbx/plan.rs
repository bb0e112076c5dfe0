//! What happens when a number is dialled.

use crate::addresses::ServiceNumber;
use crate::sound::Sound;

/// What a dialled number leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// A registered user.
    User(String),
    /// The rig itself takes the call.
    Script(Script),
    /// Refused at once.
    Refuse(u16),
}

/// How the rig plays the called party: the steps in their order, each only if it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Script {
    /// 180 at once.
    pub(crate) ring: bool,
    /// 183 with a description at once, and this sound before the answer.
    pub(crate) early: Option<Sound>,
    /// After so many milliseconds of ringing: what then. None: for ever.
    pub(crate) then: Option<(u64, Outcome)>,
}

/// How ringing ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 200.
    Answer(Talk),
    /// This status.
    Refuse(u16),
}

/// What the rig does once it has answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Talk {
    /// What it plays.
    pub(crate) sound: Option<Sound>,
    /// It says back what it hears.
    pub(crate) echo: bool,
    /// It is a party of its own, whom others in the call hear too.
    pub(crate) customer: bool,
    /// It hangs up after so many milliseconds.
    pub(crate) hang_up_after: Option<u64>,
    /// It holds after so many milliseconds, and resumes after as many again.
    pub(crate) hold_after: Option<u64>,
}

/// What an ordinary customer does.
const CUSTOMER: Talk = Talk { sound: Some(Sound::Melody), echo: true, customer: true, hang_up_after: None, hold_after: None };

/// How long an ordinary customer's phone rings.
const RINGS: u64 = 1000;

/// The rule for a dialled number; separators for the eye, and what is to be dialled after the answer, are no part of it.
pub(crate) fn plan(dialled: &str, users: &[String]) -> Plan {
    let dialled = dialled.split([',', ';', 'p', 'w']).next().unwrap_or_default();
    let number: String = dialled.chars().filter(|char| !matches!(char, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    if users.contains(&number) {
        return Plan::User(number);
    }
    let script = match number.as_str() {
        "9196" => answer(0, Talk { echo: true, ..Talk::default() }),
        "9197" => answer(0, Talk { sound: Some(Sound::Tone(440)), ..Talk::default() }),
        "9198" => Script { early: Some(Sound::Tone(600)), then: Some((2000, Outcome::Refuse(486))), ..Script::default() },
        "9199" => Script { ring: true, ..Script::default() },
        "9100" => return Plan::Refuse(603),
        _ => {
            let digits = number.strip_prefix('+').unwrap_or(&number);
            let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            // Chinese service numbers are shorter than others: 10086, 12345, 95588.
            let service = digits.len() >= 5 && ["95", "96", "100", "123"].iter().any(|start| digits.starts_with(start));
            if !all_digits || !(digits.len() >= 7 || number.starts_with('+') || service) {
                return Plan::Refuse(404);
            }
            customer(digits)
        }
    };
    Plan::Script(script)
}

/// Outside numbers, by their last four digits.
fn customer(digits: &str) -> Script {
    let last = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
    let refuse = |after, status| Script { ring: after > 500, early: None, then: Some((after, Outcome::Refuse(status))) };
    match last {
        "0001" => refuse(300, 486),
        "0002" => refuse(300, 480),
        "0003" => refuse(300, 404),
        "0004" => refuse(30_000, 480),
        "0005" => answer(10_000, CUSTOMER),
        "0006" => answer(RINGS, Talk { hang_up_after: Some(3000), ..CUSTOMER }),
        "0007" => Script { ring: false, early: Some(Sound::RingBack), then: Some((2000, Outcome::Answer(CUSTOMER))) },
        "0008" => refuse(RINGS, 603),
        "0009" => answer(0, CUSTOMER),
        "0010" => refuse(300, 503),
        "0011" => answer(RINGS, Talk { hold_after: Some(2000), ..CUSTOMER }),
        "0012" => answer(RINGS, Talk { sound: None, echo: false, ..CUSTOMER }),
        _ => answer(RINGS, CUSTOMER),
    }
}

fn answer(after: u64, talk: Talk) -> Script {
    Script { ring: after > 0, early: None, then: Some((after, Outcome::Answer(talk))) }
}

/// The table of `README.md`, for those who ask the rig itself.
pub(crate) fn table() -> Vec<ServiceNumber> {
    const TABLE: [(&str, &str); 18] = [
        ("9196", "echo"),
        ("9197", "440 Hz tone"),
        ("9198", "early media: 600 Hz tone for 2 s, then 486"),
        ("9199", "rings for ever"),
        ("9100", "603 at once"),
        ("…", "any outside number (7 digits or more, with +, or 95…, 96…, 100…, 123…): rings 1 s, answers, plays a melody and echoes"),
        ("…0001", "busy: 486"),
        ("…0002", "unreachable: 480"),
        ("…0003", "does not exist: 404"),
        ("…0004", "rings 30 s, never answers: 480"),
        ("…0005", "slow: rings 10 s, then answers"),
        ("…0006", "hangs up 3 s after the answer"),
        ("…0007", "early media: ring-back tone for 2 s, then answers"),
        ("…0008", "rings 1 s, then declines: 603"),
        ("…0009", "answers at once, without ringing"),
        ("…0010", "no line free: 503"),
        ("…0011", "holds the caller 2 s after the answer, for 2 s"),
        ("…0012", "answers after 1 s and says nothing: packets of silence"),
    ];
    TABLE.iter().map(|(number, what)| ServiceNumber { number: (*number).to_owned(), what: (*what).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_where_the_table_says() {
        let users = vec!["1001".to_owned()];
        let plan = |number| plan(number, &users);
        assert_eq!(plan("1001"), Plan::User("1001".into()));
        assert_eq!(plan("9100"), Plan::Refuse(603));
        for unknown in ["1099", "abc", "", "+", "54321", "*#06#", "1380013800a"] {
            assert_eq!(plan(unknown), Plan::Refuse(404), "{unknown}");
        }
        for outside in
            ["13800138000", "+8613800138000", "021-6288 5566", "(415) 555-2671", "+4930901820", "95588", "10086", "02162885566,802"]
        {
            assert_eq!(plan(outside), Plan::Script(answer(1000, CUSTOMER)), "{outside}");
        }
        assert!(matches!(plan("13800130001"), Plan::Script(Script { then: Some((_, Outcome::Refuse(486))), .. })));
        assert!(matches!(plan("+8613800130005"), Plan::Script(Script { ring: true, then: Some((10_000, Outcome::Answer(_))), .. })));
        assert!(matches!(plan("9199"), Plan::Script(Script { ring: true, then: None, .. })));
    }
}
