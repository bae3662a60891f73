declare module "toasted-notifier" {
  interface Options {
    readonly title: string
    readonly message: string
    readonly urgency?: "low" | "normal" | "critical"
    readonly "app-name"?: string
    readonly wait?: boolean
    /** Seconds. */
    readonly timeout?: number
  }
  const notifier: { notify(options: Options, done: (error: Error | null) => void): void }
  export default notifier
}
