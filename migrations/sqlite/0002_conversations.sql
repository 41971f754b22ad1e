-- Conversations, who is in them, and how far they have come.

-- kind: 1 direct, 2 group. history (what new members see): 1 from joining, 2 all.
-- A direct conversation is unique per pair; `low` <= `high`, equal in a note to oneself. A group has neither.
-- The head (seq, count, digest) is that of the newest entry. `position` is the newest change of anything in it;
-- `members_position` the newest change of who is in it.
create table conversation (
    id blob not null,
    kind integer not null,
    title text,
    history integer not null,
    low integer,
    high integer,
    head_seq integer not null,
    head_count integer not null,
    head_digest blob not null,
    position integer not null,
    members_position integer not null,
    created_at integer not null,
    constraint conversation_pk primary key (id),
    constraint conversation_pair_key unique (low, high),
    constraint conversation_low_fk foreign key (low) references account (id),
    constraint conversation_high_fk foreign key (high) references account (id),
    constraint conversation_pair_ordered check (low <= high)
) strict, without rowid;

-- An account in a conversation, now or formerly. role: 1 member, 2 admin, 3 owner, null when no longer in.
-- standing: 1 accepted, 2 request, 3 declined. `first_seq` is the entry by which the account came in first; `joined_seq` and
-- `joined_position` tell of the newest coming in.
-- `own_count` counts the account's messages, `own_read` those of them at `read_seq`, `read_count` everyone's there.
-- `position` is the newest change of the membership, `receipt_position` that of the marks.
-- `left_title` is the title as it was when the account went.
create table member (
    account integer not null,
    conversation blob not null,
    role integer,
    standing integer not null,
    first_seq integer not null,
    joined_seq integer not null,
    joined_position integer not null,
    left_title text,
    own_count integer not null,
    delivered_seq integer not null,
    read_seq integer not null,
    read_count integer not null,
    own_read integer not null,
    position integer not null,
    receipt_position integer not null,
    constraint member_pk primary key (account, conversation),
    constraint member_account_fk foreign key (account) references account (id),
    constraint member_conversation_fk foreign key (conversation) references conversation (id)
) strict, without rowid;

create index member_conversation_idx on member (conversation, account);

-- The stretches of the log that an account may see, both ends included; the open one has no end yet.
create table membership (
    account integer not null,
    conversation blob not null,
    from_seq integer not null,
    to_seq integer,
    constraint membership_pk primary key (account, conversation, from_seq),
    constraint membership_member_fk foreign key (account, conversation) references member (account, conversation)
) strict, without rowid;

-- When the marks of a direct conversation moved to where. mark: 1 delivered, 2 read. A message was delivered when
-- the first move to its seq or beyond was.
create table receipt_move (
    conversation blob not null,
    account integer not null,
    mark integer not null,
    seq integer not null,
    moved_at integer not null,
    constraint receipt_move_pk primary key (conversation, account, mark, seq),
    constraint receipt_move_member_fk foreign key (account, conversation) references member (account, conversation)
) strict, without rowid;
