// A plain object is enough; `import { defineConfig } from "cfgsync"` adds completion in editors.
export default {
  files: [
    "opencode.json",
    ".mcp.json",
    ".codex/config.toml",
    "package.json",
    "compose.yaml",
    "config/*.toml",
    ".github/workflows/*.yml",
    ".opencode/agent/*.md",
  ],
  rules: ["cfgsync:recommended", "rules/*.rule"],
}
