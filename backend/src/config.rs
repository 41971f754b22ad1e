//! What an operator can set: every flag of `hongyan serve`, also as `HONGYAN_…` in the environment.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use common::wire::http::Registration;
use http::Uri;
use ipnet::IpNet;

use crate::http::spa::Client;
use crate::push::endpoint::{HostPattern, KNOWN};

/// How a server is to run. Values are checked when they are parsed; what only fails in combination is a
/// conflict known to the command line as well.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// The address and port to serve on; port 0 takes a free one, which is printed.
    #[arg(long, env = "HONGYAN_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// The folder that holds everything; made if it is not there.
    #[arg(long, env = "HONGYAN_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,

    /// Where people reach this server, such as https://chat.example.org. Under https, cookies are for https only.
    #[arg(long, env = "HONGYAN_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas.
    #[arg(
        long,
        env = "HONGYAN_TRUSTED_PROXY",
        value_name = "NETWORKS",
        value_delimiter = ',',
        value_parser = parse_network
    )]
    pub trusted_proxy: Vec<IpNet>,

    /// The certificate chain (PEM) to serve https with; read again on SIGHUP.
    #[arg(long, env = "HONGYAN_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM).
    #[arg(long, env = "HONGYAN_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// How accounts are made: by anyone, with an invitation (`hongyan invite`), or only by `hongyan user add`.
    #[arg(long, env = "HONGYAN_REGISTRATION", default_value = "open", value_parser = registration_words())]
    pub registration: Registration,

    /// The address and port of the metrics (Prometheus); without it there are none. Keep it private.
    #[arg(long, env = "HONGYAN_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,

    /// How push services reach you about this server's notifications: mailto:… or https://… (Safari's insists; without it
    /// the public URL is told).
    #[arg(long, env = "HONGYAN_PUSH_CONTACT", value_name = "URL", value_parser = parse_contact)]
    pub push_contact: Option<String>,

    /// Take notifications away that were read on another device, by a push that shows nothing: some browsers end the
    /// permission of who sends such.
    #[arg(long, env = "HONGYAN_PUSH_CLEAR")]
    pub push_clear: bool,

    /// Hosts that notifications may be sent to beside the browsers' own push services, wherever they are, also by plain
    /// http; separated by commas. For private push services, and tests.
    #[arg(long, env = "HONGYAN_PUSH_ALLOW", value_name = "HOSTS", value_delimiter = ',', value_parser = parse_host)]
    pub push_allow: Vec<String>,

    /// The browsers' push services, by host; *.example.net is all below example.net.
    #[arg(long, env = "HONGYAN_PUSH_SERVICES", value_name = "HOSTS", value_delimiter = ',', default_value = KNOWN)]
    pub push_services: Vec<HostPattern>,

    /// A folder to serve the web client from, instead of the one inside: for work on the client.
    #[arg(long, env = "HONGYAN_CLIENT_DIR", value_name = "FOLDER", value_parser = read_client)]
    pub client_dir: Option<Client>,

    /// What is logged: error, warn, info, debug or trace, also per module (info,backend::gateway=debug).
    #[arg(long, env = "HONGYAN_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// How it is logged, on standard error: lines to read, or JSON.
    #[arg(long, env = "HONGYAN_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// How much of everything one may have.
    #[command(flatten, next_help_heading = "Limits")]
    pub bounds: Bounds,
}

/// The bounds that an operator can set; the fixed ones stand in `common::limits`.
#[derive(Clone, Debug, clap::Args)]
pub struct Bounds {
    /// `off` lifts every rate limit and the bounds on sockets and connections per address: for load tests.
    #[arg(long, env = "HONGYAN_RATE_LIMITS", default_value_t = Self::USUAL.rate_limits, value_enum)]
    pub rate_limits: Switch,

    /// Messages one account may send in a second, on average, over all its devices.
    #[arg(long, env = "HONGYAN_SENDS_PER_SECOND", default_value_t = Self::USUAL.sends_per_second, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub sends_per_second: u32,

    /// Messages one account may send at once, before the average counts.
    #[arg(long, env = "HONGYAN_SEND_BURST", default_value_t = Self::USUAL.send_burst, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub send_burst: u32,

