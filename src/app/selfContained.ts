/** Names by which a program gets at what is not written in it: other files, the environment, the clock, chance. */
const doors =
  /\b(?:import|require|module|export\s*\*|from|process|global|globalThis|self|this|Date|Temporal|Math|Intl|performance|navigator|crypto|fetch|eval|Function|constructor|__proto__|prototype|Reflect|Proxy|WebAssembly|await|arguments|Error|\w*[lL]ocale\w*)\b|\\u/

const helper =
  /^import\s+(?:type\s+\{[^}]*\}|\{\s*(?:type\s+\w+\s*,\s*)*defineConfig\s*(?:,\s*type\s+\w+\s*)*,?\s*\})\s+from\s+["']cfgsync["'];?[ \t]*$/gm

/**
 * Whether a program says the same whenever it is run: it asks for nothing but the helper of cfgsync. A word that is suspicious in a comment or a
 * text counts too: then it is only run anew.
 */
export function isSelfContained(program: string): boolean {
  return !doors.test(program.replace(helper, ""))
}
