//! People who have talked, so that every screen has something to show.

use serde_json::json;

use crate::network::Network;
use crate::raw::Person;
use crate::server::Server;

/// A server with Anna and those whom she knows. Each tour has its own: it reads, leaves and signs out.
pub struct World {
    /// What the clients talk to, through the network.
    _server: Server,
    /// The network between them.
    pub network: Network,
    /// Whose screens are shown, on a device that is not seen.
    pub anna: Person,
    /// A group that she owns.
    pub group: String,
    /// A group that she has left.
    pub former_group: String,
}

impl World {
    /// Makes it.
    pub async fn new() -> Self {
        let server = Server::start().await;
        let network = Network::before(server.address()).await;
        let [anna, bert, carl, dora, emil, frank] =
            server.people(["anna", "bert", "carl", "dora", "emil", "frank"]).await;
        for (person, name) in [(&anna, "Anna Wu"), (&bert, "Bertram"), (&carl, "小雁"), (&emil, "Emil K.")]
        {
            person.rename(name).await;
        }
        talk(&anna, &bert).await;
        let former_group = bert.group("Book club", &[&anna, &carl]).await;
        carl.send_into(&former_group, "I have read the first chapter only.").await.must_be(200);
        anna.leave(&former_group).await.must_be(200);
        let group = anna.group("Sunday walks 散步", &[&bert, &carl, &emil]).await;
        for (person, text) in [
            (&bert, "Where to this week?"),
            (&carl, "湖邊好嗎？天氣不錯，可以看到雁群。"),
            (&carl, "早上九點在車站見。"),
            (
                &anna,
                "Good. I bring tea, and the map from last time: https://example.org/maps/lake?season=autumn",
            ),
            (&emil, "👍"),
        ] {
            person.send_into(&group, text).await.must_be(200);
        }
        anna.give_role(&group, &bert, "admin").await.must_be(200);
        anna.send("anna", "Passport: second drawer").await.must_be(200);
        emil.send("anna", "Have you seen my umbrella?").await.must_be(200);
        emil.send("anna", "Found it.").await.must_be(200);
        dora.send("anna", "Hello, we met at the station; you left your gloves.").await.must_be(200);
        anna.another_device("Anna’s phone").await;
        anna.block(&frank).await.must_be(200);
        Self { _server: server, network, anna, group, former_group }
    }
}

async fn talk(anna: &Person, bert: &Person) {
    for (person, text) in [
        (bert, "Did the letter arrive?"),
        (anna, "This morning. The seal was whole."),
        (
            anna,
            "Thank you for the drawing; it hangs over the desk now, where the light falls on it in the afternoon, and everyone who comes in asks about the goose.",
        ),
        (bert, "🪿"),
        (bert, "One list, in one message:\n- ink\n- paper\n- patience"),
    ] {
        let sent = person.send(if person.name == "anna" { "bert" } else { "anna" }, text).await.must_be(200);
        let path =
            format!("/api/conversations/{}/read", sent.body["conversationId"].as_str().expect("an id"));
        let other = if person.name == "anna" { bert } else { anna };
        other.api.post(&path, json!({"seq": sent.body["seq"]})).await.must_be(204);
    }
}
