import type { Judged } from "./judged.ts"

/** What each kind of file costs and gets. @param judged each file once. */
export function kindTable(judged: readonly Judged[]): readonly string[] {
  const rows = [...Map.groupBy(judged, ({ row }) => row.kind)].sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    "| kind | files | with an error | with a warning | safely repaired | repaired with unsafe | ms a file | slowest |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(([kind, own]) => {
      const having = (severity: string) =>
        own.filter(({ checked }) => checked.findings.some((seen) => seen.severity === severity)).length
      const times = own.map(({ checked }) => checked.milliseconds)
      const mean = times.reduce((total, each) => total + each, 0) / times.length
      const changed = (safety: "safe" | "unsafe") =>
        own.filter(({ checked }) => checked[safety]?.changed === true).length
      return `| ${kind} | ${own.length} | ${having("error")} | ${having("warning")} | ${changed("safe")} | ${changed("unsafe")} | ${mean.toFixed(1)} | ${Math.max(...times).toFixed(0)} |`
    }),
  ]
}
