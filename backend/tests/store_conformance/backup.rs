//! Backups, restarts, and a database that cannot be written for a while. What concerns files is SQLite's alone.

use backend::store::{Store, StoreError, restore, validate_backup};
use common::wire::{Epoch, ResumeKind};

use crate::support::{World, cases};

cases![
    a_store_opened_again_goes_on_where_it_was,
    a_backup_made_while_writing_is_whole_and_restoring_it_begins_a_new_epoch,
    what_is_no_backup_is_not_restored,
    a_locked_database_is_unavailable_and_recovers_by_itself,
    commits_are_told_in_the_order_of_positions_before_their_answers,
    a_closed_store_takes_nothing_more,
];

async fn a_store_opened_again_goes_on_where_it_was(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let said = world.say(&anna, &bert, "hello").await;
    let position = world.resume(&bert, None).await.position;
    world.store.close().await;
    let store = world.open_again().await;
    assert_eq!(store.epoch(), Epoch(7), "an epoch ends with a restore, not with a restart");
    assert_eq!(store.position().await.unwrap(), position.at);
    let again = store.append_message(world.message(&bert, &anna, "hello")).await.unwrap();
    assert_eq!((again.conversation, again.entry.seq), (said.conversation, 2));
    assert!(again.position > position.at);
}

async fn a_backup_made_while_writing_is_whole_and_restoring_it_begins_a_new_epoch(world: World) {
    let file = world.folder.path().join("backup.db");
    if world.is_postgres() {
        assert!(matches!(world.store.backup_to(&file).await, Err(StoreError::Unavailable(_))));
        return;
    }
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    world.say(&anna, &bert, "1").await;
    let writing = (0..200).map(async |number| world.say(&anna, &bert, &format!("{number}")).await);
    let (backed_up, written) =
        tokio::join!(world.store.backup_to(&file), futures_util::future::join_all(writing));
    backed_up.unwrap();
    let conversation = written[0].conversation;
    assert!(matches!(world.store.backup_to(&file).await, Err(StoreError::Conflict)));
    validate_backup(&file).await.unwrap();
    let lost = world.say(&bert, &anna, "after the backup").await;
    let position = world.resume(&anna, None).await.position;
    world.store.close().await;

    let database = world.folder.path().join("hongyan.db");
    restore(&file, &database, Epoch(99)).await.unwrap();
    restore(&file, &database, Epoch(100)).await.unwrap();
    let store = world.open_again().await;
    assert_eq!(store.epoch(), Epoch(100));
    let resumed = store.resume(anna.account, Some(position), Default::default()).await.unwrap();
    assert_eq!((resumed.kind, resumed.position.epoch), (ResumeKind::Reset, Epoch(100)));
    let head = store.load_conversation(anna.account, conversation).await.unwrap().head;
    let page =
        store.history(anna.account, conversation, backend::store::HistoryRange::Newest, 100).await.unwrap();
    let digest = page.entries.iter().fold(page.digest_before, |digest, entry| digest.after(entry));
    assert_eq!(digest, head.digest, "one state of the log");
    assert!(matches!(
        store.message_info(anna.account, lost.entry.message_id).await,
        Err(StoreError::NotFound)
    ));
    let count = std::fs::read_dir(world.folder.path())
        .unwrap()
        .filter(|file| file.as_ref().unwrap().file_name().to_str().unwrap().contains("before-restore"));
    assert_eq!(count.count(), 2, "what was there is kept, each time");
    let kept = world.folder.path().join("hongyan.db.before-restore");
    validate_backup(&kept).await.unwrap();
}

async fn what_is_no_backup_is_not_restored(world: World) {
    if world.is_postgres() {
        return;
    }
    let anna = world.person("anna").await;
    let whole = world.folder.path().join("whole.db");
    world.store.backup_to(&whole).await.unwrap();
    world.store.close().await;
    let database = world.folder.path().join("hongyan.db");
    let half = world.folder.path().join("half.db");
    let bytes = std::fs::read(&whole).unwrap();
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    let text = world.folder.path().join("text.db");
    std::fs::write(&text, "no database at all, but long enough to look at".repeat(100)).unwrap();
    let empty = world.folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    for bad in [&half, &text, &empty] {
        let refused = restore(bad, &database, Epoch(9)).await;
        assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{}: {refused:?}", bad.display());
    }
    let missing = restore(&world.folder.path().join("missing.db"), &database, Epoch(9)).await;
    assert!(matches!(missing, Err(StoreError::Unavailable(_))), "{missing:?}");
    let store = world.open_again().await;
    assert_eq!(store.epoch(), Epoch(7));
    assert!(store.load_account(anna.account).await.is_ok());
}

async fn a_locked_database_is_unavailable_and_recovers_by_itself(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let store = world.open_impatiently().await;
    let send = async |text: &str| store.append_message(world.message(&anna, &bert, text)).await;
    send("1").await.unwrap();
    let lock = world.lock().await;
    for refused in futures_util::future::join_all(["2", "3", "4"].map(send)).await {
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
    assert!(store.load_account(anna.account).await.is_ok(), "reading goes on");
    lock.release().await;
    assert_eq!(send("5").await.unwrap().entry.seq, 2);
}

async fn commits_are_told_in_the_order_of_positions_before_their_answers(mut world: World) {
    let mut people = Vec::new();
    for number in 0..6 {
        people.push(world.person(&format!("p{number}")).await);
    }
    let sends = (0..300).map(|number: usize| {
        let (from, to) = (&people[number % 6], &people[(number / 6) % 6]);
        world.store.append_message(world.message(from, to, &format!("{number}")))
    });
    let answers = futures_util::future::join_all(sends).await;
    let mut positions: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().position).collect();
    let mut told = Vec::new();
    while let Ok(commit) = world.commits.try_recv() {
        told.push(commit.position);
    }
    assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    positions.sort_unstable();
    assert_eq!(told, positions);
}

async fn a_closed_store_takes_nothing_more(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let store: Store = world.store.clone();
    let waiting = tokio::spawn({
        let (store, message) = (store.clone(), world.message(&anna, &bert, "in time"));
        async move { store.append_message(message).await }
    });
    let _ = waiting.await.unwrap().unwrap();
    store.close().await;
    store.close().await;
    let late = store.append_message(world.message(&anna, &bert, "late")).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    assert!(matches!(store.load_account(anna.account).await, Err(StoreError::Unavailable(_))));
}
