//! Who is told of what.

/// Whether a member `m` is to be told of an entry `e` of the conversation at `$4` (Unix seconds): a message by somebody else
/// since they came in, which they have not read; unless they are out, have declined or muted the conversation, or block its
/// sender.
macro_rules! is_told {
    () => {
        "e.kind = 1 and e.actor <> m.account and e.seq > m.read_seq and e.seq >= m.joined_seq \
         and m.role is not null and m.standing <> 3 and m.muted_until <= $4 \
         and not exists (select 1 from block b where b.blocker = m.account and b.blocked = e.actor)"
    };
}
pub(super) use is_told;
