//! Where a push service's name leads. A name may lead anywhere, and elsewhere the next time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use super::endpoint::Services;
use super::reach::is_public;

/// All addresses of a name.
type Found = BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// Finds addresses for names, and keeps to itself those that are not for everybody. What it answers is what is connected
/// to, so no name can mean one address when it is checked and another when it is used.
#[derive(Clone)]
pub struct Resolver {
    pub(super) services: Arc<Services>,
    look_up: Arc<dyn Fn(String) -> Found + Send + Sync>,
}

impl Resolver {
    /// By what the machine says of names.
    pub fn new(services: Arc<Services>) -> Self {
        Self::by(services, |name| Box::pin(async move { Ok(lookup_host((name, 0)).await?.collect()) }))
    }

    /// By what this says of them.
    pub(super) fn by(
        services: Arc<Services>,
        look_up: impl Fn(String) -> Found + Send + Sync + 'static,
    ) -> Self {
        Self { services, look_up: Arc::new(look_up) }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let anywhere = self.services.vouches_for(name.as_str());
        let found = (self.look_up)(name.as_str().to_owned());
        Box::pin(async move {
            let mut found = found.await?;
            found.retain(|found| anywhere || is_public(found.ip()));
            if found.is_empty() {
                return Err("the name has no address in the public internet".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::sync::Mutex;

    use super::*;

    const SERVICE: &str = "push.example";

    fn services(vouched: &[&str]) -> Arc<Services> {
        let known = vec![SERVICE.parse().unwrap()];
        Arc::new(Services { known, vouched: vouched.iter().map(|host| (*host).to_owned()).collect() })
    }

    /// A look-up that answers these, one after the other.
    fn answering(answers: impl Into<VecDeque<Vec<SocketAddr>>>) -> impl Fn(String) -> Found {
        let answers = Mutex::new(answers.into());
        move |name| {
            assert_eq!(name, SERVICE);
            let answer = answers.lock().unwrap().pop_front();
            Box::pin(async { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) })
        }
    }

    /// What comes of a name that leads to these: those that may be connected to.
    async fn found(resolver: &Resolver) -> Option<Vec<IpAddr>> {
        let found = resolver.resolve(SERVICE.parse().unwrap()).await.ok()?;
        Some(found.map(|found| found.ip()).collect())
    }

    fn at(addresses: &[IpAddr]) -> Vec<SocketAddr> {
        addresses.iter().map(|address| SocketAddr::new(*address, 0)).collect()
    }

    fn public() -> [IpAddr; 2] {
        ["8.8.8.8", "2606:4700::1111"].map(|address| address.parse().unwrap())
    }

    /// Hundreds of addresses that are nobody's business: of private networks and this machine, as they are and inside of
    /// IPv6 addresses, and those that are IPv6's own.
    fn private() -> Vec<IpAddr> {
        let mut all: Vec<IpAddr> =
            ["::", "::1", "100::1", "2001:db8::1", "fe80::1", "fc00::1", "fd00::1", "fec0::1", "ff02::1"]
                .map(|address| address.parse().unwrap())
                .into();
        for (first, second) in
            [(10, 0), (127, 0), (169, 254), (172, 16), (192, 168), (100, 64), (0, 0), (224, 0), (255, 255)]
        {
            for last in [0, 1, 7, 80, 128, 254] {
                let plain = Ipv4Addr::new(first, second, last, last);
                let [high, low] = [[first, second], [last, last]].map(u16::from_be_bytes);
                all.push(plain.into());
                all.push(plain.to_ipv6_mapped().into());
                all.push(plain.to_ipv6_compatible().into());
                // translated (RFC 6052), and tunnelled (RFC 3056)
                all.push(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low).into());
                all.push(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1).into());
            }
        }
        all
    }

    #[tokio::test]
    async fn what_is_nobodys_business_is_not_found_and_hides_behind_nothing_that_is() {
        let [first, last] = public();
        for address in private() {
            let answers = [at(&[address]), at(&[first, address, last]), at(&[address, first])];
            let resolver = Resolver::by(services(&[]), answering(answers));
            assert_eq!(found(&resolver).await, None, "{address}");
            assert_eq!(found(&resolver).await, Some(vec![first, last]), "{address}");
            assert_eq!(found(&resolver).await, Some(vec![first]), "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_is_looked_at_anew_whenever_it_is_used() {
        let ([public, _], private) = (public(), Ipv4Addr::LOCALHOST.into());
        let resolver =
            Resolver::by(services(&[]), answering([public, private, public].map(|one| at(&[one]))));
        assert_eq!(found(&resolver).await, Some(vec![public]));
        assert_eq!(found(&resolver).await, None);
        assert_eq!(found(&resolver).await, Some(vec![public]));
        assert_eq!(found(&resolver).await, None, "there is no such name any more");
    }

    #[tokio::test]
    async fn a_host_that_the_operator_vouches_for_may_be_anywhere() {
        let resolver = Resolver::by(services(&[SERVICE]), answering([at(&private())]));
        assert_eq!(found(&resolver).await, Some(private()));
    }

    #[tokio::test]
    async fn this_machine_is_asked_for_its_own_name() {
        let resolve = async |vouched: &[&str]| {
            Resolver::new(services(vouched)).resolve("localhost".parse().unwrap()).await.is_ok()
        };
        assert!(!resolve(&[]).await);
        assert!(resolve(&["localhost"]).await);
    }
}
