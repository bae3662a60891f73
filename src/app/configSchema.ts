import { defaultLimits } from "../model/document.ts"

const names = { type: "string", minLength: 1 } as const
const globs = { type: "array", items: names } as const
const severity = { enum: ["error", "warning", "info", "off"] } as const
const severities = { type: "object", additionalProperties: severity } as const
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
    environments: {
      type: "object",
      description: "settings that apply with --env NAME",
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        properties: { rules: globs, severity: severities, params },
      },
    },
    limits: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(Object.keys(defaultLimits).map((key) => [key, { type: "integer", minimum: 1 }])),
    },
  },
} as const
