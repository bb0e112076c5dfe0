//! Labelled lines: read from `tests/corpus/`, and made from templates with a fixed seed.

use super::Random;

/// A line of text and what is to be found in it.
#[derive(Debug)]
pub struct Line {
    pub regions: String,
    pub label: String,
    pub text: String,
    pub expected: Vec<Expected>,
}

/// A number in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub start: usize,
    pub span: String,
    pub e164: String,
    pub extension: String,
}

/// The lines of a language.
pub fn read(language: &str) -> Vec<Line> {
    let path = format!("{}/../../tests/corpus/{language}.tsv", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let lines: Vec<Line> = file.lines().map(line).collect();
    assert!(lines.len() >= 15);
    lines
}

fn line(line: &str) -> Line {
    let mut fields = line.splitn(4, '\t');
    let mut field = || fields.next().unwrap_or_else(|| panic!("a field is missing in `{line}`"));
    let (regions, label, _, marked) = (field(), field(), field(), field());
    labelled(regions, label, marked)
}

/// A line whose numbers are marked `{{as it stands|E.164|extension}}`.
fn labelled(regions: &str, label: &str, marked: &str) -> Line {
    let (mut text, mut expected) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, behind)) = rest.split_once("{{") {
        text.push_str(before);
        let (mark, after) = behind.split_once("}}").unwrap_or_else(|| panic!("an open mark in `{marked}`"));
        let parts: Vec<&str> = mark.split('|').collect();
        let start = text.encode_utf16().count();
        text.push_str(parts[0]);
        let extension = parts.get(2).copied().unwrap_or("");
        expected.push(Expected { start, span: parts[0].into(), e164: parts[1].into(), extension: extension.into() });
        rest = after;
    }
    text.push_str(rest);
    Line { regions: regions.into(), label: label.into(), text, expected }
}

/// Lines of a CRM's tables, chats and notes in a language, always the same.
pub fn generated(language: &str, count: usize) -> Vec<Line> {
    let mut random = Random::new(20_261_120);
    let (regions, templates): (&str, &[&str]) = if language == "zh" { ("CN", CHINESE) } else { ("US", ENGLISH) };
    (0..count)
        .map(|_| {
            let template = templates[random.below(templates.len())];
            let (label, template) = template.split_once('\t').unwrap_or(("", template));
            labelled(regions, label, &fill(template, &mut random))
        })
        .collect()
}

/// Replaces every `<kind>` of a template.
fn fill(template: &str, random: &mut Random) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('<') {
        text.push_str(before);
        let (kind, after) = behind.split_once('>').unwrap_or((behind, ""));
        text.push_str(&piece(kind, random));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn piece(kind: &str, random: &mut Random) -> String {
    let pick = |random: &mut Random, list: &[&str]| list[random.below(list.len())].to_owned();
    match kind {
        "mobile" => {
            let start = pick(random, &["138", "139", "150", "159", "177", "186", "188", "199", "166", "135"]);
            let (a, b) = (random.digits(4), random.digits(4));
            let written = match random.below(8) {
                0..=3 => format!("{start}{a}{b}"),
                4 => format!("{start}-{a}-{b}"),
                5 => format!("{start} {a} {b}"),
                6 => format!("+86 {start}{a}{b}"),
                _ => format!("+86-{start}-{a}-{b}"),
            };
            format!("{{{{{written}|+86{start}{a}{b}}}}}")
        }
        "landline" => {
            let (area, length) = [("010", 8), ("021", 8), ("0571", 8), ("0755", 8), ("0731", 8), ("0515", 8), ("0993", 7)][random.below(7)];
            let local = format!("{}{}", pick(random, &["62", "86", "55"]), random.digits(length - 2));
            let (extension, mark) = match random.below(6) {
                0 => {
                    let more = 1 + random.below(3);
                    let digits = format!("{}{}", 1 + random.below(8), random.digits(more));
                    let sign = pick(random, &["转", "-", " 转 ", "分机", " ext. "]);
                    (format!("{sign}{digits}"), format!("|{digits}"))
                }
                _ => Default::default(),
            };
            let written = match random.below(5) {
                0 => format!("({area}){local}"),
                1 => format!("{area} {local}"),
                2 => format!("（{area}）{local}"),
                _ => format!("{area}-{local}"),
            };
            format!("{{{{{written}{extension}|+86{}{local}{mark}}}}}", &area[1..])
        }
        "tollfree" => {
            let (a, b) = (random.digits(3), random.digits(4));
            let written =
                if random.below(3) == 0 { format!("4008{a}{b}").chars().take(10).collect() } else { format!("400-8{}-{b}", &a[..2]) };
            let bare: String = written.chars().filter(char::is_ascii_digit).collect();
            format!("{{{{{written}|+86{bare}}}}}")
        }
        "us" => {
            let area = pick(random, &["212", "415", "650", "312", "206", "617", "713", "305"]);
            let exchange = format!("{}{}", 2 + random.below(8), pick(random, &["34", "67", "89", "02", "56"]));
            let line = random.digits(4);
            let written = match random.below(8) {
                0 | 1 => format!("({area}) {exchange}-{line}"),
                2 | 3 => format!("{area}-{exchange}-{line}"),
                4 => format!("{area}.{exchange}.{line}"),
                5 => format!("+1 {area}-{exchange}-{line}"),
                6 => format!("1-{area}-{exchange}-{line}"),
                _ => format!("{area} {exchange} {line}"),
            };
            format!("{{{{{written}|+1{area}{exchange}{line}}}}}")
        }
        "order" => format!("{}{}", pick(random, &["2026112010", "DD20261120", "SO-2026-", "CK", "6", "88"]), random.digits(8)),
        "date" => {
            let (month, day) = (1 + random.below(12), 1 + random.below(28));
            match random.below(4) {
                0 => format!("2026-{month:02}-{day:02}"),
                1 => format!("2026/{month}/{day}"),
                2 => format!("2026-{month:02}-{day:02} {:02}:{:02}:{:02}", random.below(24), random.below(60), random.below(60)),
                _ => format!("2026{month:02}{day:02}"),
            }
        }
        "usdate" => format!("{}/{}/2026", 1 + random.below(12), 1 + random.below(28)),
        "time" => format!("{:02}:{:02}", random.below(24), random.below(60)),
        "amount" => format!("{}.{:02}", 1 + random.below(99_999), random.below(100)),
        "thousands" => format!("{},{:03},{:03}", 1 + random.below(99), random.below(1000), random.below(1000)),
        "idcard" => format!("33010619{}{:02}{:02}{}", 50 + random.below(50), 1 + random.below(12), 1 + random.below(28), random.digits(4)),
        "bankcard" => format!("6217{} {} {} {}", "", random.digits(4), random.digits(4), random.digits(4)),
        "ip" => format!("{}.{}.{}.{}", 1 + random.below(254), random.below(255), random.below(255), 1 + random.below(254)),
        "tracking" => format!("{}{}", pick(random, &["SF", "YT", "ZTO", "JD", "1Z"]), random.digits(13)),
        "express" => format!("7{}", random.digits(13)),
        "bare11" => format!("1{}{}", pick(random, &["38", "39", "50", "86"]), random.digits(8)),
        "bare10" => format!("{}{}{}", pick(random, &["212", "415", "650"]), 2 + random.below(8), random.digits(6)),
        "uuid" => format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{}",
            random.next() as u32,
            random.below(65536),
            random.below(4096),
            random.below(4096),
            random.digits(12)
        ),
        "small" => (1 + random.below(999)).to_string(),
        "zip" => format!("{:05}", 10_000 + random.below(89_999)),
        "cnzip" => format!("{:06}", 100_000 + random.below(600_000)),
        "name" => pick(random, &["张伟", "王芳", "李娜", "刘强", "陈静", "欧阳明"]),
        "usname" => pick(random, &["John Smith", "Jane Roe", "Bob O'Neil", "Ana Díaz"]),
        other => panic!("<{other}> is not known"),
    }
}

