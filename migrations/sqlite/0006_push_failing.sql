-- Since when a push service has taken nothing for a browser that it was asked to: the first failure since the last success.
alter table push_subscription add column failing_since integer;
