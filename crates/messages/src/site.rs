use crate::{Settings, Site, SiteMode};

impl Settings {
    /// The site with this origin, where the phone is switched on.
    #[must_use]
    pub fn site(&self, origin: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.origin == origin && site.mode != SiteMode::Off)
    }

    /// The match patterns of all sites that are switched on, each once.
    #[must_use]
    pub fn patterns(&self) -> Vec<String> {
        let mut patterns: Vec<String> =
            self.sites.iter().filter(|site| site.mode != SiteMode::Off).filter_map(|site| match_pattern(&site.origin)).collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }
}

/// The match pattern that covers an origin's pages, for `chrome.permissions` and `chrome.scripting`; none for what is no web origin.
///
/// Patterns know no port: `http://127.0.0.1:8080` and `:9090` share `http://127.0.0.1/*`, which is why the origin itself is compared as well wherever it matters.
#[must_use]
pub fn match_pattern(origin: &str) -> Option<String> {
    let (scheme, rest) = origin.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let host = match rest.find(']') {
        // An IPv6 address: its colons are no port's.
        Some(end) if rest.starts_with('[') => rest.get(..=end)?,
        _ => rest.split(':').next()?,
    };
    let tail = rest.get(host.len()..)?;
    let port_is_well_formed = tail.is_empty() || tail.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    let host_is_well_formed = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte));
    (port_is_well_formed && host_is_well_formed).then(|| format!("{scheme}://{host}/*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(origin: &str, mode: SiteMode) -> Site {
        Site { origin: origin.to_owned(), mode, page_api: false }
    }

    #[test]
    fn patterns_cover_hosts_without_their_ports() {
        assert_eq!(match_pattern("https://crm.example.com").as_deref(), Some("https://crm.example.com/*"));
        assert_eq!(match_pattern("http://127.0.0.1:8080").as_deref(), Some("http://127.0.0.1/*"));
        assert_eq!(match_pattern("http://[::1]:8080").as_deref(), Some("http://[::1]/*"));
    }

    #[test]
    fn what_is_no_web_origin_has_no_pattern() {
        for origin in [
            "",
            "null",
            "file://",
            "chrome-extension://abc",
            "https://",
            "https://a/b",
            "https://*",
            "https://a b",
            "https://a:99999",
            "https://a:b@c",
        ] {
            assert_eq!(match_pattern(origin), None, "{origin}");
        }
    }

    #[test]
    fn a_site_counts_while_it_is_switched_on() {
        let sites = vec![
            site("http://crm.test:8080", SiteMode::On),
            site("http://crm.test:9090", SiteMode::WidgetOnly),
            site("https://off.test", SiteMode::Off),
        ];
        let settings = Settings { sites, ..Settings::default() };
        assert_eq!(settings.patterns(), ["http://crm.test/*"]);
        assert!(settings.site("http://crm.test:8080").is_some());
        assert!(settings.site("http://crm.test").is_none(), "another port is another site");
        assert!(settings.site("https://off.test").is_none());
    }
}
