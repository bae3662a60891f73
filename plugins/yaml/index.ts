import type { Format } from "../../src/model/document.ts"
import { makeDocuments } from "./makeDocument.ts"
import { parseStream } from "./parseStream.ts"

const yaml: Format = {
  name: "yaml",
  files: ["*.yaml", "*.yml", ".clang-format", ".clang-tidy", ".clangd", ".yamllint"],
  comments: () => true,
  dates: false,
  parse({ text }, limits) {
    const { documents, problems } = parseStream(text, limits)
    return { documents: makeDocuments(text, documents, limits), problems }
  },
  mender: async () => (await import("./mender.ts")).mender,
}

export default yaml
