import { expect, test } from "vitest"
import {
  consistencyProof,
  type Hash,
  inclusionProof,
  leafHash,
  provesConsistency,
  provesInclusion,
  rootOf,
} from "./merkle.ts"

/** The entries and roots with which implementations of Certificate Transparency are tested. */
const entries = ["", "\x00", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"]
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
const leaves = entries.map(leafHash)

test.each(roots.map((root, size) => [size, root] as const))("the root of %i entries", (size, root) => {
  expect(Buffer.from(rootOf(leaves.slice(0, size))).toString("hex")).toBe(root)
})

const many = Array.from({ length: 33 }, (_, index) => leafHash(`entry ${index}`))
const head = (size: number) => ({ size, root: rootOf(many.slice(0, size)) })
const wrong: Hash = leafHash("wrong")

test("every entry is proven to be in every log that has it, and no other is", () => {
  for (let size = 1; size <= many.length; size++) {
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(many.slice(0, size), index)
      const tree = { ...head(size), proof }
      const leaf = many[index] ?? wrong
      expect(provesInclusion(leaf, index, tree)).toBe(true)
      expect(provesInclusion(wrong, index, tree)).toBe(false)
      expect(provesInclusion(leaf, index, { ...tree, root: wrong })).toBe(false)
      expect(provesInclusion(leaf, index, { ...tree, proof: [...proof, wrong] })).toBe(false)
      if (proof.length > 0) expect(provesInclusion(leaf, index, { ...tree, proof: proof.slice(1) })).toBe(false)
      expect(provesInclusion(leaf, size, tree)).toBe(false)
    }
  }
})

test("every log is proven to begin with every earlier one, and with no other", () => {
  for (let size = 1; size <= many.length; size++) {
    for (let earlier = 0; earlier <= size; earlier++) {
      const proof = consistencyProof(many.slice(0, size), earlier)
      expect(provesConsistency(head(earlier), head(size), proof)).toBe(true)
      if (earlier === 0) continue
      expect(provesConsistency({ size: earlier, root: wrong }, head(size), proof)).toBe(false)
      expect(provesConsistency(head(earlier), { size, root: wrong }, proof)).toBe(false)
      expect(provesConsistency(head(size), head(earlier), proof)).toBe(size === earlier)
      expect(provesConsistency(head(earlier), head(size), [...proof, wrong])).toBe(false)
      if (proof.length > 0) expect(provesConsistency(head(earlier), head(size), proof.slice(1))).toBe(false)
    }
  }
})
