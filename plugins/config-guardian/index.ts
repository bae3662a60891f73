/** What the tool config-guardian keeps in its folder, read with patience: it writes its files with shell scripts. */
export { type ChangeLog, type LoggedChange, readChangeLog } from "./changeLog.ts"
export { type Fingerprint, isOf } from "./fingerprint.ts"
export { type Inventory, readInventory } from "./inventory.ts"
export { type Metadata, readMetadata } from "./metadata.ts"
export { momentOf } from "./moment.ts"