const CHINESE: &[&str] = &[
    "<mobile>",
    "<landline>",
    "手机号\t<mobile>",
    "联系电话\t<landline>",
    "订单编号\t<bare11>",
    "运单号\t<express>",
    "下单时间\t<date>",
    "金额\t<amount>",
    "<name> <mobile>",
    "<name>，<mobile>，浙江省杭州市西湖区文三路<small>号",
    "电话：<landline> 传真：<landline>",
    "手机：<mobile> 座机：<landline>",
    "<mobile>/<mobile>",
    "<mobile>、<landline>",
    "订单号：<order> 客户<name> <mobile> 金额¥<amount>",
    "订单<bare11>已发货，快递单号<tracking>",
    "客服热线<tollfree>",
    "如需帮助请致电<tollfree>，服务时间9:00-18:00",
    "<date> <time> 呼出 <mobile> 时长 00:0<small>",
    "身份证<idcard>",
    "身份证号：<idcard> 手机：<mobile>",
    "银行卡 <bankcard> <small>",
    "登录IP <ip>",
    "<date>",
    "<date> <name> <mobile> 已接通",
    "合计<thousands>元",
    "¥<amount>",
    "会员编号：<bare11>",
    "邮编<cnzip> 电话<landline>",
    "共<small>条 第<small>页",
    "流水号<bare11>，联系人<name>（<mobile>）",
    "trace=<uuid>",
    "https://crm.example.com/c/<bare11>?from=list",
    "<bare11>@qq.com",
    "<name>\t\t<mobile>",
];

const ENGLISH: &[&str] = &[
    "<us>",
    "Phone\t<us>",
    "Order ID\t<bare10>",
    "Created\t<date>",
    "Call <us> before <time>",
    "<usname> <us>",
    "<usname> | O: <us> | M: <us>",
    "Phone: <us> Fax: <us>",
    "<us> / <us>",
    "<us>, <us>",
    "Order #<bare10> shipped on <usdate>; questions? <us>",
    "Order <bare10>",
    "Invoice <bare10> for $<amount> is due <usdate>",
    "Ticket <bare10> opened by <usname> (<us>)",
    "Tracking <tracking>",
    "Server <ip> is down since <time>",
    "<date>",
    "Total $<thousands>.00",
    "Springfield, IL <zip>, <us>",
    "trace <uuid>",
    "https://example.com/u/<bare10>",
    "<bare10>@example.com",
    "My number is <us>, call after <time>",
    "<usdate> <time> inbound <us> <small>s",
    "SKU <bare10> x <small>",
];
