-- Notifications for those who are away.

-- The one row: the secret key by which push services know this server, and the position up to which what was written
-- has been turned into deliveries.
create table push (
    id integer not null,
    key blob not null,
    expanded integer not null,
    constraint push_pk primary key (id),
    constraint push_one_row check (id = 1)
) strict;

-- Where a device's browser is reached, with its keys (RFC 8291). `id` is the hash of the endpoint, `host`
-- the push service's. shows: 1 name and text,
-- 2 the name, 3 nothing, in words of `language`. `trouble` is why the last push failed: a status of HTTP, 0 no answer in time, 1 no connection,
-- 2 an endpoint that is not allowed (any more).
create table push_subscription (
    id blob not null,
    device blob not null,
    account integer not null,
    endpoint text not null,
    host text not null,
    p256dh blob not null,
    auth blob not null,
    shows integer not null,
    language text not null,
    created_at integer not null,
    succeeded_at integer,
    failed_at integer,
    trouble integer,
    constraint push_subscription_pk primary key (id),
    constraint push_subscription_device_fk foreign key (device) references device (id) on delete cascade,
    constraint push_subscription_account_fk foreign key (account) references account (id)
) strict, without rowid;

create index push_subscription_account_idx on push_subscription (account);
create index push_subscription_device_idx on push_subscription (device);

-- What a browser is still to be told: that there is something new in a conversation, up to `seq`. One row however much is
-- new, so that a burst is one notification. Claiming a row moves `due_at` behind the lease.
create table push_delivery (
    subscription blob not null,
    conversation blob not null,
    host text not null,
    seq integer not null,
    attempts integer not null,
    due_at integer not null,
    expires_at integer not null,
    constraint push_delivery_pk primary key (subscription, conversation),
    constraint push_delivery_subscription_fk foreign key (subscription) references push_subscription (id)
        on delete cascade,
    constraint push_delivery_conversation_fk foreign key (conversation) references conversation (id)
) strict, without rowid;

create index push_delivery_due_idx on push_delivery (due_at);

-- Until when a member wants no notification of a conversation, Unix seconds.
alter table member add column muted_until integer not null default 0;
