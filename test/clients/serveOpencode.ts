import { spawn } from "node:child_process"

/** A server of the real OpenCode in a folder. Nothing is fetched. */
export async function serveOpencode(
  program: string,
  cwd: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = spawn(program, ["serve", "--hostname", "127.0.0.1", "--port", "0"], {
    cwd,
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      HTTPS_PROXY: "http://127.0.0.1:9",
      HTTP_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "127.0.0.1",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let said = ""
  const url = await new Promise<string>((resolve, reject) => {
    const look = (chunk: unknown) => {
      said += String(chunk)
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)
      if (found !== null) resolve(found[0])
    }
    child.stdout.on("data", look)
    child.stderr.on("data", look)
    child.on("close", () => reject(new Error(`OpenCode did not start: ${said}`)))
  })
  return { url, stop: () => void child.kill("SIGKILL") }
}
