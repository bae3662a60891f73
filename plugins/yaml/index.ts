import type { Document, Format } from "../../src/model/document.ts"
import { makeDocument } from "./makeDocument.ts"
import { parseStream } from "./parseStream.ts"

const yaml: Format = {
  name: "yaml",
  files: ["*.yaml", "*.yml", ".clang-format", ".clang-tidy", ".clangd", ".yamllint"],
  comments: () => true,
  parse({ text }, limits) {
    const { documents, problems } = parseStream(text, limits)
    return { documents: documents.map((each, index): Document => makeDocument(text, index, each, limits)), problems }
  },
}

export default yaml
