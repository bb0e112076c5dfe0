use serde_json::Value;

use super::Finding;

/// Licences under which code may come into the project; deny.toml has the same list.
const ALLOWED: [&str; 13] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Every package's licence, from `cargo metadata`.
pub(super) fn check(metadata: &Value) -> Vec<Finding> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter_map(|package| {
            let name = package["name"].as_str().unwrap_or_default();
            let licence = package["license"].as_str().unwrap_or_default();
            (!is_allowed(licence)).then(|| Finding::new(name, format!("licence `{licence}` is not among those allowed")))
        })
        .collect()
}

/// An SPDX expression: of alternatives one must be allowed, of what holds together all.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    expression.split(" AND ").all(|part| part.split(" OR ").any(|licence| ALLOWED.contains(&licence.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn alternatives_and_conjunctions() {
        for good in ["MIT", "MIT OR GPL-3.0", "Apache-2.0/MIT", "(MIT OR Apache-2.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception"] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in ["", "GPL-3.0-only", "MIT AND GPL-3.0", "AGPL-3.0 OR SSPL-1.0"] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }

    #[test]
    fn a_bad_licence_is_found() {
        let metadata = json!({"packages": [{"name": "good", "license": "MIT"}, {"name": "bad", "license": "GPL-3.0"}, {"name": "none"}]});
        let places: Vec<_> = check(&metadata).into_iter().map(|finding| finding.place).collect();
        assert_eq!(places, ["bad", "none"]);
    }
}
