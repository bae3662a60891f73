/** Invented secrets, one at least for every form that the library knows. None is written out, so that no scanner of repositories takes this file for a leak. */

const lower = "abcdefghijklmnopqrstuvwxyz"
const digits = "0123456789"
const letters = lower + lower.toUpperCase()
const alphanumeric = letters + digits
const hexadecimal = "0123456789abcdef"

/** Draws texts that look random and are the same in every run. */
class Drawer {
  #state: number

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0
  }

  number(below: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * below)
  }

  text(length: number, alphabet = alphanumeric): string {
    return Array.from({ length }, () => alphabet[this.number(alphabet.length)]).join("")
  }
}

export interface Sample {
  /** The library's rule that knows it; absent: cfgsync's own. */
  readonly rule?: string
  /** What it is recognised as. */
  readonly kind: RegExp
  /** What may show in reports: a beginning that is the same for all secrets of the kind. */
  readonly open: string
  readonly text: string
  /** The name that it is only recognised under. */
  readonly name?: string
}

export function samples(seed: number): readonly Sample[] {
  const draw = new Drawer(seed)
  const sample = (rule: string, kind: RegExp, open: string, rest: string, name?: string): Sample => ({
    rule,
    kind,
    open,
    text: open + rest,
    ...(name === undefined ? {} : { name }),
  })
  const own = (name: string): Sample => ({
    kind: /credential/,
    open: "",
    text: `${draw.text(10)}${draw.text(3, digits)}a1b2c3${draw.text(14)}`,
    name,
  })
  const privateKey = ["MIIEpAIBAAKC", ...Array.from({ length: 6 }, () => draw.text(60)), "c7Q="].join("\n")
  return [
    sample("aws", /AWS Access Key ID/, "AKIA", draw.text(16, lower.toUpperCase() + digits)),
    sample("aws", /AWS Secret Access Key/, "", draw.text(40), "aws_secret_access_key"),
    sample(
      "privatekey",
      /private key/,
      "",
      `-----BEGIN RSA PRIVATE KEY-----\n${privateKey}\n-----END RSA PRIVATE KEY-----`,
    ),
    sample("npm", /npm access token/, "npm_", draw.text(36)),
    sample("basicauth", /basic auth/, "https://deploy:", `${draw.text(18)}@git.acme.io`),
    sample("slack", /slack token/, "xoxb", `-${draw.text(12, digits)}-${draw.text(12, digits)}-${draw.text(24)}`),
    sample(
      "slack",
      /Slack Incoming Webhook/,
      "https://hooks.slack.com/services/",
      `T${draw.text(9)}/B${draw.text(9)}/${draw.text(24)}`,
    ),
    sample("sendgrid", /Sendgrid/, "SG.", `${draw.text(22)}.${draw.text(43)}`),
    sample("shopify", /Shopify/, "shpa", `t_${draw.text(32)}`),
    sample("stripe", /Stripe Live Secret/, "sk_l", `ive_${draw.text(24)}`),
    sample("stripe", /Stripe Test Restricted/, "rk_t", `est_${draw.text(24)}`),
    sample("github", /GitHub Token/, "ghp_", draw.text(36)),
    sample("github", /GitHub Token/, "github_pat_", draw.text(82)),
    sample("gitlab", /GitLab/, "glpa", `t-${draw.text(20)}`),
    sample("grafana", /Grafana Service Account/, "glsa", `_${draw.text(32)}_${draw.text(8, hexadecimal)}`),
    sample("grafana", /Grafana Cloud/, "glc_", draw.text(60)),
    sample("openai", /OpenAI/, "sk-p", `roj-${draw.text(74)}T3BlbkFJ${draw.text(74)}`),
    sample("anthropic", /Anthropic/, "sk-a", `nt-api03-${draw.text(93)}AA`),
    sample("groq", /Groq/, "gsk_", draw.text(52)),
    sample("huggingface", /Hugging Face/, "hf_", draw.text(34, letters)),
    sample("linear", /linear/, "lin_", `api_${draw.text(40)}`),
    sample("notion", /Notion/, "ntn_", `${draw.text(11, digits)}${draw.text(35)}`),
    sample("1password", /1Password/, "ops_", Buffer.from(`{"email":"${draw.text(91)}"}`).toString("base64")),
    sample("database-connection-string", /MongoDB/, "mongodb+srv://app:", `${draw.text(16)}@db.acme.io/app`),
    sample("database-connection-string", /MySQL/, "mysql://app:", `${draw.text(16)}@db.acme.io:3306/app`),
    sample("database-connection-string", /PostgreSQL/, "postgres://app:", `${draw.text(16)}@db.acme.io/app?ssl=true`),
    sample("hashicorp-vault", /Vault service/, "hvs.", draw.text(95)),
    sample("vercel", /Vercel/, "vcp_", draw.text(56)),
    sample("databricks", /Databricks/, "dapi", draw.text(32, hexadecimal)),
    sample("docker", /Docker/, "dckr", `_pat_${draw.text(27)}`),
    sample("figma", /Figma/, "figd", `_${draw.text(40)}`),
    sample("cloudflare", /Cloudflare/, "cfut", `_${draw.text(40)}${draw.text(8, hexadecimal)}`),
    sample("tailscale", /Tailscale/, "tske", `y-api-${draw.text(12)}-${draw.text(32)}`),
    own("ACME_API_KEY"),
    own("clientSecret"),
    own("--auth-token"),
    own("db_password"),
  ]
}
