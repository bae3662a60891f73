/** A seeded source of numbers (mulberry32): the same seed, the same tree, on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number of `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0]
  }

  /** `count` different words, each of one of `parts` and a number. */
  names(count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) => `${this.pick(words)}-${this.pick(words)}-${index}`)
  }

  sentence(length: number): string {
    return Array.from({ length }, () => this.pick(words)).join(" ")
  }
}

const words: readonly [string, ...string[]] = [
  "account",
  "agent",
  "billing",
  "branch",
  "cache",
  "catalogue",
  "client",
  "cluster",
  "commit",
  "context",
  "cursor",
  "deploy",
  "docs",
  "editor",
  "event",
  "filter",
  "gateway",
  "index",
  "invoice",
  "ledger",
  "lint",
  "mail",
  "memory",
  "metrics",
  "model",
  "notify",
  "order",
  "parser",
  "payment",
  "policy",
  "prompt",
  "queue",
  "release",
  "report",
  "review",
  "router",
  "schema",
  "search",
  "server",
  "session",
  "shop",
  "stock",
  "storage",
  "store",
  "sync",
  "tenant",
  "test",
  "token",
  "trace",
  "worker",
]
