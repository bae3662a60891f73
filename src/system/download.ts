import { CfgsyncError } from "../model/errors.ts"

/** What a download may take; beyond, it is refused. */
export interface DownloadLimits {
  /** Bytes. */
  readonly size: number
  readonly milliseconds: number
  readonly redirects: number
}

/**
 * Fetch a text that a person asked for by its URL: over https, or http from this very machine. Redirects are followed a few times and never
 * to a less safe place.
 * @throws CfgsyncError `download-failed` with the reason.
 */
export async function download(url: string, limits: DownloadLimits): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(limits.milliseconds)
  try {
    return await follow(place(url, url), limits, signal)
  } catch (error) {
    if (error instanceof CfgsyncError) throw error
    const late = signal.aborted
    throw failed(url, late ? `no answer within ${limits.milliseconds / 1000} s` : reasonOf(error))
  }
}

async function follow(first: URL, limits: DownloadLimits, signal: AbortSignal): Promise<Uint8Array> {
  let at = first
  for (let hops = 0; hops <= limits.redirects; hops++) {
    const response = await fetch(at, { redirect: "manual", signal, headers: { accept: "application/json, */*;q=0.1" } })
    const location = response.headers.get("location")
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      const next = place(new URL(location, at).href, first.href)
      if (isLocal(next) && !isLocal(first)) throw failed(first.href, `it leads to ${next.host}, which is this machine`)
      at = next
    } else if (response.ok) return await read(response, first.href, limits.size)
    else {
      await response.body?.cancel()
      throw failed(first.href, `the answer is ${response.status}`)
    }
  }
  throw failed(first.href, `it leads on more than ${limits.redirects} times`)
}

async function read(response: Response, url: string, size: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const body: AsyncIterable<Uint8Array> | null = response.body
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > size) throw failed(url, `the answer has more than ${size} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function place(url: string, asked: string): URL {
  const parsed = URL.parse(url)
  if (parsed === null) throw failed(asked, `${url} is no URL`)
  if (parsed.username !== "" || parsed.password !== "") throw failed(asked, "it holds a password")
  if (parsed.protocol === "https:" || (parsed.protocol === "http:" && isLocal(parsed))) return parsed
  throw failed(asked, `${parsed.protocol}// is not fetched, only https`)
}

function isLocal({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname)
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error)
}

function failed(url: string, reason: string): CfgsyncError {
  const shown = URL.parse(url)?.origin ?? "the URL"
  return new CfgsyncError("download-failed", `nothing was fetched from ${shown}: ${reason}`)
}
