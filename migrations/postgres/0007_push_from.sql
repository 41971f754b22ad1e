-- From which seq on a delivery tells of something: what was before was told, or given up. 0 where that is not known.
alter table push_delivery add column from_seq bigint not null default 0;
