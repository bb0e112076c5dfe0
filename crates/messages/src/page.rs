use serde::{Deserialize, Serialize};

/// What a page says through the page API's port. Which page it is, the port tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "page", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum PageMessage {
    /// It called one of a vendor's functions.
    Call {
        /// Whose.
        vendor: Vendor,
        /// The function's name in the vendor's manual.
        function: String,
        /// Its arguments.
        args: Vec<PageArg>,
    },
    /// A vendor's own script opened a socket to its server; it got a virtual one.
    SocketOpen {
        /// Names the socket on this page.
        socket: u32,
        /// Where it wanted to go.
        url: String,
        /// The sub-protocols it asked for.
        protocols: Vec<String>,
    },
    /// It sent something on a virtual socket.
    SocketSend {
        /// Which.
        socket: u32,
        /// What.
        text: String,
    },
    /// It closed a virtual socket.
    SocketClose {
        /// Which.
        socket: u32,
    },
}

/// Whose API a page uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Vendor {
    /// 赛普智成: `sapoOcx.api`.
    Sapo,
    /// 小A / FastCall: `CtiLink`.
    CtiLink,
}

/// What a page is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "toPage", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ToPage {
    /// What the getters answer from now on: (name, answer), `None` for `null`.
    Getters {
        /// All of them.
        answers: Vec<(String, Option<String>)>,
    },
    /// Call one of the page's functions: the first of these that it defines.
    Callback {
        /// Whose API it belongs to.
        vendor: Vendor,
        /// The name by which `setCallBack` knows the event; nothing where there is no such thing.
        event: String,
        /// Names of functions.
        functions: Vec<String>,
        /// Arguments.
        args: Vec<PageArg>,
    },
    /// A virtual socket is open.
    SocketOpened {
        /// Which.
        socket: u32,
        /// The sub-protocol agreed on; nothing: none.
        protocol: String,
    },
    /// Something came on a virtual socket.
    SocketMessage {
        /// Which.
        socket: u32,
        /// What.
        text: String,
    },
    /// A virtual socket is closed.
    SocketClosed {
        /// Which.
        socket: u32,
        /// WebSocket close code.
        code: u16,
    },
}

/// An argument that crosses between a page and the phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PageArg {
    /// JavaScript's `null` and `undefined`.
    Null,
    /// `boolean`.
    Bool(bool),
    /// `number`.
    Number(f64),
    /// `string`.
    Text(String),
}

impl PageArg {
    /// As the vendors' clients would put it on the wire: `null` and `undefined` are nothing, whole numbers have no point.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl From<&str> for PageArg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_cross_with_their_types() {
        let args: Vec<PageArg> = serde_json::from_str(r#"[null, true, 8080, 0.5, "8080"]"#).unwrap();
        let expect = [PageArg::Null, PageArg::Bool(true), PageArg::Number(8080.0), PageArg::Number(0.5), "8080".into()];
        assert_eq!(args, expect);
        assert_eq!(args.iter().map(PageArg::to_text).collect::<Vec<_>>(), ["", "true", "8080", "0.5", "8080"]);
    }
}
