import type { Node } from "./walk.ts"

/**
 * What the rule's names stand for in one evaluation. Each name has its frame around it: a rule that takes each of a thousand places from each of
 * them makes a million.
 */
export class Frame implements Iterable<readonly [string, Node]> {
  static readonly empty = new Frame("", { value: undefined }, undefined)

  readonly #name: string
  readonly #node: Node
  readonly #outer: Frame | undefined

  private constructor(name: string, node: Node, outer: Frame | undefined) {
    this.#name = name
    this.#node = node
    this.#outer = outer
  }

  /** A name hides the same name further out. */
  with(name: string, node: Node): Frame {
    return new Frame(name, node, this)
  }

  get(name: string): Node | undefined {
    if (this.#outer === undefined) return undefined
    return this.#name === name ? this.#node : this.#outer.get(name)
  }

  /** From the outermost name on. */
  *[Symbol.iterator](): Iterator<readonly [string, Node]> {
    if (this.#outer === undefined) return
    yield* this.#outer
    yield [this.#name, this.#node]
  }
}
