import type { Report } from "./report.ts"

export const reportFormats = ["text", "json", "sarif", "github", "junit"] as const
export type ReportFormat = (typeof reportFormats)[number]

/** Each format is loaded only when used. */
export async function loadReport(format: ReportFormat): Promise<Report> {
  switch (format) {
    case "text":
      return (await import("./text.ts")).text
    case "json":
      return (await import("./json.ts")).json
    case "sarif":
      return (await import("./sarif.ts")).sarif
    case "github":
      return (await import("./github.ts")).github
    case "junit":
      return (await import("./junit.ts")).junit
  }
}
