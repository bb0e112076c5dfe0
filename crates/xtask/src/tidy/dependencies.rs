use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Finding;

/// The crates that end up in the extension.
pub(crate) const SHIPPED: [&str; 11] = [
    "patchcord-messages",
    "patchcord-sip",
    "patchcord-cti",
    "patchcord-phone",
    "patchcord-numbers",
    "patchcord-browser",
    "patchcord-ui",
    "patchcord-background",
    "patchcord-content",
    "patchcord-offscreen",
    "patchcord-pages",
];

/// Plain state and data: no browser, no clock, no socket, no thread, no randomness of their own.
pub(super) const PURE: [&str; 5] = ["patchcord-messages", "patchcord-sip", "patchcord-cti", "patchcord-phone", "patchcord-numbers"];

/// Which of our own crates each may use. Who is not listed here, none may use.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("patchcord-messages", &[]),
    ("patchcord-numbers", &[]),
    ("patchcord-sip", &["patchcord-messages"]),
    ("patchcord-cti", &["patchcord-messages"]),
    ("patchcord-phone", &["patchcord-messages", "patchcord-sip", "patchcord-cti", "patchcord-numbers"]),
    ("patchcord-browser", &["patchcord-messages"]),
    ("patchcord-ui", &["patchcord-messages"]),
    ("patchcord-background", &["patchcord-messages", "patchcord-browser"]),
    ("patchcord-content", &["patchcord-messages", "patchcord-browser", "patchcord-numbers"]),
    ("patchcord-pages", &["patchcord-messages", "patchcord-browser", "patchcord-ui"]),
    ("patchcord-offscreen", &["patchcord-messages", "patchcord-numbers", "patchcord-browser", "patchcord-phone", "patchcord-sip", "patchcord-cti"]),
];

/// Who may use anything of ours: they stay at home.
const HOME: [&str; 5] = ["patchcord-rig", "patchcord-tests", "patchcord-interop", "patchcord-bundle", "xtask"];

/// What no pure crate may reach, not even through another.
const IMPURE: [&str; 18] = [
    "js-sys",
    "web-sys",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "gloo-timers",
    "gloo-storage",
    "leptos",
    "tokio",
    "async-std",
    "smol",
    "mio",
    "socket2",
    "futures-executor",
    "getrandom",
    "chrono",
    "time",
    "instant",
    "web-time",
];

/// The directions of dependencies, from `cargo metadata`.
pub(super) fn check(metadata: &Value) -> Vec<Finding> {
    let members: BTreeSet<&str> = strings(&metadata["workspace_members"]).collect();
    let packages: BTreeMap<&str, &Value> =
        array(&metadata["packages"]).filter_map(|package| Some((package["id"].as_str()?, package))).collect();
    let ours: Vec<(&str, &Value)> = packages.iter().filter(|(id, _)| members.contains(*id)).map(|(id, package)| (*id, *package)).collect();
    let names: BTreeSet<&str> = ours.iter().map(|(_, package)| name(package)).collect();

    let mut findings = Vec::new();
    for (id, package) in ours {
        let crate_name = name(package);
        findings.extend(own(crate_name, package, &names));
        if PURE.contains(&crate_name) {
            findings.extend(
                reaches(id, &packages, metadata).map(|(crate_of, via)| {
                    Finding::new(crate_name, format!("is pure and must not reach {crate_of}, which {via} brings in"))
                }),
            );
        }
    }
    findings
}

/// Our own crates that `package` must not use.
fn own(crate_name: &str, package: &Value, names: &BTreeSet<&str>) -> Vec<Finding> {
    if HOME.contains(&crate_name) {
        return Vec::new();
    }
    let Some((_, allowed)) = MAY_USE.iter().find(|(of, _)| *of == crate_name) else {
        return vec![Finding::new(crate_name, "has no place yet: say in tidy/dependencies.rs what it may use")];
    };
    array(&package["dependencies"])
        .filter(|dependency| names.contains(name(dependency)))
        // Tests of one pure crate may drive another.
        .filter(|dependency| !(dependency["kind"] == "dev" && PURE.contains(&name(dependency))))
        .filter(|dependency| !allowed.contains(&name(dependency)))
        .map(|dependency| Finding::new(crate_name, format!("must not use {}", name(dependency))))
        .collect()
}