    /// Attempts to sign in, in a minute, for one name from one address; ten times as many in an hour for one name from
    /// all addresses together from which it was not in use of late.
    #[arg(long, env = "HONGYAN_LOGINS_PER_MINUTE", default_value_t = Self::USUAL.logins_per_minute, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub logins_per_minute: u32,

    /// Accounts that one address may make in an hour.
    #[arg(long, env = "HONGYAN_REGISTRATIONS_PER_HOUR", default_value_t = Self::USUAL.registrations_per_hour, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub registrations_per_hour: u32,

    /// Connections at once, sockets included; more are turned away.
    #[arg(long, env = "HONGYAN_MAX_CONNECTIONS", default_value_t = Self::USUAL.max_connections, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,

    /// WebSockets at once of one account.
    #[arg(long, env = "HONGYAN_SOCKETS_PER_ACCOUNT", default_value_t = Self::USUAL.sockets_per_account, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub sockets_per_account: u32,

    /// WebSockets at once from one address (of IPv6: from one /64); it may have twice as many connections.
    #[arg(long, env = "HONGYAN_SOCKETS_PER_ADDRESS", default_value_t = Self::USUAL.sockets_per_address, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub sockets_per_address: u32,
}

/// On or off, in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Switch {
    /// As usual.
    On,
    /// Not at all.
    Off,
}

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum LogFormat {
    /// For a person's eyes.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl Config {
    /// Whether browsers talk https to us, so that cookies can be kept to it.
    pub fn is_https(&self) -> bool {
        self.tls_cert.is_some() || self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    /// By what push services reach the operator (RFC 8292, section 2.1): what was set for it, else the public URL, if that is
    /// https.
    pub fn contact(&self) -> Option<&str> {
        let public_url = self.public_url.as_ref().filter(|url| url.is_https()).map(PublicUrl::origin);
        self.push_contact.as_deref().or(public_url)
    }
}

impl Bounds {
    /// What an operator gets who sets nothing.
    const USUAL: Self = Self {
        rate_limits: Switch::On,
        sends_per_second: 20,
        send_burst: 60,
        logins_per_minute: 10,
        registrations_per_hour: 20,
        max_connections: 50_000,
        sockets_per_account: 64,
        sockets_per_address: 512,
    };

    /// Connections that one address may have at once: its sockets, and as many again for pages and calls.
    pub fn connections_per_address(&self) -> usize {
        if self.rate_limited() { 2 * self.sockets_per_address as usize } else { usize::MAX }
    }

    /// Whether rates are limited at all.
    pub fn rate_limited(&self) -> bool {
        self.rate_limits == Switch::On
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self::USUAL
    }
}

/// Where people reach the server: scheme and host, and a port where it is not the scheme's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The URL as browsers write it into `Origin` (RFC 6454, section 6.2).
    pub fn origin(&self) -> &str {
        &self.0
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|_| "not a URL".to_owned())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("must start with https:// or http://".to_owned());
        };
        let own_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err("must start with https:// or http://".to_owned()),
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@') {
            return Err("must be scheme and host only, without a path".to_owned());
        }
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match authority.port_u16() {
            Some(port) if port != own_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }
}

/// A network in CIDR notation, or a single address.
fn parse_network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "not an address or a network such as 10.0.0.0/8".to_owned())
}

/// The longest contact.
const CONTACT_BYTES: usize = 256;

/// A way to reach a person (RFC 8292, section 2.1). It goes along with every push.
fn parse_contact(text: &str) -> Result<String, String> {
    let address = text.strip_prefix("mailto:").filter(|address| address.contains('@'));
    let page = text.strip_prefix("https://").filter(|rest| !rest.is_empty());
    match address.or(page) {
        Some(_) if text.len() <= CONTACT_BYTES => Ok(text.to_owned()),
        Some(_) => Err(format!("must be at most {CONTACT_BYTES} bytes long")),
        None => Err("must be mailto: with an address, or https://".to_owned()),
    }
}

