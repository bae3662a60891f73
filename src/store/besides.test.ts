import { expect, test } from "vitest"
import { Besides } from "./besides.ts"
import { connect } from "./database.ts"
import { migrations } from "./migrations.ts"

/** A store in memory; a damaged one has the tables without what they ask for. */
function database(damaged: boolean) {
  const made = connect(":memory:")
  if (damaged)
    made.exec(`
      create table messages (key, channel, body, made, due, attempts, state, reason);
      create table notices (channel, id, body, queued, message);
      create table concerns (id, body, since, acknowledged);
    `)
  else for (const migration of migrations) made.exec(migration)
  return made
}

test("a row that its table refuses is lost alone, and the notice whose message it was is told once more", () => {
  const damaged = database(true)
  damaged.exec(`
    insert into messages values ('m1', 'team', '{}', 1, 2, 0, 'waiting', '');
    insert into messages values ('m2', 'team', '{}', 1, 2, 0, 'flown', '');
    insert into messages values ('m3', 'team', '{}', 1, 'soon', 0, 'waiting', '');
    insert into notices values ('team', 'n1', '{}', 1, 'm1');
    insert into notices values ('team', 'n2', '{}', 1, 'm2');
    insert into notices values ('team', 'n3', '{"cut', 1, 'm1');
    insert into notices values ('team', null, '{}', 1, null);
    insert into concerns values ('c1', '{}', 1, null);
    insert into concerns values ('c2', '{}', x'00', null);
  `)
  const besides = new Besides()
  besides.read(damaged)
  const fresh = database(false)
  besides.write(fresh)
  const keys = (sql: string) =>
    fresh
      .prepare(sql)
      .all()
      .map((row) => Object.values(row))
  expect(keys("select key from messages")).toEqual([["m1"]])
  expect(keys("select id, message from notices order by id")).toEqual([
    ["n1", "m1"],
    ["n2", null],
  ])
  expect(keys("select id from concerns")).toEqual([["c1"]])
})

test("what stands in the new store already stays", () => {
  const damaged = database(true)
  damaged.exec("insert into concerns values ('c1', '{\"old\":1}', 1, null)")
  const besides = new Besides()
  besides.read(damaged)
  const fresh = database(false)
  fresh.exec("insert into concerns values ('c1', '{\"new\":1}', 2, null)")
  besides.write(fresh)
  expect(fresh.prepare("select body from concerns").all()).toEqual([{ body: '{"new":1}' }])
})
