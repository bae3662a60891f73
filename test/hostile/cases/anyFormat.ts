import { execFileSync } from "node:child_process"
import { chmodSync, closeSync, ftruncateSync, linkSync, mkdirSync, openSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { type Content, type HostileCase, inFile, write } from "../case.ts"

/** How a format holds one text, and what is right in it. */
export interface Frame {
  /** A name that is read in this format, without a folder. */
  readonly path: string
  /** A file without a fault. */
  readonly sound: string
  /** A file with a text in a string of it; what the text holds is not escaped. */
  readonly around: (text: string) => string
  /** What makes such a file a managed one. */
  readonly manage?: (folder: string) => void
  /** What is found of a NUL in a text, and of a control character. */
  readonly nul?: string
  readonly control?: string
}

/** What can be wrong with a file or its bytes whatever its format. */
export function inAnyFormat(frame: Frame): readonly HostileCase[] {
  return [...places(frame), ...sizes(frame), ...encodings(frame)]
}

const unreadable = ["cfgsync/unreadable"]

function places({ path, sound, manage }: Frame): readonly HostileCase[] {
  const at = (name: string, make: (full: string, folder: string) => void, finds = unreadable): HostileCase => ({
    name,
    finds,
    lay: (folder) => {
      manage?.(folder)
      make(join(folder, path), folder)
      return path
    },
  })
  const link = (target: string) => (full: string) => symlinkSync(target, full)
  const fifo = (full: string) => execFileSync("mkfifo", [full])
  return [
    at("a named pipe", fifo),
    at("a link to a named pipe", (full, folder) => {
      fifo(join(folder, "pipe"))
      symlinkSync("pipe", full)
    }),
    at("a socket", socket),
    at("a folder of that name", (full) => mkdirSync(full)),
    at("a link to itself", link(path)),
    at("two links in a circle", (full, folder) => {
      symlinkSync("other", full)
      symlinkSync(path, join(folder, "other"))
    }),
    at("a chain of 100 links", (full, folder) => {
      for (let i = 0; i < 100; i++) symlinkSync(`link${i + 1}`, join(folder, `link${i}`))
      write(folder, "link100", sound)
      symlinkSync("link0", full)
    }),
    at("a link to nothing", link("nowhere")),
    at("a link to /dev/zero", link("/dev/zero")),
    at("a link to /dev/tty", link("/dev/tty")),
    at("a link to /proc/self/mem", link("/proc/self/mem")),
    at("a link out of the project", link("/etc/passwd")),
    at("a link through its own name", link(`${path}/${path}`)),
    {
      ...at("a file that may not be read", (full, folder) => {
        write(folder, path, sound)
        chmodSync(full, 0)
      }),
      asNobody: true,
    },
    at(
      "a folder that holds itself",
      (_, folder) => {
        mkdirSync(join(folder, "in"))
        symlinkSync("..", join(folder, "in", "out"))
        symlinkSync(".", join(folder, "here"))
        write(folder, path, sound)
      },
      [],
    ),
    at(
      "a file with 1,000 names",
      (full, folder) => {
        write(folder, path, sound)
        for (let i = 0; i < 1000; i++) linkSync(full, join(folder, `${i}-${path}`))
      },
      [],
    ),
    {
      name: "a name with a line break and an escape sequence",
      finds: ["cfgsync/encoding"],
      lay: (folder) => {
        const name = `a\n\u001b[31m::error::${path}`
        write(folder, name, Uint8Array.of(0xff))
        return name
      },
    },
    {
      name: "a name that is not UTF-8",
      finds: unreadable,
      lay: (folder) => {
        manage?.(folder)
        const name = Buffer.concat([Buffer.from(`${folder}/a`), Buffer.of(0xff), Buffer.from(path)])
        closeSync(openSync(name, "w"))
        return null
      },
    },
    {
      name: "100 folders deep",
      finds: ["cfgsync/encoding"],
      lay: (folder) => {
        const name = `${"d/".repeat(100)}${path}`
        write(folder, name, Uint8Array.of(0xff))
        return name
      },
    },
  ]
}

/** Node removes a socket's file when it closes it; another program that ends does not. */
function socket(full: string): void {
  const make =
    "require('node:net').createServer().listen(require('node:path').basename(process.argv[1]), () => process.kill(process.pid, 9))"
  try {
    // A path of a socket holds 100 bytes or so; from within its folder it is short.
    execFileSync(process.execPath, ["-e", make, full], { cwd: dirname(full), stdio: "ignore" })
  } catch {
    // It was killed, which keeps the file.
  }
}

function sizes({ path, around }: Frame): readonly HostileCase[] {
  const [before = "", after = ""] = around("|").split("|")
  const sparse = (name: string, size: number): HostileCase => ({
    name,
    finds: ["cfgsync/too-large"],
    lay: (folder) => {
      const handle = openSync(join(folder, path), "w")
      ftruncateSync(handle, size)
      closeSync(handle)
      return path
    },
  })
  const of = (name: string, content: () => Content, finds = "too-large") => inFile(name, path, finds, content)
  return [
    sparse("50 MB without a content", 50e6),
    sparse("a terabyte without a content", 1e12),
    of("a text of 50 MB", () => Buffer.concat([Buffer.from(before), Buffer.alloc(50e6, "x"), Buffer.from(after)])),
    of("50 MB of random bytes", () => Buffer.alloc(50e6, randomBytes(1e6))),
    of("50 MB of line breaks", () => Buffer.alloc(50e6, "\n")),
    of("a text of 9 MB", () => around("x".repeat(9e6))),
    of("a text of 9 MB in Chinese", () => around("\u5b57".repeat(3e6))),
    of("a text of 9 MB in emoji", () => around("\u{1f600}".repeat(2.25e6))),
    of("450,000 letters that a careless pattern tries for ever", () => around(`${"a".repeat(450_000)}!`), ""),
    of("450,000 blanks that a careless pattern tries for ever", () => around(`a${" ".repeat(450_000)}b`), ""),
  ]
}

function encodings({
  path,
  sound,
  around,
  nul = "syntax|encoding",
  control = "syntax",
}: Frame): readonly HostileCase[] {
  const bytes = (...parts: readonly (string | readonly number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))))
  const [before = "", after = ""] = around("|").split("|")
  const bad = (name: string, content: () => Content) => inFile(name, path, "encoding", content)
  return [
    bad("a byte that is never UTF-8", () => bytes(before, [0xff], after)),
    bad("a NUL in two bytes", () => bytes(before, [0xc0, 0x80], after)),
    bad("half of a surrogate pair", () => bytes(before, [0xed, 0xa0, 0x80], after)),
    bad("a character beyond Unicode", () => bytes(before, [0xf5, 0x80, 0x80, 0x80], after)),
    bad("a character cut off at the end", () => bytes(sound, [0xe2, 0x82])),
    bad("a continuation without a start", () => bytes(before, [0x80], after)),
    bad("a quote hidden in a long form", () => bytes(before, [0xc0, 0xa2], after)),
    bad("Latin-1", () => bytes(before, [0x63, 0x61, 0x66, 0xe9], after)),
    bad("UTF-16, little end first", () => Buffer.from(`\uFEFF${sound}`, "utf16le")),
    bad("UTF-16, big end first", () => Buffer.from(`\uFEFF${sound}`, "utf16le").swap16()),
    bad("9 MB before a bad byte", () => bytes(before, "x".repeat(9e6), [0xff], after)),
    bad("9 MB of bad bytes", () => Buffer.alloc(9e6, 0xff)),
    bad("gzip", () => bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48])),
    bad("random bytes", () => randomBytes(1e6)),
    inFile("a NUL in a text", path, nul, () => around("a\0b")),
    inFile("a control character in a text", path, control, () => around("a\u0001b")),
  ]
}

/** The same every time. */
function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}
