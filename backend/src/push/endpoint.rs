//! Where notifications may be sent. A browser tells us an address, and anybody can say to be a browser: so it must be
//! one of a push service that we know.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;
use url::Host;

/// The push services of the browsers there are: Chrome's and its kin's, Firefox's, Edge's, Safari's.
pub const KNOWN: &str =
    "fcm.googleapis.com,jmt17.google.com,*.push.services.mozilla.com,*.notify.windows.com,*.push.apple.com";
/// An address is not longer than this.
const MOST_BYTES: usize = 2_048;

/// A host, or with `*.` all below a domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostPattern {
    host: String,
    all_below: bool,
}

/// The push services that an operator lets us talk to.
#[derive(Clone, Default, Debug)]
pub struct Services {
    /// Known ones, in the public internet, by https on its usual port.
    pub known: Vec<HostPattern>,
    /// Hosts that the operator vouches for: anywhere, on any port, also by http.
    pub vouched: Vec<String>,
}

/// An address of a push service that we may send to.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl FromStr for HostPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (host, all_below) = match text.strip_prefix("*.") {
            Some(domain) => (domain, true),
            None => (text, false),
        };
        match Host::parse(host) {
            Ok(Host::Domain(host)) if !host.contains('*') => Ok(Self { host, all_below }),
            _ => Err("not a host such as push.example.net, or *.example.net for all below it".to_owned()),
        }
    }
}

impl HostPattern {
    fn fits(&self, host: &str) -> bool {
        if self.all_below {
            host.strip_suffix(&self.host).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.host
        }
    }
}

impl Services {
    /// Takes an address that a browser has told; none when it is not of a service that we may talk to.
    pub fn parse(&self, text: &str) -> Option<Endpoint> {
        if text.len() > MOST_BYTES {
            return None;
        }
        let url = Url::parse(text).ok().filter(|url| url.as_str().len() <= MOST_BYTES)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        // as they are compared: in lower case, numbers as addresses, without the brackets of IPv6
        let host = match url.host()? {
            Host::Domain(host) => host.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let may = match url.scheme() {
            _ if !plain => false,
            "http" | "https" if self.vouches_for(&host) => true,
            "https" => url.port().is_none() && self.known.iter().any(|known| known.fits(&host)),
            _ => false,
        };
        may.then_some(Endpoint(url))
    }

    /// Whether it may be anywhere.
    pub(super) fn vouches_for(&self, host: &str) -> bool {
        self.vouched.iter().any(|vouched| vouched.eq_ignore_ascii_case(host))
    }
}

impl Endpoint {
    /// Scheme, host, and the port where it is not the scheme's own (RFC 6454, section 6.2).
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The push service's host.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Where requests go.
    pub fn url(&self) -> Url {
        self.0.clone()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Says only whose it is: who knows the whole address may send there.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}/…)", self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Services {
        let known = KNOWN.split(',').map(|host| host.parse().unwrap()).collect();
        Services { known, vouched: vec![] }
    }

    #[test]
    fn browsers_own_services_are_known() {
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
            "https://wns2-by3p.notify.windows.com/w/?token=BQYAAA%3d%3d",
            "https://web.push.apple.com/QGuQyavXutnMH",
        ] {
            assert!(services().parse(endpoint).is_some(), "{endpoint}");
        }
    }

    #[test]
    fn nothing_else_is() {
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(MOST_BYTES));
        for endpoint in [
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com:8443/fcm/send/abc",
            "https://user@fcm.googleapis.com/",
            "https://fcm.googleapis.com@127.0.0.1/",
            "https://fcm.googleapis.com.evil.example/",
            "https://evilfcm.googleapis.com/",
            "https://push.apple.com/",
            "https://evilpush.apple.com/",
            "https://.push.apple.com/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:7f00:1]/",
            "https://localhost/",
            "file:///etc/passwd",
            "ftp://fcm.googleapis.com/",
            "data:,",
            "",
            "雁",
            long.as_str(),
        ] {
            assert_eq!(services().parse(endpoint), None, "{endpoint}");
        }
    }

    #[test]
    fn a_host_that_the_operator_vouches_for_is_taken_anywhere() {
        let services = Services { vouched: vec!["127.0.0.1".into(), "push.lan".into()], ..services() };
        let endpoint = services.parse("http://127.0.0.1:8123/push/abc").unwrap();
        assert_eq!(endpoint.origin(), "http://127.0.0.1:8123");
        assert!(services.parse("https://push.lan:8443/x").is_some());
        assert!(services.parse("http://2130706433/").is_some(), "the same address, written otherwise");
        assert!(
            services.parse("http://127.0.0.2/").is_none() && services.parse("http://sub.push.lan/").is_none()
        );
        assert_eq!(format!("{endpoint:?}"), "Endpoint(http://127.0.0.1:8123/…)");
    }

    #[test]
    fn patterns_are_hosts() {
        for bad in ["", "*", "*.", "a b", "127.0.0.1", "https://a.example", "*.*.example"] {
            assert!(bad.parse::<HostPattern>().is_err(), "{bad}");
        }
    }
}
