use super::params::{Split, split};

/// The values of one header line.
#[derive(Clone, Debug)]
pub struct Values<'a>(Inner<'a>);

#[derive(Clone, Debug)]
enum Inner<'a> {
    One(Option<&'a str>),
    List(Split<'a>),
}

impl<'a> Values<'a> {
    /// Parts `line` at commas outside quotes and angle brackets where `list`; else it is one value.
    #[must_use]
    pub fn new(line: &'a str, list: bool) -> Self {
        Self(if list { Inner::List(split(line, b',')) } else { Inner::One(Some(line)) })
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        match &mut self.0 {
            Inner::One(line) => line.take().filter(|line| !line.is_empty()),
            Inner::List(parts) => parts.find(|part| !part.is_empty()),
        }
    }
}
