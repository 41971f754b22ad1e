-- Who is here: the server itself, people, their devices, whom they block, and invitations.
-- Times are Unix seconds. Ids that cross the wire are 16-byte blobs; accounts are numbers inside.

-- The one row of this store. `position` is the number of the newest change; it is raised at the start of each write
-- transaction, so that the order of commits is the order of positions.
create table server (
    id integer not null,
    epoch integer not null,
    position integer not null,
    constraint server_pk primary key (id),
    constraint server_one_row check (id = 1)
) strict;

-- A person. Rows are never deleted and names never given again. `folded` names are compared without regard to case.
-- `position` is the newest change that others see (the profile), `own_position` the newest that its devices see.
create table account (
    id integer not null,
    name text not null,
    folded text not null,
    display_name text not null,
    display_folded text not null,
    password_hash text not null,
    created_at integer not null,
    deleted_at integer,
    position integer not null,
    own_position integer not null,
    constraint account_pk primary key (id),
    constraint account_folded_key unique (folded)
) strict;

-- Look-up by the beginning of what one is shown as.
create index account_display_folded_idx on account (display_folded);
-- Resume: whose profile changed since.
create index account_position_idx on account (position);

-- One signed-in browser or program. A revoked one stays as a tombstone, so that its token answers `revoked`.
create table device (
    id blob not null,
    account integer not null,
    name text not null,
    token_hash blob not null,
    created_at integer not null,
    last_seen_at integer not null,
    revoked_at integer,
    constraint device_pk primary key (id),
    constraint device_token_hash_key unique (token_hash),
    constraint device_account_fk foreign key (account) references account (id)
) strict, without rowid;

create index device_account_idx on device (account);

-- An invitation makes one account.
create table invite (
    token_hash blob not null,
    created_at integer not null,
    expires_at integer not null,
    used_by integer,
    constraint invite_pk primary key (token_hash),
    constraint invite_used_by_fk foreign key (used_by) references account (id)
) strict, without rowid;

-- Direct messages of `blocked` to `blocker` are refused.
create table block (
    blocker integer not null,
    blocked integer not null,
    constraint block_pk primary key (blocker, blocked),
    constraint block_blocker_fk foreign key (blocker) references account (id),
    constraint block_blocked_fk foreign key (blocked) references account (id)
) strict, without rowid;
