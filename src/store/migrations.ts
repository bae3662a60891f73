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
]
