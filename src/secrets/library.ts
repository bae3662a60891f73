import { rules } from "@secretlint/secretlint-rule-preset-recommend"
import type { SecretLintRuleContext, SecretLintSourceCode } from "@secretlint/types"
import type { Secret } from "./secret.ts"

/** A comment must not be able to make a secret show. */
const scanners = rules.filter(({ meta }) => meta.type === "scanner" && !meta.id.endsWith("-filter-comments"))

/** An account is no secret; that of the next is only half of one, but the other half is near. */
const harmless: ReadonlySet<string> = new Set(["AWSAccountID"])

/**
 * The tokens, keys and connection strings that secretlint's recommended rules know. Its rules are asked directly: its core also measures times,
 * looks at the environment, and lets comments in the text switch rules off.
 */
export async function scanWithLibrary(text: string): Promise<readonly Secret[]> {
  const found: Secret[] = []
  const source = sourceCode(text)
  for (const { create } of scanners) {
    const handler = create(contextFor(text, found), { allows: [], enableIDScanRule: true })
    await handler.file?.(source)
  }
  return found
}

function contextFor(text: string, found: Secret[]): SecretLintRuleContext {
  return {
    sharedOptions: {},
    createTranslator: (messages) => (messageId, props) => {
      const handler = messages[messageId]
      const inEnglish = typeof handler === "function" ? handler : handler?.en
      return { message: inEnglish?.(props ?? {}) ?? "", messageId: String(messageId), data: props }
    },
    ignore: () => {},
    report: ({ message: { message, messageId, data }, range }) => {
      const start = ownStart(text, range, Object.values(data ?? {}))
      const secret = { kind: kindOf(message), start, end: ownEnd(text, start, start + range[1] - range[0]) }
      if (!harmless.has(String(messageId)) && !isPlaceholder(text.slice(secret.start, secret.end))) found.push(secret)
    },
  }
}

/** `found GitHub Token(GitHub personal access tokens): ghp_…` is of the kind `GitHub Token`; what stands behind the colon is the secret itself. */
function kindOf(message: string): string {
  return /^found (.+?)(?:\(.*)?: /.exec(message)?.[1] ?? "secret"
}

/** `ghp_xxxxxxxx…`, and what was masked before: the library knows few of them. A real key may hold long stretches of one letter only in its frame. */
function isPlaceholder(secret: string): boolean {
  return !secret.startsWith("-----") && /(.)\1{5}|x{4}|X{4}|\*{3}|your[-_]|_here\b/.test(secret)
}

/** The range of some begins at the name before the secret, and is as long as the secret; what they say about it holds the secret itself. */
function ownStart(text: string, [start, end]: readonly [number, number], said: readonly unknown[]): number {
  const parts = said.filter((part) => typeof part === "string" && part.length === end - start)
  if (parts.length === 0 || parts.includes(text.slice(start, end))) return start
  const found = text.indexOf(String(parts[0]), start)
  return found < 0 ? start : found
}

/** A connection string is taken to reach to the next blank, over the quote that ends it. */
function ownEnd(text: string, start: number, end: number): number {
  const quote = text.slice(start, end).search(/["`]/)
  return quote < 1 ? end : start + quote
}

/** A text that stands in no file, so that no rule looks for one. */
function sourceCode(content: string): SecretLintSourceCode {
  return {
    content,
    hasBOM: false,
    filePath: undefined,
    physicalFilePath: undefined,
    contentType: "text",
    ext: "",
    getFilePath: () => undefined,
    getPhysicalFilePath: () => undefined,
    locationToRange: () => [0, 0],
    rangeToLocation: () => ({ start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }),
    positionToIndex: () => 0,
    indexToPosition: () => ({ line: 1, column: 0 }),
  }
}
