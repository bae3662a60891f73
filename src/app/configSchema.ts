import { defaultLimits } from "../model/document.ts"
import { acceptances, priorities } from "../model/policy.ts"

const names = { type: "string", minLength: 1 } as const
const path = { type: "string", pattern: "^[$/]" } as const
const globs = { type: "array", items: names } as const
const severity = { enum: ["error", "warning", "info", "off"] } as const
const severities = { type: "object", additionalProperties: severity } as const
const inEnvironment = {
  type: "object",
  description: "the variable of the environment that holds it: no secret stands in a configuration",
  required: ["env"],
  additionalProperties: false,
  properties: { env: names },
} as const
const duration = "[0-9]+(\\.[0-9]+)? ?(ms|s|m|h|d|w)"
const clock = { type: "string", pattern: "^[0-9]{1,2}:[0-9]{2}$" } as const
const least = { enum: ["error", "warning", "info"] } as const
/** What every channel has. */
const channel = {
  severity: least,
  group: {
    type: "string",
    pattern: `^${duration}$`,
    description: "how long the first notice waits for others, as 30s",
  },
  limit: {
    type: "string",
    pattern: `^[1-9][0-9]* ?/ ?${duration}$`,
    description: "at most so many messages in so long, as 20/1h",
  },
  quiet: {
    type: "object",
    required: ["from", "to"],
    additionalProperties: false,
    properties: { from: clock, to: clock, timezone: names, except: least },
  },
  repeat: {
    type: "string",
    pattern: `^(${duration}|never)$`,
    description: "how often what needs a person is told again, as 4h, or never",
  },
} as const
/** By `type`: what else a channel has, and what it must have. */
const channels = {
  terminal: [{}, []],
  desktop: [{}, []],
  slack: [{ url: inEnvironment }, ["url"]],
  webhook: [{ url: { anyOf: [names, inEnvironment] }, secret: inEnvironment }, ["url"]],
  email: [
    {
      host: names,
      port: { type: "integer", minimum: 1, maximum: 65535 },
      encryption: { enum: ["starttls", "tls", "none"] },
      user: names,
      password: inEnvironment,
      from: names,
      to: { type: "array", items: names, minItems: 1 },
      ca: names,
    },
    ["host", "from", "to"],
  ],
} as const
const params = { type: "object", additionalProperties: { type: "object" } } as const

/** What `cfgsync.config.*` may hold. The type {@link "./config.ts".Config} says the same to editors; a test holds the two together. */
export const configSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "cfgsync configuration",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: names,
    files: {
      type: "array",
      description: "the managed files: globs relative to this file, or groups of them with settings",
      items: {
        anyOf: [
          names,
          {
            type: "object",
            required: ["include"],
            additionalProperties: false,
            properties: {
              include: { anyOf: [names, globs] },
              required: { type: "boolean", description: "a file that is missing is a finding" },
              acceptance: { enum: acceptances, description: "what becomes of a change that cfgsync did not make" },
              priority: { enum: priorities, description: "how much depends on the file" },
              expect: {
                type: "array",
                description: "changes that are accepted by themselves",
                items: {
                  type: "object",
                  required: ["path"],
                  additionalProperties: false,
                  properties: {
                    path: { ...names, description: "a JSONPath" },
                    value: { type: "string", description: "a regular expression for the whole of the new value" },
                  },
                },
              },
              template: { ...names, description: "what a file that is gone is made of where nothing is known good" },
              client: {
                enum: ["opencode", "claude", "codex", "gemini"],
                description: "the real client that must take a file before it is known-good",
              },
              interval: {
                ...names,
                description: "when cfgsync watch looks at a change: realtime, 30s, 5m, hourly, daily or a line of cron",
              },
            },
          },
        ],
      },
    },
    ignore: { ...globs, description: "globs of files that are never managed" },
    rules: { ...globs, description: "rule files (globs) and shipped packs such as cfgsync:recommended" },
    severity: { ...severities, description: "by rule id, or PACK/*" },
    params: { ...params, description: "by rule id: values for the params of the rule" },
    schemas: {
      type: "object",
      description: "glob: path of a JSON Schema file, cfgsync:NAME[@VERSION] for a shipped one, or false for none",
      additionalProperties: { anyOf: [names, { const: false }] },
    },
    sensitive: {
      type: "object",
      description: "glob: the paths (JSONPath or JSON Pointer) at which values are never shown, and kept only sealed",
      additionalProperties: { anyOf: [path, { type: "array", items: path }] },
    },
    secrets: {
      type: "object",
      description: "how contents with secrets are kept in the store",
      additionalProperties: false,
      properties: {
        keep: { type: "boolean", description: "false: not at all; otherwise they are sealed to the key" },
        key: { ...names, description: "an age identity file, relative to this file or beginning with ~/" },
      },
    },
    environments: {
      type: "object",
      description: "settings that apply with --env NAME",
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        properties: { rules: globs, severity: severities, params },
      },
    },
    notify: {
      type: "object",
      description: "by name: a channel that people are told by",
      additionalProperties: {
        type: "object",
        required: ["type"],
        properties: { type: { enum: Object.keys(channels) } },
        allOf: Object.entries(channels).map(([type, [own, required]]) => ({
          if: { properties: { type: { const: type } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { required, properties: { type: true, ...channel, ...own }, additionalProperties: false },
        })),
      },
    },
    limits: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(Object.keys(defaultLimits).map((key) => [key, { type: "integer", minimum: 1 }])),
    },
    hooks: {
      type: "object",
      description: "what the git hooks do",
      additionalProperties: false,
      properties: {
        preCommit: { enum: ["block", "fix", "warn", "off"], description: "with what a commit would bring in" },
        severity: { enum: ["error", "warning", "info"], description: "the least severe finding that blocks a commit" },
        standing: { enum: ["warn", "block", "off"], description: "with what was wrong in the same files before" },
        after: { enum: ["report", "fix", "off"], description: "with what a merge, a rebase or a checkout brought" },
        worktree: { type: "boolean", description: "copy managed files that git ignores into a new worktree" },
      },
    },
  },
} as const
