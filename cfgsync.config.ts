import type { Config } from "./src/app/config.ts"

// This repository guards itself: the worked example, and a gate in CI.
export default {
  files: ["*.json", ".runtime/package.json", "grammar/*.json", { include: "package-lock.json", required: true }],
  rules: ["cfgsync:strict"],
} satisfies Config
