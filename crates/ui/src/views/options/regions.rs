use leptos::prelude::*;
use patchcord_messages::NumberStyle;

use crate::{
    components::{Button, Card, Choice, Icon, Kind, List, Row, Select, Shape},
    host,
    prefs::Prefs,
};

/// The regions to choose from: ISO 3166-1 alpha-2 codes that have a calling code (ITU-T E.164).
const REGIONS: &str = "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// All regions by their names, in the order of the names.
fn all() -> Vec<Choice> {
    let host = host::get();
    let mut choices: Vec<Choice> =
        REGIONS.split(' ').map(|code| Choice { value: code.to_owned(), label: format!("{} ({code})", host.region(code)) }).collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

/// Which numbers are found on pages.
#[component]
pub(super) fn NumbersCard() -> impl IntoView {
    let prefs = Prefs::here();
    let regions = prefs.part(|settings| settings.regions.clone());
    let home = Memo::new(move |_| regions.with(|regions| regions.first().cloned().unwrap_or_default()));
    let style = prefs.part(|settings| settings.number_style);
    let choices = StoredValue::new(all());
    let more = Signal::derive(move || {
        let mut left = vec![Choice { value: String::new(), label: t!("regionsAdd") }];
        regions.with(|regions| {
            left.extend(
                choices.with_value(|all| all.iter().filter(|choice| !regions.contains(&choice.value)).cloned().collect::<Vec<_>>()),
            );
        });
        left
    });
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
    let others = move || regions.get().into_iter().skip(1).map(|code| row(prefs, code)).collect_view();
    let styles = vec![
        Choice { value: "careful".into(), label: t!("styleCareful") },
        Choice { value: "normal".into(), label: t!("styleNormal") },
        Choice { value: "eager".into(), label: t!("styleEager") },
    ];
    let style_value = Signal::derive(move || {
        match style.get() {
            NumberStyle::Careful => "careful",
            NumberStyle::Normal => "normal",
            NumberStyle::Eager => "eager",
        }
        .to_owned()
    });
    let set_style = move |value: String| {
        let style = match value.as_str() {
            "careful" => NumberStyle::Careful,
            "eager" => NumberStyle::Eager,
            _ => NumberStyle::Normal,
        };
        prefs.change(move |settings| settings.number_style = style);
    };
    view! {
        <Card id="numbers" title=t!("optionsNumbers") about=t!("optionsNumbersAbout")>
            <Select label=t!("regionsHome") hint=t!("regionsHomeHint") choices=choices.get_value() value=home change=set_home />
            <Show when=move || 1 < regions.with(Vec::len)>
                <List label=t!("regionsOthers")>{others}</List>
            </Show>
            <Select label=t!("regionsOthers") hint=t!("regionsOthersHint") choices=more value=String::new() change=add />
            <Select label=t!("numberStyle") hint=t!("numberStyleHint") choices=styles value=style_value change=set_style />
        </Card>
    }
    .into_any()
}

fn row(prefs: Prefs, code: String) -> AnyView {
    let name = host::get().region(&code);
    let label = t!("buttonRemoveRegion", name);
    let what = move || view! { <span>{name.clone()}</span> }.into_any();
    let remove = move |_| {
        let code = code.clone();
        prefs.change(move |settings| settings.regions.retain(|other| *other != code));
    };
    view! {
        <Row what=what>
            <Button label=label icon=Icon::Close kind=Kind::Quiet shape=Shape::Round on_press=remove />
        </Row>
    }
    .into_any()
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
