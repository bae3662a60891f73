import type { Health } from "../../model/health.ts"

/** The numbers that matter most, each with its name. */
export function keyFigures({
  files,
  repairs,
  monitor,
  pending,
}: Health): readonly (readonly [name: string, value: string])[] {
  const healthy = files.filter(({ errors }) => errors === 0).length
  const tried = repairs.made + repairs.failed
  return [
    ["files without an error", `${healthy} of ${files.length}`],
    [
      "repairs that succeeded",
      tried === 0 ? "none was tried" : `${repairs.made} of ${tried} (${percent(repairs.made / tried)})`,
    ],
    ["mean time to repair", duration(repairs.meanSeconds)],
    ["median time to repair", duration(repairs.medianSeconds)],
    ["watched", monitor.availability === null ? "never yet" : percent(monitor.availability)],
    ["waiting for a person", String(pending.length)],
  ]
}

export function percent(part: number): string {
  return `${(Math.floor(part * 1000) / 10).toFixed(part === 1 ? 0 : 1)} %`
}

function duration(seconds: number | null): string {
  if (seconds === null) return "nothing to tell"
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`
}

/** `2030-01-31 12:00` of a time in UTC. */
export function minute(time: string): string {
  return time.slice(0, 16).replace("T", " ")
}

/** Files that need somebody to look, the worst first. */
export function ailing({ files }: Health): Health["files"] {
  return files
    .filter(({ errors, warnings }) => errors + warnings > 0)
    .toSorted((a, b) => b.errors - a.errors || b.warnings - a.warnings || a.path.localeCompare(b.path))
}
