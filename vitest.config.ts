import { defineConfig } from "vitest/config"

export default defineConfig({
  test: { include: ["test/**/*.test.ts", "{src,plugins,grammar}/**/*.test.ts"], testTimeout: 120_000, pool: "forks" },
})
