import { tmpdir } from "node:os"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

// What cfgsync remembers of its user: that of whoever runs the tests is no business of theirs.
const home = join(tmpdir(), `cfgsync-tests-${process.pid}`)
const env = { XDG_STATE_HOME: join(home, "state"), XDG_CONFIG_HOME: join(home, "config") }

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "{src,plugins,grammar}/**/*.test.ts"],
    testTimeout: 120_000,
    pool: "forks",
    env,
  },
})
