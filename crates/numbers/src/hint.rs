/// What the words beside a cell say that it holds: a column's header, a form's label, a `dt`, an `aria-label`, an attribute's name.
///
/// Classify each label once with [`Hint::of`] and hand the result to every cell under it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing that helps.
    #[default]
    None,
    /// Phone numbers: 电话, 手机, Tel, Mobile, Fax …
    Phone,
    /// Something else with digits: 订单号, 身份证, Order ID, SKU, Amount …
    Other,
}

impl Hint {
    /// What a label says.
    pub fn of(label: &[u16]) -> Self {
        let label = String::from_utf16_lossy(label).to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| label.contains(word));
        if says(&["电话", "手机", "座机", "传真", "tel", "phone", "mobile", "fax"]) {
            Self::Phone
        } else if says(&["单号", "编号", "身份证", "金额", "日期", "时间", "账号", "order", "sku", "amount", "date"]) {
            Self::Other
        } else {
            Self::None
        }
    }
}
