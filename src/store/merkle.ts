import { hash } from "node:crypto"

/** SHA-256, 32 bytes. */
export type Hash = Uint8Array

/** Of an entry of the log (RFC 6962, 2.1). */
export function leafHash(entry: string | Uint8Array): Hash {
  return sha256(Buffer.concat([Buffer.of(0), typeof entry === "string" ? Buffer.from(entry) : entry]))
}

function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(Buffer.concat([Buffer.of(1), left, right]))
}

function sha256(bytes: Uint8Array): Hash {
  return hash("sha256", bytes, "buffer")
}

/**
 * The roots of the whole subtrees that a log of some size is made of, biggest first: all that is needed to add an entry and to say the root, so that
 * neither takes longer for a long log.
 */
export type Peaks = readonly Hash[]

/** @param size of the log before the leaf. */
export function addLeaf(peaks: Peaks, size: number, leaf: Hash): Peaks {
  const grown = [...peaks]
  let added = leaf
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) added = nodeHash(grown.pop() ?? added, added)
  return [...grown, added]
}

export function rootOfPeaks(peaks: Peaks): Hash {
  const last = peaks.at(-1)
  if (last === undefined) return sha256(new Uint8Array())
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}

export function rootOf(leaves: readonly Hash[]): Hash {
  return rootOfPeaks(peaksOf(leaves))
}

export function peaksOf(leaves: readonly Hash[]): Peaks {
  return leaves.reduce<Peaks>((peaks, leaf, size) => addLeaf(peaks, size, leaf), [])
}

/** The largest power of two below `size`. */
function split(size: number): number {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}

/** The hashes beside the way from leaf `index` to the root, lowest first (RFC 6962, 2.1.1). */
export function inclusionProof(leaves: readonly Hash[], index: number): readonly Hash[] {
  if (leaves.length <= 1) return []
  const half = split(leaves.length)
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return index < half
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - half), rootOf(left)]
}

/** Whether `leaf` is entry `index` of the log of `size` entries that has this root (RFC 9162, 2.1.3.2). */
export function provesInclusion(
  leaf: Hash,
  index: number,
  { size, root, proof }: { readonly size: number; readonly root: Hash; readonly proof: readonly Hash[] },
): boolean {
  if (index < 0 || index >= size) return false
  let [at, last, current] = [index, size - 1, leaf]
  for (const step of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      current = nodeHash(step, current)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      current = nodeHash(current, step)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && same(current, root)
}

/** That the log of the first `size` leaves is the beginning of this one (RFC 6962, 2.1.2). */
export function consistencyProof(leaves: readonly Hash[], size: number): readonly Hash[] {
  return size === 0 || size === leaves.length ? [] : subproof(leaves, size, true)
}

function subproof(leaves: readonly Hash[], size: number, whole: boolean): readonly Hash[] {
  if (size === leaves.length) return whole ? [] : [rootOf(leaves)]
  const half = split(leaves.length)
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return size <= half
    ? [...subproof(left, size, whole), rootOf(right)]
    : [...subproof(right, size - half, false), rootOf(left)]
}

export interface TreeHead {
  readonly size: number
  readonly root: Hash
}

/** Whether the log of the first head is the beginning of that of the second (RFC 9162, 2.1.4.2). */
export function provesConsistency(first: TreeHead, second: TreeHead, proof: readonly Hash[]): boolean {
  if (first.size > second.size) return false
  if (first.size === second.size) return proof.length === 0 && same(first.root, second.root)
  if (first.size === 0) return proof.length === 0
  const steps = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : proof
  let [at, last] = [first.size - 1, second.size - 1]
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  const [start, ...rest] = steps
  if (start === undefined) return false
  let [older, newer] = [start, start]
  for (const step of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      older = nodeHash(step, older)
      newer = nodeHash(step, newer)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      newer = nodeHash(newer, step)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && same(older, first.root) && same(newer, second.root)
}

export function same(left: Hash, right: Hash): boolean {
  return Buffer.compare(left, right) === 0
}
