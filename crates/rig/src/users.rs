//! Who can register.

use crate::addresses::User;
use crate::config::RigConfig;
use crate::pbx::DOMAIN;

/// Names for the twenty agents, as a call centre would have them.
const NAMES: [&str; 20] = [
    "林薇",
    "陈浩",
    "Alice Morgan",
    "王芳",
    "Ben Carter",
    "赵磊",
    "黄婷",
    "Carla Diaz",
    "周杰",
    "吴敏",
    "David Kim",
    "徐丽",
    "孙鹏",
    "Emma Wilson",
    "马超",
    "朱琳",
    "Frank Lee",
    "胡静",
    "郭强",
    "Grace Chen",
];

/// All users.
#[derive(Clone, Debug)]
pub(crate) struct Users {
    all: Vec<User>,
    numbers: Vec<String>,
}

impl Users {
    pub(crate) fn new(config: &RigConfig) -> Self {
        let agents = (1001..).zip(NAMES).map(|(number, name)| user(number, name.to_owned()));
        let extra = (2000..2000 + config.extra_users).map(|number| user(number, format!("Agent {number}")));
        let all: Vec<User> = agents.chain(extra).collect();
        let numbers = all.iter().map(|user| user.user.clone()).collect();
        Self { all, numbers }
    }

    pub(crate) fn all(&self) -> &[User] {
        &self.all
    }

    /// The user parts alone.
    pub(crate) fn numbers(&self) -> &[String] {
        &self.numbers
    }

    pub(crate) fn password(&self, user: &str) -> Option<String> {
        self.all.iter().find(|known| known.user == user).map(|known| known.password.clone())
    }

    pub(crate) fn display_name(&self, user: &str) -> String {
        self.all.iter().find(|known| known.user == user).map(|known| known.display_name.clone()).unwrap_or_default()
    }
}

fn user(number: u32, display_name: String) -> User {
    User { user: number.to_string(), password: format!("pw-{number}"), display_name, aor: format!("sip:{number}@{DOMAIN}") }
}
