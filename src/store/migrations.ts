/** Each is carried out in a transaction of its own, and its number is the `user_version` then. Never change one that was released: add another. */
export const migrations: readonly string[] = [
  `
  create table meta (name text primary key, value text not null) strict, without rowid;

  -- The log: canonical JSON, a line an entry. What is asked for often is computed from the line, so that there is no second truth.
  create table changes (
    id integer primary key,
    entry text not null,
    kind text generated always as (entry ->> '$.kind') virtual,
    intent integer generated always as (entry ->> '$.intent') virtual
  ) strict;
  create index changes_by_kind on changes (kind);
  create index changes_by_intent on changes (intent);
  create trigger changes_are_not_edited before update on changes begin select raise(abort, 'the log is only added to'); end;
  create trigger changes_are_not_deleted before delete on changes begin select raise(abort, 'the log is only added to'); end;

  -- Contents by the SHA-256 of their bytes; data is compressed (raw deflate). The CRC-32 of hash and data tells of damage without unpacking.
  create table snapshots (hash text primary key, data blob not null, crc integer not null) strict;

  -- The known-good state of each file: what the last acceptance in the log says of it.
  create table files (
    path text primary key,
    hash text not null,
    size integer not null,
    mode text not null,
    format text not null,
    accepted integer not null references changes (id)
  ) strict, without rowid;
  `,
  `
  -- What is to be told to whom. A message is what a channel is given at once: its key is the same at every attempt. Times are milliseconds since 1970.
  create table messages (
    key text primary key,
    channel text not null,
    body text not null,
    made integer not null,
    due integer not null,
    attempts integer not null default 0,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'refused')),
    reason text not null default ''
  ) strict, without rowid;
  create index messages_by_state on messages (state, due);
  create table notices (
    channel text not null,
    id text not null,
    body text not null,
    queued integer not null,
    message text references messages (key),
    primary key (channel, id)
  ) strict, without rowid;
  create index notices_by_message on notices (message);
  create table concerns (id text primary key, body text not null, since integer not null, acknowledged text) strict, without rowid;
  `,
  `
  -- What a monitor saw, and when one was there. Times are milliseconds since 1970.
  create table happenings (id text primary key, time integer not null, kind text not null, body text not null) strict, without rowid;
  create index happenings_by_time on happenings (time);
  create table beats (start integer primary key, last integer not null) strict;
  `,
  `
  -- 1: data is an age file of the compressed content, because there is a secret in it.
  alter table snapshots add column sealed integer not null default 0;
  `,
]
