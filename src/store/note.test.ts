import { generateKeyPairSync } from "node:crypto"
import { expect, test } from "vitest"
import { openNote, parseVerifier, type Signer, signNote, verifierOf } from "./note.ts"

function newSigner(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  return { ...verifierOf(name, publicKey), privateKey }
}

/** From the documentation of Go's package note, which C2SP's specification was written after. */
const known = {
  key: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
}

test("a note that others signed", () => {
  const verifier = parseVerifier(known.key)
  if (verifier === undefined) throw new Error("the key is not understood")
  expect(openNote(`${known.text}\n${known.signature}`, verifier)).toBe(known.text)
  expect(openNote(`${known.text.replace("answer", "Answer")}\n${known.signature}`, verifier)).toBeUndefined()
})

test("what one signs, only his key opens; other signatures do no harm", () => {
  const [one, other] = [newSigner("one"), newSigner("one")]
  const note = signNote("a\nb\n", one)
  const both = note + known.signature
  expect(openNote(note, one)).toBe("a\nb\n")
  expect(openNote(both, one)).toBe("a\nb\n")
  expect(openNote(note, other)).toBeUndefined()
  expect(openNote(note.replace("b", "c"), one)).toBeUndefined()
  expect(openNote("a\nb\n", one)).toBeUndefined()
  expect(openNote("", one)).toBeUndefined()
})

test("a key is handed on as text", () => {
  const signer = newSigner("name")
  expect(parseVerifier(signer.text)?.text).toBe(signer.text)
  const turned = signer.text.replace(/\+([0-9a-f])/, (_, digit) => `+${digit === "0" ? "1" : "0"}`)
  expect(parseVerifier(turned)).toBeUndefined()
  expect(parseVerifier("")).toBeUndefined()
})
