use serde::{Deserialize, Serialize};

/// What the user has set, kept in `chrome.storage.local` under `settings`. Nothing secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The regions (ISO 3166-1 alpha-2) whose national numbers are found on pages; the first is home.
    pub regions: Vec<String>,
    /// The CRM sites on which the phone is switched on.
    pub sites: Vec<Site>,
    /// How eagerly numbers are found.
    pub number_style: NumberStyle,
    /// How the PBX wants the numbers that are found.
    pub dial: DialSettings,
    /// Sound devices and processing.
    pub audio: Audio,
    /// STUN and TURN servers, as `RTCIceServer.urls` has them. Empty: host candidates only.
    pub ice_servers: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            regions: vec!["CN".to_owned()],
            sites: Vec::new(),
            number_style: NumberStyle::Normal,
            dial: DialSettings::default(),
            audio: Audio::default(),
            ice_servers: Vec::new(),
        }
    }
}

/// A site on which the phone is switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// Its origin: scheme, host and port, `https://crm.example.com`.
    pub origin: String,
    /// What runs there.
    #[serde(default)]
    pub mode: SiteMode,
    /// The page's own script may use the page API.
    #[serde(default)]
    pub page_api: bool,
}

/// What runs on a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SiteMode {
    /// Numbers are marked, the widget is shown.
    #[default]
    On,
    /// The widget alone.
    WidgetOnly,
    /// Nothing.
    Off,
}

/// How eagerly numbers are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NumberStyle {
    /// Only what can hardly be anything else.
    Careful,
    /// What a careful reader would call.
    #[default]
    Normal,
    /// Whatever could be a number.
    Eager,
}

/// How the PBX wants the numbers that are found on pages; what is typed on a dial pad is dialled as it is. `patchcord_numbers::DialRules`
/// are the same with the home region, which is the first of [`Settings::regions`]. As it is: numbers of the home region in national form
/// (`13800138000`, `02162885566`), others as E.164.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DialSettings {
    /// Dialled first to get an outside line: `9`. Empty: none.
    pub outside_line: String,
    /// The area code of the PBX without the national prefix: `10`, `571`. Its own landlines are dialled without it. Empty: always with it.
    pub area: String,
    /// How mobiles of the home region are dialled.
    pub mobiles: MobileDialling,
    /// With [`MobileDialling::LongDistanceUnless`]: how the mobiles of the PBX's own city start.
    pub local_mobiles: Vec<String>,
    /// Numbers of the home region keep their calling code: `+86138…`.
    pub keep_calling_code: bool,
    /// Dialled in place of the plus sign: `00`. Empty: the plus sign stays, or `00` behind an outside line.
    pub international_prefix: String,
}

/// How mobiles of the home region are dialled (Sapo manual, 6.4: `9` + mobile, `90` + mobile of another city).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MobileDialling {
    /// As they are.
    #[default]
    Local,
    /// With the national prefix before them.
    LongDistance,
    /// With the national prefix, unless they start like one of the PBX's own city.
    LongDistanceUnless,
}

/// Sound devices and processing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Audio {
    /// What the far side hears through.
    pub microphone: DeviceChoice,
    /// Where the far side is heard.
    pub speaker: DeviceChoice,
    /// Where it rings.
    pub ringer: DeviceChoice,
    /// W3C `echoCancellation`.
    pub echo_cancellation: bool,
    /// W3C `noiseSuppression`.
    pub noise_suppression: bool,
    /// W3C `autoGainControl`.
    pub gain_control: bool,
    /// How loud it rings, 0–1.
    pub ring_volume: f64,
}

impl Default for Audio {
    fn default() -> Self {
        Self {
            microphone: DeviceChoice::default(),
            speaker: DeviceChoice::default(),
            ringer: DeviceChoice::default(),
            echo_cancellation: true,
            noise_suppression: true,
            gain_control: true,
            ring_volume: 0.7,
        }
    }
}

/// A sound device: the browser's default, or one by id, with its label for the day when the id no longer exists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeviceChoice {
    /// W3C `deviceId`. Empty: the default device.
    pub id: String,
    /// The label it had when it was chosen.
    pub label: String,
}
