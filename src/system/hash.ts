/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
  // Loaded when first needed: it costs milliseconds, and a run that writes nothing has no use for it.
  return process.getBuiltinModule("node:crypto").hash("sha256", bytes, "hex")
}
