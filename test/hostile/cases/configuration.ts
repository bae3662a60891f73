import { execFileSync } from "node:child_process"
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { type Content, type HostileCase, joined, write } from "../case.ts"
import { laughs } from "./yaml.ts"

const many = 100_000
const deep = (opening: string, closing: string) => `${opening.repeat(many)}1${closing.repeat(many)}`

const laid = (name: string, expects: RegExp | string, lay: (folder: string) => void): HostileCase => ({
  name,
  finds: typeof expects === "string" && expects !== "" ? expects.split("|") : [],
  ...(typeof expects === "string" ? {} : { refused: expects }),
  lay: (folder) => {
    write(folder, "a.json", '{ "text": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "a": 1, "a": 1 }')
    lay(folder)
    return null
  },
})
const holding = (path: string) => (name: string, expects: RegExp | string, content: () => Content) =>
  laid(`${path}: ${name}`, expects, (folder) => write(folder, path, content()))

/** What can stand where a file of settings is looked for. */
function places(path: string, lay: (folder: string) => void = () => {}): readonly HostileCase[] {
  const words = new RegExp(path.split("/").at(-1)?.replaceAll(".", "\\.") ?? "")
  const at = (name: string, make: (full: string) => void) =>
    laid(`${path}: ${name}`, words, (folder) => {
      lay(folder)
      make(join(folder, path))
    })
  return [
    at("a named pipe", (full) => void execFileSync("mkfifo", [full])),
    at("a folder", (full) => void mkdirSync(full)),
    at("a link to itself", (full) => symlinkSync(path.split("/").at(-1) ?? "", full)),
    at("a link to /dev/zero", (full) => symlinkSync("/dev/zero", full)),
    at("a terabyte without a content", (full) => {
      const handle = openSync(full, "w")
      ftruncateSync(handle, 1e12)
      closeSync(handle)
    }),
  ]
}

const json = holding("cfgsync.config.json")
const yaml = holding("cfgsync.config.yaml")
const accepted = holding("cfgsync.accepted.json")
const ignored = holding("cfgsync.ignore.json")
const isConfig = /cfgsync\.config\./
const isAccepted = /cfgsync\.accepted\.json is damaged/
const isIgnored = /cfgsync\.ignore\.json/

/** A schema that the project added. */
const schema = (name: string, expects: RegExp | string, content: () => Content) =>
  laid(`a schema: ${name}`, expects, (folder) => {
    write(folder, "cfgsync.config.json", '{ "files": ["a.json"], "schemas": { "a.json": "s.json" } }')
    write(folder, "s.json", content())
  })
const isSchema = /s\.json/
const duplicate = "cfgsync/duplicate-key"

