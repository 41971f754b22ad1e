-- The log, and the ids that are taken for ever.

-- One entry. kind: 1 text, 2 system. `count` and `actor_count` are the running counts of messages, of everyone's and
-- of the actor's, this one included; `digest` is the chain's value after it. The content comes last, so that reading
-- the other columns does not touch its overflow pages.
create table entry (
    conversation blob not null,
    seq integer not null,
    message_id blob not null,
    actor integer not null,
    kind integer not null,
    created_at integer not null,
    count integer not null,
    actor_count integer not null,
    position integer not null,
    digest blob not null,
    content text not null,
    constraint entry_pk primary key (conversation, seq),
    constraint entry_conversation_fk foreign key (conversation) references conversation (id),
    constraint entry_actor_fk foreign key (actor) references account (id)
) strict, without rowid;

-- Whose an id is, where it stands, and the hash of what was asked for: conversation, type and content.
create table message_id (
    id blob not null,
    sender integer not null,
    conversation blob not null,
    seq integer not null,
    request_hash blob not null,
    constraint message_id_pk primary key (id)
) strict, without rowid;
