import jsonc from "eslint-plugin-jsonc"
import toml from "eslint-plugin-toml"
import yml from "eslint-plugin-yml"

export default [
  ...jsonc.configs["recommended-with-jsonc"].map((each) => ({ ...each, files: ["**/*.json", "**/*.jsonc"] })),
  ...yml.configs.recommended,
  ...toml.configs.recommended,
]
