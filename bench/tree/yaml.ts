import type { Random } from "./random.ts"

/** The YAML files of one folder of the tree: path within the folder and text. */
export function yamlFiles(random: Random, drift: boolean): readonly (readonly [string, string])[] {
  return [
    ["compose.yaml", compose(random, drift)],
    random.chance(0.5) ? [".github/workflows/ci.yml", workflow(random, drift)] : ["openapi.yaml", openapi(random)],
    ["deploy/values.yaml", values(random)],
  ]
}

function compose(random: Random, drift: boolean): string {
  const services = random.names(random.whole(2, 5)).map(
    (name, index) => `  ${name}:
    image: "registry.test/${name}:${random.whole(1, 9)}.${random.whole(0, 20)}"
    restart: ${drift && index === 0 ? "allways" : "unless-stopped"}
    environment:
      LOG_LEVEL: info
      QUEUE: ${random.sentence(1)}
    ports:
      - "${random.whole(1024, 9000)}:80"
    depends_on: [database]
    labels:
      owner: ${random.sentence(2)}`,
  )
  // Half of them with an anchor, so that as many files as in real repositories, a third, are beyond plain YAML.
  const shared = random.chance(0.5)
  const head = shared ? "x-logging: &logging\n  driver: json-file\n  options:\n    max-size: 10m\n\n" : ""
  return `# ${random.sentence(10)}
${head}services:
  database:
    image: postgres:17
    restart: always
    logging: ${shared ? "*logging" : "{ driver: json-file }"}
    volumes:
      - data:/var/lib/postgresql/data # ${random.sentence(4)}
${services.join("\n")}

volumes:
  data: {}
`
}

function workflow(random: Random, drift: boolean): string {
  const jobs = random.names(random.whole(2, 4)).map(
    (name, index) => `  ${name}:
    runs-on: ubuntu-latest
    timeout-minutes: ${random.whole(5, 30)}
    ${index === 0 ? (drift ? "needs: nowhere" : "# first") : "strategy:\n      matrix:\n        node: [22, 24, 26]"}
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
      - name: ${random.sentence(4)}
        run: |
          npm ci
          npm run ${name}
      - if: \${{ github.ref == 'refs/heads/main' }}
        run: ./scripts/${name}.sh --flag "${random.sentence(2)}"`,
  )
  return `name: ci
on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
${jobs.join("\n")}
`
}

function openapi(random: Random): string {
  const paths = random.names(random.whole(3, 6)).map(
    (name) => `  /${name}/{id}:
    get:
      summary: ${random.sentence(6)}
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      responses:
        "200":
          description: ${random.sentence(3)}
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Item"`,
  )
  return `openapi: 3.1.0
info:
  title: ${random.sentence(3)}
  version: 1.0.0
  description: >-
    ${random.sentence(14)}
    ${random.sentence(12)}
paths:
${paths.join("\n")}
components:
  schemas:
    Item:
      type: object
      required: [id]
      properties:
        id: { type: string }
        amount: { type: number, minimum: 0 }
`
}

function values(random: Random): string {
  const parts = random.names(random.whole(3, 8)).map(
    (name) => `${name}:
  replicas: ${random.whole(1, 6)}
  image:
    repository: registry.test/${name}
    tag: 'v${random.whole(1, 40)}'
  resources:
    limits: { cpu: 500m, memory: ${random.whole(64, 512)}Mi }
  enabled: ${random.chance(0.7)}`,
  )
  return `---\n# ${random.sentence(7)}\n${parts.join("\n\n")}\n`
}
