//! `cargo xtask numbers find`: the finder on text from anywhere.
//!
//! One JSON object a line: `{"id": …, "text": "…"}`, with `"label"` (a column's header or a form's label) and `"regions"` (a list, or
//! `"CN,US"`) if need be. One line back for each: `{"id": …, "finds": [{"start", "end", "e164", "ext", "region", "type"}]}`, offsets in
//! UTF-16 code units. A span covers the number and its extension as a person would click it, from the plus sign, the bracket that opens
//! the area code or the first digit to the last digit. `ext` is null without one. Service numbers and internal extensions have no E.164
//! form: their `e164` is the bare digits.

use std::io::{BufRead, Write};

use anyhow::{Context, Result, anyhow, bail};
use patchcord_numbers::{Cell, Find, Finder, FinderConfig, Hint, Region, Strength};
use serde_json::{Value, json};

pub(super) fn run(args: &[String]) -> Result<()> {
    let mut config = FinderConfig::default();
    let mut args = args.iter();
    while let Some(option) = args.next() {
        let value = args.next().with_context(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--regions" => config.regions = regions(value)?,
            "--strength" => config.strength = strength(value)?,
            "--internal" => config.internal_extensions = Some(lengths(value)?),
            _ => bail!("{option} is not known; there are --regions, --strength and --internal"),
        }
    }
    let input = std::io::stdin().lock();
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut searcher = Searcher::new(config);
    for (index, line) in input.lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            let answer = searcher.answer(&line).with_context(|| format!("line {}", index + 1))?;
            writeln!(output, "{answer}")?;
        }
    }
    output.flush()?;
    Ok(())
}

/// Answers lines, and keeps the finders of the regions that it met.
pub(crate) struct Searcher {
    config: FinderConfig,
    finders: Vec<(Vec<Region>, Finder)>,
}

impl Searcher {
    pub(crate) fn new(config: FinderConfig) -> Self {
        Self { config, finders: Vec::new() }
    }

    /// The answer to a line.
    pub(crate) fn answer(&mut self, line: &str) -> Result<Value> {
        let line: Value = serde_json::from_str(line)?;
        let text = line.get("text").and_then(Value::as_str).context("`text` is missing")?;
        let list = match line.get("regions") {
            None | Some(Value::Null) => self.config.regions.clone(),
            Some(Value::String(list)) => regions(list)?,
            Some(Value::Array(list)) => {
                let codes = list.iter().map(|code| code.as_str().context("`regions` holds something else than codes"));
                regions(&codes.collect::<Result<Vec<_>>>()?.join(","))?
            }
            Some(_) => bail!("`regions` is no list"),
        };
        let label = line.get("label").and_then(Value::as_str).unwrap_or("");
        let finds: Vec<Value> = self.find(list, text, label).iter().map(describe).collect();
        Ok(json!({ "id": line.get("id").cloned().unwrap_or(Value::Null), "finds": finds }))
    }

    /// What is found in a text under a label.
    pub(crate) fn find(&mut self, regions: Vec<Region>, text: &str, label: &str) -> Vec<Find> {
        let at = self.finders.iter().position(|(known, _)| *known == regions).unwrap_or_else(|| {
            let config = FinderConfig { regions: regions.clone(), ..self.config.clone() };
            self.finders.push((regions, Finder::new(&config)));
            self.finders.len() - 1
        });
        let units: Vec<u16> = text.encode_utf16().collect();
        let label: Vec<u16> = label.encode_utf16().collect();
        let mut finds = Vec::new();
        if let Some((_, finder)) = self.finders.get(at) {
            finder.find(&units, &[Cell::new(units.len(), Hint::of(&label))], &mut finds);
        }
        finds
    }
}

fn describe(find: &Find) -> Value {
    let number = &find.number;
    let extension = Some(number.extension()).filter(|extension| !extension.is_empty());
    json!({
        "start": find.start,
        "end": find.end,
        "e164": number.e164(),
        "ext": extension,
        "region": number.region.code(),
        "type": number.kind.name(),
    })
}

fn regions(list: &str) -> Result<Vec<Region>> {
    let codes = list.split(',').map(str::trim).filter(|code| !code.is_empty());
    codes.map(|code| Region::from_code(&code.to_ascii_uppercase()).ok_or_else(|| anyhow!("{code} is no region"))).collect()
}

fn strength(name: &str) -> Result<Strength> {
    match name {
        "careful" => Ok(Strength::Careful),
        "normal" => Ok(Strength::Normal),
        "eager" => Ok(Strength::Eager),
        _ => bail!("{name} is no strength; there are careful, normal and eager"),
    }
}

fn lengths(range: &str) -> Result<(u8, u8)> {
    let (least, most) = range.split_once('-').unwrap_or((range, range));
    Ok((least.parse()?, most.parse()?))
}
