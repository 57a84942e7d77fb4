/** The types that the console sees; it imports nothing else of the service, and types only. */

export type { MapView } from './address-map/map-view.ts'
export type { CasePage } from './case/case-schema.ts'
export type { ScanView } from './case/scan-view.ts'
export type { TimelineView } from './case/timeline-view.ts'
export type { HuntAnswer } from './hunt/task.ts'
export type { LiveEvent } from './live/live-event.ts'
export type { ProblemBody } from './problem-reply.ts'
export type { Role } from './role.ts'
export type { OriginalRecord } from './route/evidence.ts'
export type { HuntList, SavedHuntList } from './route/hunts.ts'
export type { SensorList } from './route/sensors.ts'
export type { SessionInfo } from './route/session.ts'
