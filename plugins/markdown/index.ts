import type { Format } from "../../src/model/document.ts"
// The one import between plugins: front matter is YAML, and a second copy of its reading and editing would be a second truth.
import { parseFrontMatter } from "../yaml/frontMatter.ts"

const markdown: Format = {
  name: "markdown",
  files: ["*.md", "*.mdx", "*.markdown"],
  comments: () => true,
  dates: false,
  parse: ({ text }, limits) => parseFrontMatter(text, limits),
  mender: async () => (await import("../yaml/mendFrontMatter.ts")).frontMatterMender,
}

export default markdown
