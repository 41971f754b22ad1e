-- The log, and the ids that are taken for ever.

-- One entry. kind: 1 text, 2 system. `count` and `actor_count` are the running counts of messages, of everyone's and
-- of the actor's, this one included; `digest` is the chain's value after it. The content comes last, so that reading
-- the other columns does not touch its overflow pages.
create table entry (
    conversation bytea not null,
    seq bigint not null,
    message_id bytea not null,
    actor bigint not null,
    kind bigint not null,
    created_at bigint not null,
    count bigint not null,
    actor_count bigint not null,
    position bigint not null,
    digest bytea not null,
    content text not null,
    constraint entry_pk primary key (conversation, seq),
    constraint entry_conversation_fk foreign key (conversation) references conversation (id),
    constraint entry_actor_fk foreign key (actor) references account (id)
);

-- Whose an id is, where it stands, and the hash of what was asked for: conversation, type and content.
create table message_id (
    id bytea not null,
    sender bigint not null,
    conversation bytea not null,
    seq bigint not null,
    request_hash bytea not null,
    constraint message_id_pk primary key (id)
);