/// A host as it is compared: in lower case, IPv6 without its brackets.
fn parse_host(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains('*') {
        return Err("one host each; patterns such as *.example.net are for --push-services".to_owned());
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    match url::Host::parse(text).or_else(|_| url::Host::parse(&format!("[{bare}]"))) {
        Ok(url::Host::Domain(host)) => Ok(host),
        Ok(url::Host::Ipv4(address)) => Ok(address.to_string()),
        Ok(url::Host::Ipv6(address)) => Ok(address.to_string()),
        Err(_) => Err("not a host such as push.example.net or 127.0.0.1, without a port".to_owned()),
    }
}

fn read_client(folder: &str) -> Result<Client, String> {
    Client::read(Path::new(folder)).map_err(|error| format!("holds no web client: {error}"))
}

fn registration_words() -> impl TypedValueParser<Value = Registration> {
    PossibleValuesParser::new(["open", "invite", "closed"]).map(|word| match word.as_str() {
        "invite" => Registration::Invite,
        "closed" => Registration::Closed,
        _ => Registration::Open,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args, Command, FromArgMatches};

    fn parse(args: &[&str]) -> Result<Config, clap::Error> {
        let command = Config::augment_args(Command::new("test").no_binary_name(true));
        command.try_get_matches_from(args).and_then(|matches| Config::from_arg_matches(&matches))
    }

    #[test]
    fn every_flag_is_also_in_the_environment_and_explained() {
        for arg in Config::augment_args(Command::new("test")).get_arguments() {
            let long = arg.get_long().expect("flags are long");
            let expected = format!("HONGYAN_{}", long.replace('-', "_").to_uppercase());
            assert_eq!(arg.get_env().and_then(|name| name.to_str()), Some(expected.as_str()));
            assert!(arg.get_help().is_some(), "{long} has no help");
        }
    }

    #[test]
    fn the_defaults_are_those_that_the_readme_names() {
        let config = parse(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.data, PathBuf::from("./data"));
        assert_eq!(config.registration, Registration::Open);
        assert!(!config.is_https() && config.metrics_listen.is_none());
        assert_eq!(format!("{:?}", config.bounds), format!("{:?}", Bounds::default()));
    }

    #[test]
    fn a_public_url_becomes_an_origin() {
        let origin = |text: &str| text.parse::<PublicUrl>().map(|url| url.origin().to_owned());
        assert_eq!(origin("https://Chat.Example.org/"), Ok("https://chat.example.org".into()));
        assert_eq!(origin("https://chat.example.org:443"), Ok("https://chat.example.org".into()));
        assert_eq!(origin("http://[::1]:8080"), Ok("http://[::1]:8080".into()));
        for bad in
            ["chat.example.org", "ftp://a", "https://a/b", "https://a?b", "https://u@a", "", "https://"]
        {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let config = parse(&["--trusted-proxy", "127.0.0.1, 10.0.0.0/8,::1"]).unwrap();
        assert_eq!(config.trusted_proxy.len(), 3);
        assert!(parse(&["--trusted-proxy", "localhost"]).is_err());
    }

    #[test]
    fn a_certificate_needs_its_key() {
        assert!(parse(&["--tls-cert", "a.pem"]).is_err());
        assert!(parse(&["--tls-cert", "a.pem", "--tls-key", "b.pem"]).unwrap().is_https());
        assert!(parse(&["--public-url", "https://a.example"]).unwrap().is_https());
    }

    #[test]
    fn a_contact_is_one() {
        for good in ["mailto:ops@example.net", "https://example.net/contact"] {
            assert_eq!(parse_contact(good).as_deref(), Ok(good));
        }
        for bad in ["", "mailto:", "mailto:ops", "https://", "http://example.net", "ops@example.net"] {
            assert!(parse_contact(bad).is_err(), "{bad:?}");
        }
        let contact = |args: &[&str]| parse(args).unwrap().contact().map(str::to_owned);
        let own = ["--push-contact", "mailto:ops@example.net", "--public-url", "https://a.example"];
        assert_eq!(contact(&own).as_deref(), Some("mailto:ops@example.net"));
        assert_eq!(contact(&own[2..]).as_deref(), Some("https://a.example"));
        assert_eq!(contact(&["--public-url", "http://a.example"]), None);
        assert_eq!(contact(&["--tls-cert", "a.pem", "--tls-key", "b.pem"]), None);
        assert!(parse_contact(&format!("mailto:{}@example.net", "o".repeat(300))).is_err());
        assert!(parse_host("*.lan").is_err(), "a pattern is no host");
    }
}
