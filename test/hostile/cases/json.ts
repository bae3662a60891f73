import { type Content, type HostileCase, inFile, joined } from "../case.ts"
import { inAnyFormat } from "./anyFormat.ts"

const many = 100_000
const strict = (name: string, finds: string, content: () => Content) => inFile(name, "a.json", finds, content)
const lenient = (name: string, finds: string, content: () => Content) =>
  inFile(`${name}, with comments`, "a.jsonc", finds, content)
/** Strict and with comments: two readers. */
const both = (name: string, finds: string, content: () => Content) => [
  strict(name, finds, content),
  lenient(name, finds, content),
]

export const cases: readonly HostileCase[] = [
  ...inAnyFormat({ path: "a.json", sound: '{"a": 1}', around: (text) => `{"a": "${text}"}` }),
  ...both("opening brackets", "too-deep", () => "[".repeat(many)),
  ...both("opening objects", "too-deep", () => '{"a":'.repeat(many)),
  ...both("nesting that is closed", "too-deep", () => "[".repeat(many) + "]".repeat(many)),
  ...both("nesting one deeper than allowed", "too-deep", () => "[".repeat(201) + "]".repeat(201)),
  ...both("nesting hidden by closers that do not fit", "syntax", () => "[}".repeat(many)),
  ...both("nesting hidden by strings that are cut off", "too-deep", () => '["\n'.repeat(many)),
  ...both("commas", "syntax", () => ",".repeat(many)),
  ...both("colons", "syntax", () => ":".repeat(many)),
  ...both("quotes", "syntax", () => '"'.repeat(many + 1)),
  ...both("an open quote and backslashes", "syntax|too-large", () => `"${"\\".repeat(9e6)}`),
  ...both("slashes", "syntax", () => "/".repeat(many)),
  ...both("closing brackets", "syntax", () => "]".repeat(many)),
  ...both("nothing", "syntax", () => ""),
  ...both("9 MB of blanks", "too-large", () => " ".repeat(9e6)),
  ...both("two byte order marks", "syntax|generic/json-bom", () => "\uFEFF\uFEFF{}"),
  ...both("9 MB of elements", "too-many-nodes", () => `[${"1,".repeat(4.5e6)}1]`),
  ...both("9 MB of empty lists", "too-many-nodes", () => `[${"[],".repeat(3e6)}1]`),
  ...both("a million elements", "too-many-nodes", () => `[${"1,".repeat(999_999)}1]`),
  ...both("a million keys", "too-many-nodes", () => `{${joined(600_000, (i) => `"k${i}":${i}`, ",")}}`),
  ...both(
    "200,000 keys, the last two alike",
    "duplicate-key|too-many-nodes",
    () => `{${joined(200_000, (i) => `"k${i}":${i}`, ",")},"k199999":0}`,
  ),
  ...both("one key 40,000 times", "duplicate-key", () => `{${'"k":1,'.repeat(40_000)}"k":2}`),
  ...both("a key of 5 MB", "too-large", () => `{"${"k".repeat(5e6)}": 1}`),
  ...both("a key of 100,000 characters", "too-large", () => `{"${"k".repeat(many)}": 1}`),
  ...both("the same key of 5 MB twice", "too-large", () => `{"${"k".repeat(4e6)}": 1, "${"k".repeat(4e6)}": 1}`),
  ...both(
    "100 keys of 90,000 characters",
    "too-large",
    () => `{${joined(100, (i) => `"${i}${"k".repeat(90_000)}":1`, ",")}}`,
  ),
  ...both("an integer of 9 MB", "too-large", () => "9".repeat(9e6)),
  ...both("a number with 9 MB behind the point", "too-large", () => `0.${"1".repeat(9e6)}`),
  ...both("an exponent of 9 MB", "too-large", () => `1e${"9".repeat(9e6)}`),
  ...both("50,000 integers of 100 digits", "", () => `[${`${"9".repeat(100)},`.repeat(50_000)}1]`),
  ...both("escapes of 9 MB", "too-large", () => `"${"\\u0041".repeat(1.5e6)}"`),
  ...both("__proto__", "prototype-key", () => '{"__proto__": {"polluted": true}}'),
  ...both("__proto__ written in escapes", "prototype-key", () => '{"\\u005f_proto__": {"polluted": true}}'),
  ...both(
    "__proto__ at a depth of 150",
    "prototype-key",
    () => `${'{"a":'.repeat(149)}{"__proto__": 1}${"}".repeat(149)}`,
  ),
  ...both("__proto__ twice", "duplicate-key", () => '{"__proto__": {"a": 1}, "__proto__": {"b": 1}}'),
  ...both(
    "constructor, prototype and their kin",
    "",
    () => '{"constructor": {"prototype": {"polluted": true}}, "toString": 1, "hasOwnProperty": 2}',
  ),
  ...both("a hundred errors", "syntax", () => "{,}".repeat(100)),
  ...both("NaN, Infinity and hexadecimal digits", "syntax", () => "[NaN, -Infinity, 0x10]"),
  ...both("half of a surrogate pair in escapes", "", () => '{"a": "\\ud800", "\\udfff": 1}'),
  lenient("a comment that never ends", "too-large", () => `{} /*${" *".repeat(4.5e6)}`),
  lenient("openings of comments", "syntax|too-many-nodes", () => "/*".repeat(4.5e6)),
  lenient("3 million comments of one line", "syntax|too-many-nodes", () => "//\n".repeat(3e6)),
  lenient("2 million comments", "syntax|too-many-nodes", () => "/**/".repeat(2e6)),
  lenient("50,000 comments", "", () => `${"/**/".repeat(50_000)}{}`),
  lenient("nesting behind a comment that is not closed", "syntax", () => `/*${"[".repeat(many)}`),
]