/// What is [`IMPURE`] among everything that the package at `id` links in, each with who brings it in.
fn reaches<'a>(id: &'a str, packages: &BTreeMap<&'a str, &'a Value>, metadata: &'a Value) -> impl Iterator<Item = (&'a str, &'a str)> {
    let nodes: BTreeMap<&str, &Value> =
        array(&metadata["resolve"]["nodes"]).filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let mut seen = BTreeSet::from([id]);
    let mut waiting = vec![id];
    let mut found = BTreeMap::new();
    while let Some(current) = waiting.pop() {
        let dependencies = nodes.get(current).map(|node| array(&node["deps"])).into_iter().flatten();
        for dependency in dependencies.filter(|dependency| is_linked(dependency)) {
            let Some(next) = dependency["pkg"].as_str() else { continue };
            let next_name = packages.get(next).map_or(next, |package| name(package));
            if IMPURE.contains(&next_name) {
                found.entry(next_name).or_insert_with(|| packages.get(current).map_or(current, |package| name(package)));
            }
            if seen.insert(next) {
                waiting.push(next);
            }
        }
    }
    found.into_iter()
}

/// Linked into the program itself: neither for tests nor for build scripts.
fn is_linked(dependency: &Value) -> bool {
    array(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null())
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    array(value).filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What a crate depends on: (name, kind).
    type Uses<'a> = &'a [(&'a str, Option<&'a str>)];

    /// A workspace of these crates, and the foreign ones that they use.
    fn metadata(crates: &[(&str, Uses)], foreign: &[(&str, &[&str])]) -> Value {
        let packages: Vec<Value> = crates
            .iter()
            .map(|(name, uses)| {
                let dependencies: Vec<Value> = uses.iter().map(|(on, kind)| json!({"name": on, "kind": kind})).collect();
                json!({"id": name, "name": name, "dependencies": dependencies})
            })
            .chain(foreign.iter().map(|(name, _)| json!({"id": name, "name": name, "dependencies": []})))
            .collect();
        let node = |name: &str, uses: Vec<(&str, Option<&str>)>| {
            let deps: Vec<Value> = uses.iter().map(|(on, kind)| json!({"pkg": on, "dep_kinds": [{"kind": kind}]})).collect();
            json!({"id": name, "deps": deps})
        };
        let nodes: Vec<Value> = crates
            .iter()
            .map(|(name, uses)| node(name, uses.to_vec()))
            .chain(foreign.iter().map(|(name, uses)| node(name, uses.iter().map(|on| (*on, None)).collect())))
            .collect();
        let members: Vec<&str> = crates.iter().map(|(name, _)| *name).collect();
        json!({"packages": packages, "workspace_members": members, "resolve": {"nodes": nodes}})
    }

    #[test]
    fn the_right_direction_is_fine() {
        let good = metadata(
            &[
                ("patchcord-messages", &[("serde", None)]),
                ("patchcord-sip", &[("patchcord-messages", None), ("tokio", Some("dev"))]),
                ("patchcord-rig", &[("patchcord-sip", None), ("tokio", None)]),
                ("patchcord-browser", &[("patchcord-messages", None), ("web-sys", None)]),
            ],
            &[("serde", &[]), ("tokio", &["mio"]), ("mio", &[]), ("web-sys", &[])],
        );
        assert_eq!(check(&good), []);
    }

    #[test]
    fn the_wrong_direction_is_found() {
        let bad = metadata(&[("patchcord-messages", &[("patchcord-sip", None)]), ("patchcord-sip", &[])], &[]);
        assert_eq!(check(&bad), [Finding::new("patchcord-messages", "must not use patchcord-sip")]);
        let bad = metadata(&[("patchcord-ui", &[("patchcord-rig", Some("dev"))]), ("patchcord-rig", &[])], &[]);
        assert_eq!(check(&bad), [Finding::new("patchcord-ui", "must not use patchcord-rig")]);
    }

    #[test]
    fn impurity_is_found_through_others() {
        let bad = metadata(&[("patchcord-phone", &[("uuid", None)])], &[("uuid", &["getrandom"]), ("getrandom", &[])]);
        let found = check(&bad);
        assert_eq!(found.len(), 1);
        assert_eq!(found.first().unwrap().what, "is pure and must not reach getrandom, which uuid brings in");
    }

    #[test]
    fn a_crate_without_a_place_is_found() {
        assert_eq!(check(&metadata(&[("patchcord-new", &[])], &[])).len(), 1);
    }
}
