use std::fmt;

use serde_json::Value;

/// A control or text, as a screen reader gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// ARIA role, such as `button`.
    pub role: String,
    /// Accessible name.
    pub name: String,
    /// What a field holds.
    pub value: String,
    /// It does nothing now.
    pub disabled: bool,
    /// A switch or checkbox that is on, a toggle that is pressed.
    pub on: bool,
    /// Number of its DOM node.
    pub node: u64,
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} “{}”", self.role, self.name)?;
        if !self.value.is_empty() {
            write!(f, " = “{}”", self.value)?;
        }
        if self.disabled {
            f.write_str(" (disabled)")?;
        }
        if self.on {
            f.write_str(" (on)")?;
        }
        Ok(())
    }
}

/// The answer of `Accessibility.getFullAXTree` as a list in the document's order, without what is hidden.
pub(crate) fn read_tree(tree: &Value) -> Vec<Control> {
    tree["nodes"].as_array().into_iter().flatten().filter(|node| node["ignored"] != true).filter_map(read).collect()
}

fn read(node: &Value) -> Option<Control> {
    let text = |key: &str| match &node[key]["value"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let property = |name: &str| {
        let mut properties = node["properties"].as_array().into_iter().flatten();
        properties.find(|property| property["name"] == name).map(|property| &property["value"]["value"])
    };
    let is_true = |value: Option<&Value>| value.is_some_and(|value| value == true || value == "true");
    Some(Control {
        role: text("role"),
        name: text("name"),
        value: text("value"),
        disabled: is_true(property("disabled")),
        on: is_true(property("checked")) || is_true(property("pressed")),
        node: node["backendDOMNodeId"].as_u64()?,
    })
}
