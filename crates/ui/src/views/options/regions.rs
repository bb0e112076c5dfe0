use patchcord_messages::NumberStyle;

use crate::{
    components::{Choice, Icon, Kind, Shape, button, card, list, row, select},
    dom::El,
    host,
    prefs::Prefs,
};

/// The regions to choose from: ISO 3166-1 alpha-2 codes that have a calling code (ITU-T E.164).
const REGIONS: &str = "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// All regions by their names, in the order of the names.
fn all() -> Vec<Choice> {
    let host = host::get();
    let choice = |code: &str| Choice { value: code.to_owned(), label: format!("{} ({code})", host.region(code)) };
    let mut choices: Vec<Choice> = REGIONS.split(' ').map(choice).collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

/// Which numbers are found on pages.
pub(super) fn numbers_card() -> El {
    let prefs = Prefs::here();
    let regions = move || prefs.part(|settings| settings.regions.clone());
    let choices = all();
    let left = choices.clone();
    let more = move || {
        let taken = regions();
        let add = Choice { value: String::new(), label: t!("regionsAdd") };
        [add].into_iter().chain(left.iter().filter(|choice| !taken.contains(&choice.value)).cloned()).collect()
    };
    let set_home = move |code: String| {
        prefs.change(move |settings| {
            settings.regions.retain(|other| *other != code);
            settings.regions.insert(0, code.clone());
        });
    };
    let add = move |code: String| {
        if !code.is_empty() {
            prefs.change(move |settings| {
                if !settings.regions.contains(&code) {
                    settings.regions.push(code.clone());
                }
            });
        }
    };
    let others = move |regions: &Vec<String>| regions.iter().skip(1).map(|code| one(prefs, code)).collect();
    let home = move || regions().first().cloned().unwrap_or_default();
    card("numbers", t!("optionsNumbers"), Some(t!("optionsNumbersAbout")))
        .add(select(t!("regionsHome"), move || choices.clone(), home, Some(t!("regionsHomeHint").into()), set_home))
        .add(list(&t!("regionsOthers")).bind("hidden", move || (regions().len() < 2).then(String::new)).redo(regions, others))
        .add(select(t!("regionsOthers"), more, String::new, Some(t!("regionsOthersHint").into()), add))
        .add(style(prefs))
}

/// How eagerly numbers are found.
fn style(prefs: Prefs) -> El {
    let styles = [("careful", t!("styleCareful")), ("normal", t!("styleNormal")), ("eager", t!("styleEager"))];
    let styles = styles.map(|(value, label)| Choice { value: value.to_owned(), label }).to_vec();
    let chosen = move || match prefs.part(|settings| settings.number_style) {
        NumberStyle::Careful => "careful",
        NumberStyle::Normal => "normal",
        NumberStyle::Eager => "eager",
    };
    let set = move |value: String| {
        let style = match value.as_str() {
            "careful" => NumberStyle::Careful,
            "eager" => NumberStyle::Eager,
            _ => NumberStyle::Normal,
        };
        prefs.change(move |settings| settings.number_style = style);
    };
    select(t!("numberStyle"), move || styles.clone(), move || chosen().to_owned(), Some(t!("numberStyleHint").into()), set)
}

fn one(prefs: Prefs, code: &str) -> El {
    let name = host::get().region(code);
    let label = t!("buttonRemoveRegion", name);
    let code = code.to_owned();
    let remove = move || {
        let code = code.clone();
        prefs.change(move |settings| settings.regions.retain(|other| *other != code));
    };
    row([crate::dom::el("span").text(name)], [button(label).icon(Icon::Close).kind(Kind::Quiet).shape(Shape::Round).press(remove)])
}

#[cfg(test)]
mod tests {
    use super::REGIONS;

    #[test]
    fn regions_are_codes_in_order_and_each_once() {
        let codes: Vec<&str> = REGIONS.split(' ').collect();
        assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())));
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(["CN", "HK", "MO", "TW", "US", "GB", "SG"].iter().all(|code| codes.contains(code)));
    }
}
