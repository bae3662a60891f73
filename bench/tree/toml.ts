import type { Random } from "./random.ts"

/** The TOML files of one folder of the tree: path within the folder and text. */
export function tomlFiles(random: Random, drift: boolean): readonly (readonly [string, string])[] {
  return [
    random.chance(0.5) ? ["Cargo.toml", cargo(random)] : ["pyproject.toml", python(random)],
    random.chance(0.3) ? [".codex/config.toml", codex(random, drift)] : ["config/settings.toml", settings(random)],
  ]
}

function cargo(random: Random): string {
  const dependencies = random
    .names(random.whole(6, 20))
    .map((name) =>
      random.chance(0.4)
        ? `${name} = "${random.whole(0, 4)}.${random.whole(0, 30)}"`
        : `${name} = { version = "${random.whole(0, 4)}.${random.whole(0, 30)}", default-features = false, features = ["std"] }`,
    )
  return `[package]
name = "${random.names(1)[0]}"
version = "0.${random.whole(1, 40)}.0"
edition = "2024"
description = "${random.sentence(10)}"
authors = ["${random.sentence(2)}"]

[dependencies]
${dependencies.join("\n")}

[dev-dependencies]
proptest = "1.7" # ${random.sentence(4)}

[[bin]]
name = "main"
path = "src/main.rs"

[profile.release]
lto = true
codegen-units = 1
`
}

function python(random: Random): string {
  const dependencies = random.names(random.whole(6, 20)).map((name) => `  "${name}>=${random.whole(0, 9)}.0",`)
  return `[project]
name = "${random.names(1)[0]}"
version = "1.${random.whole(0, 30)}.0"
description = "${random.sentence(9)}"
requires-python = ">=3.12"
dependencies = [
${dependencies.join("\n")}
]

[project.optional-dependencies]
test = ["pytest>=8", "hypothesis"]

[tool.ruff]
line-length = 120 # ${random.sentence(5)}

[tool.ruff.lint]
select = ["E", "F", "I", "UP"]
ignore = ["E501"]

[tool.pytest.ini_options]
addopts = "-q --strict-markers"
testpaths = ["tests"]
`
}

function codex(random: Random, drift: boolean): string {
  const servers = random.names(random.whole(2, 7)).map(
    (name) => `[${drift ? "mcpServers" : "mcp_servers"}.${name}]
command = "npx"
args = ["-y", "@acme/${name}"]
startup_timeout_sec = ${random.whole(5, 60)}`,
  )
  return `model = "gpt-5"\napproval_policy = "on-request"\n\n${servers.join("\n\n")}\n`
}

function settings(random: Random): string {
  const tables = random.names(random.whole(4, 12)).map(
    (name) => `[service.${name}]
host = "${name}.example.test"
port = ${random.whole(1024, 65_000)}
ratio = ${random.whole(1, 99) / 100}
tags = ["${random.sentence(1)}", '${random.sentence(1)}']`,
  )
  const since = random.chance(0.1) ? `since = 2026-0${random.whole(1, 9)}-11\n` : ""
  return `# ${random.sentence(8)}\ntitle = "${random.sentence(3)}"\n${since}\n${tables.join("\n\n")}\n`
}
