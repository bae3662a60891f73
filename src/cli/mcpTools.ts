import { z } from "zod"
import { severities } from "../model/finding.ts"

/** A tool of the MCP server: a command line of cfgsync, whose answer is what that prints. */
export interface McpTool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly description: string
  readonly input: Input
  /** Of the arguments, the files: they must be of the project. */
  readonly files: (args: z.infer<Input>) => readonly string[]
  readonly argv: (args: z.infer<Input>) => readonly string[]
  /** Changes a file, which then waits for a person. */
  readonly proposes?: true
}

const json = ["--format", "json"]
const file = z.string().min(1).describe("a file of the project, from the folder that the server was started in")
const paths = z.array(z.string().min(1)).optional().describe("files or folders; without any, every managed file")
const path = z.string().min(1).describe("a JSONPath such as $.mcp.github, or a JSON Pointer such as /mcp/github")

const anything = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
])

/** Lets each tool's functions know the arguments of its own schema, and the table hold all of them. */
function tool<Input extends z.ZodObject>(own: McpTool<Input>): McpTool {
  return {
    ...own,
    files: (args) => own.files(own.input.parse(args)),
    argv: (args) => own.argv(own.input.parse(args)),
  }
}

export const mcpTools: readonly McpTool[] = [
  tool({
    name: "check",
    description:
      "Find what is wrong in the managed configuration files: findings with file, place, rule, severity, message and repair.",
    input: z.strictObject({
      paths,
      severity: z.enum(severities).optional().describe("only findings at least this severe"),
    }),
    files: (args) => args.paths ?? [],
    argv: ({ paths: asked = [], severity }) => [
      "check",
      ...json,
      ...(severity === undefined ? [] : ["--severity", severity]),
      "--",
      ...asked,
    ],
  }),
  tool({
    name: "preview_fix",
    description: "Say which repairs cfgsync can prove, with the edits. Writes nothing.",
    input: z.strictObject({ paths }),
    files: (args) => args.paths ?? [],
    argv: (args) => ["fix", "--dry-run", ...json, "--", ...(args.paths ?? [])],
  }),
  tool({
    name: "explain",
    description:
      "Say why a rule or a schema finds something at a place of a file, or why it is silent, and what would mend it.",
    input: z.strictObject({
      file,
      path: path.optional(),
      rule: z.string().min(1).optional().describe("only this rule, or schema/NAME"),
    }),
    files: (args) => [args.file],
    argv: (args) => [
      "explain",
      ...json,
      "--",
      args.path === undefined ? args.file : `${args.file}:${args.path}`,
      ...(args.rule === undefined ? [] : [args.rule]),
    ],
  }),
  tool({
    name: "effective",
    description:
      "Say what a client will really use, key by key, with the file that each value comes from and what has no effect.",
    input: z.strictObject({ client: z.enum(["opencode", "claude", "codex", "gemini"]) }),
    files: () => [],
    argv: ({ client }) => ["effective", ...json, "--", client],
  }),
  tool({
    name: "status",
    description:
      "Say which managed files are as they were accepted, and which drifted, wait for a person, or are missing.",
    input: z.strictObject({ paths }),
    files: (args) => args.paths ?? [],
    argv: (args) => ["status", ...json, "--", ...(args.paths ?? [])],
  }),
  tool({
    name: "diff",
    description: "Show what a file has become since it was accepted, by structure and as text. Secrets are not shown.",
    input: z.strictObject({ file }),
    files: (args) => [args.file],
    argv: (args) => ["diff", ...json, "--", args.file],
  }),
  tool({
    name: "history",
    description: "List what was changed, accepted and refused: who, when, why.",
    input: z.strictObject({ file: file.optional() }),
    files: (args) => (args.file === undefined ? [] : [args.file]),
    argv: (args) => ["history", ...json, "--", ...(args.file === undefined ? [] : [args.file])],
  }),
  tool({
    name: "propose_set",
    description:
      "Propose a value for one place of a file. It is written without touching any other byte and then waits for a person to accept or reject it; only in files whose changes are asked about.",
    input: z.strictObject({ file, path, value: anything.describe("the value") }),
    files: (args) => [args.file],
    argv: (args) => ["set", "--type", "json", "--", args.file, args.path, JSON.stringify(args.value)],
    proposes: true,
  }),
  tool({
    name: "propose_remove",
    description: "Propose to remove what is at one place of a file; it then waits for a person, as with propose_set.",
    input: z.strictObject({ file, path }),
    files: (args) => [args.file],
    argv: (args) => ["remove", "--", args.file, args.path],
    proposes: true,
  }),
]
