//! What a push service is told beside what it cannot read: how long to keep it, how urgent it is, what it takes the place of
//! (RFC 8030, section 5), and who says so (RFC 8292).

use std::collections::HashSet;

use http::header::AUTHORIZATION;

use super::*;

fn word<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap_or_else(|| panic!("no {name} in {headers:?}")).to_str().unwrap()
}

#[tokio::test]
async fn a_topic_is_of_one_conversation_and_one_browser_and_stays() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    let phone = scene.house.device("bert").await;
    scene.subscribe(&phone, "phone").await;
    let carl = scene.house.person("carl").await;
    let mut topics = HashSet::new();
    for (told, from) in [&scene.anna, &carl, &scene.anna, &carl].into_iter().enumerate() {
        scene.say(from, "bert", "are you there?").await;
        for name in ["bert", "phone"] {
            service.headers_of(told + 1, name).await;
        }
    }
    for name in ["bert", "phone"] {
        let headers = service.headers_of(4, name).await;
        let own: Vec<&str> = headers.iter().map(|headers| word(headers, "topic")).collect();
        assert_eq!(own[..2], own[2..], "what was said later takes the place of what was said before");
        topics.extend(own.into_iter().map(str::to_owned));
    }
    assert_eq!(topics.len(), 4, "nothing takes the place of what is elsewhere: {topics:?}");
    for topic in topics {
        // section 5.4
        let fits = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
        assert!((1..=32).contains(&topic.len()) && topic.chars().all(fits), "{topic:?}");
    }
}

#[tokio::test]
async fn a_push_service_keeps_it_for_what_is_left_of_a_day_and_hands_it_over_at_once() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    service.refuses("bert", StatusCode::SERVICE_UNAVAILABLE);
    scene.say(&scene.anna, "bert", "of use today").await;
    let start = scene.clock.now_s();
    let mut tried_at = vec![start];
    for _ in 0..5 {
        let last = tried_at.last().copied();
        eventually(async || (scene.outcome().await.1 == last).then_some(())).await;
        tried_at.push(scene.next().await.expect("it is not given up"));
    }
    let headers = service.headers_of(6, "bert").await;
    let kept_for: Vec<i64> = headers.iter().map(|headers| word(headers, "ttl").parse().unwrap()).collect();
    let left: Vec<i64> = tried_at.iter().map(|tried_at| 24 * 60 * 60 - (tried_at - start)).collect();
    assert_eq!(kept_for, left);
    for headers in &headers {
        // somebody waits for it: neither a phone's battery nor its sleep is to keep it back (section 5.3)
        assert_eq!(word(headers, "urgency"), "high");
        assert_eq!(word(headers, "content-encoding"), "aes128gcm");
    }
}

#[tokio::test]
async fn a_test_is_kept_for_a_minute() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    scene.try_out().await;
    let headers = service.headers_of(1, "bert").await;
    assert_eq!((word(&headers[0], "ttl"), word(&headers[0], "urgency")), ("60", "high"));
}

#[tokio::test]
async fn a_push_service_learns_how_the_operator_is_reached_where_there_is_a_way() {
    let (mail, page) = ("mailto:anna@example.net", "https://chat.example");
    for (flags, contact) in [
        (vec![], None),
        (vec!["--push-contact", mail], Some(mail)),
        (vec!["--public-url", page], Some(page)),
        (vec!["--public-url", page, "--push-contact", mail], Some(mail)),
        (vec!["--public-url", "http://chat.example"], None),
    ] {
        let (scene, socket) = Scene::open(&flags).await;
        let service = PushService::listen(socket);
        scene.try_out().await;
        let headers = service.headers_of(1, "bert").await;
        let token = word(&headers[0], AUTHORIZATION.as_str()).strip_prefix("vapid t=").expect("RFC 8292's");
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).expect("a JWT")).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["sub"].as_str(), contact, "{flags:?}");
    }
}
