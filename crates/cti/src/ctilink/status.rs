//! Agent states.

/// The state of an agent, as the server numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AgentState {
    /// 0, 未登录.
    NotLoggedIn,
    /// 3, 在线空闲.
    Idle,
    /// 4, 小休.
    Rest,
    /// 5, 通话.
    OnCall,
    /// 6, 闪断.
    ConnectionLostBriefly,
    /// 8, 事务处理.
    AfterCallWork,
    /// 9, 振铃.
    Ringing,
    /// 10, 示忙.
    Busy,
    /// 12, 拨号.
    Dialling,
    /// 21, 用餐.
    Meal,
    /// 22, 培训.
    Training,
    /// 23, 洗手间.
    Bathroom,
    /// A number that the vendor's table does not have.
    Other(u16),
}

const TABLE: [(u16, AgentState); 12] = [
    (0, AgentState::NotLoggedIn),
    (3, AgentState::Idle),
    (4, AgentState::Rest),
    (5, AgentState::OnCall),
    (6, AgentState::ConnectionLostBriefly),
    (8, AgentState::AfterCallWork),
    (9, AgentState::Ringing),
    (10, AgentState::Busy),
    (12, AgentState::Dialling),
    (21, AgentState::Meal),
    (22, AgentState::Training),
    (23, AgentState::Bathroom),
];

impl AgentState {
    /// From the wire's number; none if it is no number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(Self::from_code)
    }

    /// From the number.
    #[must_use]
    pub fn from_code(code: u16) -> Self {
        TABLE.into_iter().find(|(number, _)| *number == code).map_or(Self::Other(code), |(_, state)| state)
    }

    /// The number.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Other(code) => code,
            known => TABLE.into_iter().find(|(_, state)| *state == known).map_or(0, |(number, _)| number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_states_fit_both_ways() {
        for code in 0..100 {
            assert_eq!(AgentState::from_code(code).code(), code);
        }
        assert_eq!(AgentState::parse(" 23"), Some(AgentState::Bathroom));
        assert_eq!(AgentState::parse("7"), Some(AgentState::Other(7)));
        assert_eq!(AgentState::parse(""), None);
        assert_eq!(AgentState::parse("x"), None);
    }
}
