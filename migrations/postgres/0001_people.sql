-- Who is here: the server itself, people, their devices, whom they block, and invitations.
-- Times are Unix seconds. Ids that cross the wire are 16-byte values; accounts are numbers inside.

-- The one row of this store. `position` is the number of the newest change; it is raised at the start of each write
-- transaction, so that the order of commits is the order of positions.
create table server (
    id bigint not null,
    epoch bigint not null,
    position bigint not null,
    constraint server_pk primary key (id),
    constraint server_one_row check (id = 1)
);

-- A person. Rows are never deleted and names never given again. `folded` names are compared without regard to case.
-- `position` is the newest change that others see (the profile), `own_position` the newest that its devices see.
create table account (
    id bigint not null generated always as identity,
    name text not null,
    folded text collate "C" not null,
    display_name text not null,
    display_folded text collate "C" not null,
    password_hash text not null,
    created_at bigint not null,
    deleted_at bigint,
    position bigint not null,
    own_position bigint not null,
    constraint account_pk primary key (id),
    constraint account_folded_key unique (folded)
);

-- Look-up by the beginning of what one is shown as.
create index account_display_folded_idx on account (display_folded);
-- Resume: whose profile changed since.
create index account_position_idx on account (position);

-- One signed-in browser or program. A revoked one stays as a tombstone, so that its token answers `revoked`.
create table device (
    id bytea not null,
    account bigint not null,
    name text not null,
    token_hash bytea not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    revoked_at bigint,
    constraint device_pk primary key (id),
    constraint device_token_hash_key unique (token_hash),
    constraint device_account_fk foreign key (account) references account (id)
);

create index device_account_idx on device (account);

-- An invitation makes one account.
create table invite (
    token_hash bytea not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_by bigint,
    constraint invite_pk primary key (token_hash),
    constraint invite_used_by_fk foreign key (used_by) references account (id)
);

-- Direct messages of `blocked` to `blocker` are refused.
create table block (
    blocker bigint not null,
    blocked bigint not null,
    constraint block_pk primary key (blocker, blocked),
    constraint block_blocker_fk foreign key (blocker) references account (id),
    constraint block_blocked_fk foreign key (blocked) references account (id)
);
