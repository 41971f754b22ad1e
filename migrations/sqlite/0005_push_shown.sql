-- Where the operator wants notifications taken away once they were read elsewhere, a delivery stays after it was made:
-- `shown` is 1 then, and `due_at` far away until there is something more to tell, or the conversation was read.
alter table push_delivery add column shown integer not null default 0;
