use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, Set},
};
use patchcord_messages::{DialSettings, MobileDialling};

use crate::{
    components::{Choice, card, field, select, toggle},
    dom::{El, follow},
    logic::dial::code,
    prefs::Prefs,
};

/// Which of the codes a field is about.
type Pick = fn(&mut DialSettings) -> &mut String;

/// How the PBX wants the numbers that are found on pages.
pub(super) fn dialling_card() -> El {
    let prefs = Prefs::here();
    let keep = move || prefs.part(|settings| settings.dial.keep_calling_code);
    let keep = toggle(t!("dialKeepCallingCode"), keep).hint(t!("dialKeepCallingCodeHint"));
    card("dialling", t!("optionsDialling"), Some(t!("optionsDiallingAbout")))
        .add(code_field(prefs, t!("dialOutsideLine"), t!("dialOutsideLineHint"), "9", |dial| &mut dial.outside_line))
        .add(code_field(prefs, t!("dialArea"), t!("dialAreaHint"), "10", |dial| &mut dial.area))
        .add(mobiles(prefs))
        .when(move || prefs.part(|settings| settings.dial.mobiles == MobileDialling::LongDistanceUnless), move || local_mobiles(prefs))
        .add(keep.change(move |on| prefs.change(move |settings| settings.dial.keep_calling_code = on)))
        .add(code_field(prefs, t!("dialInternational"), t!("dialInternationalHint"), "00", |dial| &mut dial.international_prefix))
}

/// A short code of digits. What is none is not kept.
fn code_field(prefs: Prefs, label: String, hint: String, example: &'static str, pick: Pick) -> El {
    let text = RwSignal::new(String::new());
    let kept = move || prefs.part(|settings| pick(&mut settings.dial.clone()).clone());
    follow(move || text.set(kept()));
    let problem = move || (code(&text.get()).is_none()).then(|| t!("dialCodeInvalid"));
    field(label, text).example(example).hint(hint).problem(problem).done(move |typed| {
        if let Some(code) = code(&typed) {
            prefs.change(move |settings| pick(&mut settings.dial).clone_from(&code));
        }
    })
}

fn mobiles(prefs: Prefs) -> El {
    let ways = [("local", t!("dialMobilesLocal")), ("longDistance", t!("dialMobilesLongDistance")), ("unless", t!("dialMobilesUnless"))];
    let ways = ways.map(|(value, label)| Choice { value: value.to_owned(), label }).to_vec();
    let chosen = move || match prefs.part(|settings| settings.dial.mobiles) {
        MobileDialling::Local => "local",
        MobileDialling::LongDistance => "longDistance",
        MobileDialling::LongDistanceUnless => "unless",
    };
    let set = move |value: String| {
        let way = match value.as_str() {
            "longDistance" => MobileDialling::LongDistance,
            "unless" => MobileDialling::LongDistanceUnless,
            _ => MobileDialling::Local,
        };
        prefs.change(move |settings| settings.dial.mobiles = way);
    };
    select(t!("dialMobiles"), move || ways.clone(), move || chosen().to_owned(), Some(t!("dialMobilesHint").into()), set)
}

/// How the mobiles of the PBX's own city start, parted by spaces or commas.
fn local_mobiles(prefs: Prefs) -> El {
    let text = RwSignal::new(String::new());
    follow(move || text.set(prefs.part(|settings| settings.dial.local_mobiles.join(" "))));
    let parse =
        |typed: &str| typed.split([' ', ',', '，', '、']).filter(|part| !part.is_empty()).map(code).collect::<Option<Vec<String>>>();
    let problem = move || parse(&text.get()).is_none().then(|| t!("dialCodeInvalid"));
    field(t!("dialLocalMobiles"), text).example("1391234 1381234").hint(t!("dialLocalMobilesHint")).problem(problem).done(move |typed| {
        if let Some(starts) = parse(&typed) {
            prefs.change(move |settings| settings.dial.local_mobiles.clone_from(&starts));
        }
    })
}
