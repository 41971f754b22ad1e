//! Somebody with an account, on one device.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::raw::{Answer, Api, Refused, Socket};

/// Everybody's password in tests.
pub const PASSWORD: &str = "wild geese carry letters";

/// A signed-in device of somebody.
#[derive(Clone, Debug)]
pub struct Person {
    /// The name as registered.
    pub name: String,
    /// This device's token.
    pub token: String,
    /// This device.
    pub device_id: String,
    /// The HTTP interface with this device's session.
    pub api: Api,
}

impl Person {
    /// Makes an account.
    pub async fn register(address: SocketAddr, name: &str) -> Self {
        let api = Api::at(address);
        let answer = api.post("/api/auth/register", json!({"username": name, "password": PASSWORD})).await;
        Self::from_answer(&api, answer.must_be(201))
    }

    /// Signs in once more: another device of the same account.
    pub async fn another_device(&self, device: &str) -> Self {
        let body = json!({"username": self.name, "password": PASSWORD, "deviceName": device});
        let api = Api::at(self.api.address());
        let answer = api.post("/api/auth/login", body).await;
        Self::from_answer(&api, answer.must_be(200))
    }

    fn from_answer(api: &Api, answer: Answer) -> Self {
        let word = |field: &str| match &answer.body[field] {
            Value::String(word) => word.clone(),
            other => panic!("{field} is {other} in {}", answer.text),
        };
        let token = word("token");
        Self { name: word("userId"), device_id: word("deviceId"), api: api.with_token(&token), token }
    }

    /// The same device; the server has moved.
    pub fn moved_to(&self, address: SocketAddr) -> Self {
        Self { api: self.api.moved_to(address), ..self.clone() }
    }

    /// Opens a socket.
    pub async fn socket(&self) -> Socket {
        match self.try_socket().await {
            Ok(socket) => socket,
            Err(refused) => panic!("{} gets no socket: {refused:?}", self.name),
        }
    }

    /// Opens a socket, or hears why not.
    pub async fn try_socket(&self) -> Result<Socket, Refused> {
        Socket::open(self.api.address(), Some(&self.token)).await
    }

    /// Opens a socket and resumes from a position or from nothing; what was missed is what `resumed` says.
    pub async fn resumed_socket(&self, position: Option<&str>) -> (Socket, Value) {
        let mut socket = self.socket().await;
        let resumed = socket.ask("resume", json!({"position": position})).await;
        assert_eq!(resumed["action"], "resumed", "{resumed}");
        (socket, resumed["data"].clone())
    }

    /// Sends over HTTP.
    pub async fn send(&self, to: &str, content: &str) -> Answer {
        self.api.post("/api/messages/send", json!({"to": to, "content": content, "type": "text"})).await
    }

    /// Sends over HTTP under an id.
    pub async fn send_as(&self, message_id: &str, to: &str, content: &str) -> Answer {
        let body = json!({"to": to, "content": content, "type": "text", "messageId": message_id});
        self.api.post("/api/messages/send", body).await
    }

    /// Makes a group with these others in it; answers its id.
    pub async fn group(&self, title: &str, others: &[&Person]) -> String {
        let names: Vec<&str> = others.iter().map(|person| person.name.as_str()).collect();
        let answer = self.api.post("/api/conversations", json!({"title": title, "userIds": names})).await;
        let id = &answer.clone().must_be(201).body["conversation"]["conversationId"];
        id.as_str().unwrap_or_else(|| panic!("no id in {}", answer.text)).to_owned()
    }

    /// Sends into a group over HTTP.
    pub async fn send_into(&self, conversation_id: &str, content: &str) -> Answer {
        let body = json!({"conversationId": conversation_id, "content": content, "type": "text"});
        self.api.post("/api/messages/send", body).await
    }

    /// Brings people into a group.
    pub async fn add(&self, conversation_id: &str, people: &[&Person]) -> Answer {
        let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
        self.api
            .post(&format!("/api/conversations/{conversation_id}/members"), json!({"userIds": names}))
            .await
    }

    /// Removes somebody from a group.
    pub async fn remove(&self, conversation_id: &str, person: &Person) -> Answer {
        self.api.delete(&format!("/api/conversations/{conversation_id}/members/{}", person.name)).await
    }

    /// Gives somebody a role in a group.
    pub async fn give_role(&self, conversation_id: &str, person: &Person, role: &str) -> Answer {
        let path = format!("/api/conversations/{conversation_id}/members/{}", person.name);
        self.api.patch(&path, json!({"role": role})).await
    }

    /// Leaves a group.
    pub async fn leave(&self, conversation_id: &str) -> Answer {
        self.remove(conversation_id, self).await
    }

    /// Takes a request as one's own (`accept`), or not (`decline`).
    pub async fn answer_request(&self, conversation_id: &str, word: &str) -> Answer {
        self.api.call("POST", &format!("/api/conversations/{conversation_id}/{word}"), None).await
    }

    /// Takes no direct messages from somebody any more.
    pub async fn block(&self, person: &Person) -> Answer {
        self.api.call("PUT", &format!("/api/blocks/{}", person.name), None).await
    }

    /// Takes direct messages from somebody again.
    pub async fn unblock(&self, person: &Person) -> Answer {
        self.api.delete(&format!("/api/blocks/{}", person.name)).await
    }

    /// Revokes another device of the account.
    pub async fn revoke(&self, device: &Person) -> Answer {
        self.api.delete(&format!("/api/devices/{}", device.device_id)).await
    }

    /// A conversation as this person may see it.
    pub async fn conversation(&self, conversation_id: &str) -> Answer {
        self.api.get(&format!("/api/conversations/{conversation_id}")).await
    }

    /// The whole log of a conversation as this person may see it, read page by page over the socket.
    pub async fn log(&self, conversation_id: &str) -> Vec<Value> {
        let mut socket = self.socket().await;
        let mut log: Vec<Value> = Vec::new();
        loop {
            let before = log.first().map(|entry| entry["seq"].clone());
            let question = json!({"conversationId": conversation_id, "before": before, "limit": 100});
            let answer = socket.ask("loadHistory", question).await;
            assert_eq!(answer["action"], "history", "{answer}");
            let Value::Array(mut page) = answer["data"]["page"]["entries"].clone() else {
                panic!("a page without entries: {answer}")
            };
            if page.is_empty() {
                return log;
            }
            page.append(&mut log);
            log = page;
        }
    }
}