export const cases: readonly HostileCase[] = [
  ...places("cfgsync.config.json"),
  json("50 MB", isConfig, () => `{ "files": ["${"x".repeat(50e6)}"] }`),
  json("a byte that is never UTF-8", isConfig, () => Uint8Array.of(0x7b, 0xff, 0x7d)),
  json("nothing", isConfig, () => ""),
  json("no object", isConfig, () => "[1, 2]"),
  json("opening brackets", isConfig, () => "[".repeat(many)),
  json("nesting that is closed", isConfig, () => deep('{"a":', "}")),
  json(
    "__proto__",
    isConfig,
    () => '{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }',
  ),
  json(
    "__proto__ below params",
    /configuration|cfgsync\.config/,
    () => '{ "params": { "a/b": { "__proto__": { "polluted": true } } } }',
  ),
  json("a million globs", isConfig, () => `{ "files": [${joined(1e6, () => '"*"', ",")}] }`),
  json("2,000 globs", duplicate, () => `{ "files": [${joined(2000, (i) => `"${i}*.json"`, ",")}, "a.json"] }`),
  json(
    "a glob that a careless matcher tries for ever",
    duplicate,
    () => `{ "files": ["${"*a".repeat(200)}b", "a.json"] }`,
  ),
  json("braces in a glob that mean a million", duplicate, () => `{ "files": ["${"{a,b}".repeat(20)}", "a.json"] }`),
  json(
    "brackets in a glob that nothing closes",
    duplicate,
    () => `{ "files": ["${"[".repeat(1000)}", "${"(".repeat(1000)}", "a.json"] }`,
  ),
  json("a glob out of the project", duplicate, () => '{ "files": ["../../../../**/*.json", "/etc/**", "a.json"] }'),
  json("numbers that mean a billion names", duplicate, () => '{ "files": ["{1..1000000000}", "a.json"] }'),
  json(
    "limits without a bound",
    duplicate,
    () =>
      '{ "files": ["a.json"], "limits": { "depth": 9007199254740991, "nodes": 9007199254740991, "size": 9007199254740991 } }',
  ),
  json("limits of nothing", /cfgsync\.config|too/, () => '{ "limits": { "size": 0 } }'),
  json("a pack that is none", /cfgsync:/, () => '{ "rules": ["cfgsync:../../../etc/passwd"] }'),
  json("rules out of the project", /./, () => '{ "rules": ["../../../../etc/passwd"] }'),
  json(
    "a schema that is a link of the net",
    /./,
    () => '{ "files": ["a.json"], "schemas": { "a.json": "https://127.0.0.1:1/s.json" } }',
  ),
  ...places("cfgsync.config.yaml"),
  yaml("a billion laughs", isConfig, () => laughs()),
  yaml("an alias inside its anchor", isConfig, () => "files: &a [*a]\n"),
  yaml(
    "tags that run programs",
    isConfig,
    () => "files: !!js/function 'x'\nrules: !!python/object/apply:os.system [ls]\n",
  ),
  yaml("two documents", duplicate, () => "files: [a.json]\n---\nfiles: 1\n"),
  ...places("cfgsync.accepted.json"),
  accepted("nothing", isAccepted, () => ""),
  accepted("70 MB", /cfgsync\.accepted\.json/, () => Buffer.alloc(70e6, " ")),
  accepted("a byte that is never UTF-8", isAccepted, () => Uint8Array.of(0x7b, 0xff, 0x7d)),
  accepted("nesting that is closed", isAccepted, () => deep("[", "]")),
  accepted("__proto__", isAccepted, () => '{ "__proto__": { "version": 1, "accepted": [] } }'),
  accepted("20,000 entries", duplicate, () =>
    JSON.stringify({
      version: 1,
      accepted: Array.from({ length: 20_000 }, (_, i) => ({
        rule: "a/b",
        file: "a.json",
        document: 0,
        pointer: `/${i}`,
        hash: "x",
        reason: "r",
        until: "2999-01-01",
      })),
    }),
  ),
  ...places("cfgsync.ignore.json"),
  ignored("nothing", isIgnored, () => ""),
  ignored("50 MB", isIgnored, () => `[${" ".repeat(50e6)}]`),
  ignored("nesting that is closed", isIgnored, () => deep("[", "]")),
  ignored("__proto__", isIgnored, () => '[{ "__proto__": { "file": "a.json", "rule": "x", "reason": "y" } }]'),
  ignored("a glob that a careless matcher tries for ever", duplicate, () =>
    JSON.stringify([{ file: `${"*a".repeat(100)}b`, rule: "a/b", reason: "r" }]),
  ),
  ignored("a path that a careless reader follows for ever", /cfgsync\.ignore\.json|path/, () =>
    JSON.stringify([{ file: "a.json", path: `$${"[".repeat(many)}`, rule: "a/b", reason: "r" }]),
  ),
  ignored("5,000 entries", duplicate, () =>
    JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ file: `${i}*.json`, rule: "a/b", reason: "r" }))),
  ),
  ...places("s.json", (folder) =>
    write(folder, "cfgsync.config.json", '{ "files": ["a.json"], "schemas": { "a.json": "s.json" } }'),
  ),
  schema("50 MB", isSchema, () => `{ "title": "${"x".repeat(50e6)}" }`),
  schema("a byte that is never UTF-8", isSchema, () => Uint8Array.of(0x7b, 0xff, 0x7d)),
  schema("nesting that is closed", /schema/, () => `{ "not": ${'{"not":'.repeat(many)}{}${"}".repeat(many)} }`),
  schema("nesting as deep as is read", duplicate, () => `${'{"not":'.repeat(150)}{}${"}".repeat(150)}`),
  schema("a reference to itself", /schema/, () => '{ "$ref": "#" }'),
  schema(
    "references in a circle",
    /schema/,
    () => '{ "$ref": "#/$defs/a", "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } } }',
  ),
  schema("a bomb of references", duplicate, () =>
    JSON.stringify({
      $ref: "#/$defs/d0",
      $defs: {
        d30: {},
        ...Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [
            `d${i}`,
            { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
          ]),
        ),
      },
    }),
  ),
  schema("a reference out of the file", /schema/, () => '{ "$ref": "file:///etc/passwd" }'),
  schema("a reference to the net", /schema/, () => '{ "$ref": "http://127.0.0.1:1/s.json" }'),
  schema(
    "a pattern that is tried for ever",
    "schema/pattern|cfgsync/duplicate-key",
    () => '{ "properties": { "text": { "pattern": "^(a+)+$" } } }',
  ),
  schema(
    "a pattern of keys that is tried for ever",
    duplicate,
    () => '{ "patternProperties": { "^(t|te|tex|text|e|x)+$^": { "type": "string" } } }',
  ),
  schema("a pattern that is none", /schema/, () => '{ "properties": { "text": { "pattern": "(" } } }'),
  schema(
    "__proto__",
    `${duplicate}|schema/required`,
    () => '{ "properties": { "__proto__": { "type": "string" } }, "required": ["__proto__"] }',
  ),
  schema(
    "5,000 properties",
    duplicate,
    () => `{ "properties": { ${joined(5000, (i) => `"p${i}": { "type": "string" }`, ",")} } }`,
  ),
  schema(
    "an enumeration of 50,000",
    "schema/enum|cfgsync/duplicate-key",
    () => `{ "properties": { "text": { "enum": [${joined(50_000, (i) => `"${i}"`, ",")}] } } }`,
  ),
  schema(
    "50,000 elements of which none may be twice",
    "schema/enum|cfgsync/duplicate-key",
    () => `{ "uniqueItems": true, "enum": [[${joined(50_000, (i) => `{"a": ${i}}`, ",")}]] }`,
  ),
  schema("no schema", /schema/, () => "[1]"),
  laid("the list of added schemas: no list", duplicate, (folder) =>
    write(folder, ".cfgsync/schemas/index.json", '{"schemas": [{"__proto__": 1}, 7]}'),
  ),
  laid("the list of added schemas: a named pipe", duplicate, (folder) => {
    mkdirSync(join(folder, ".cfgsync/schemas"), { recursive: true })
    execFileSync("mkfifo", [join(folder, ".cfgsync/schemas/index.json")])
  }),
  laid("the list of added schemas: nesting", duplicate, (folder) =>
    write(folder, ".cfgsync/schemas/index.json", deep("[", "]")),
  ),
]
