export { type AnalyticsClient, type ClientOptions, createClient } from './client.ts';
export type { AnswerOf, CallInit, CallOptions, PathOf } from './contract.ts';
export type { DashboardAnswer, DashboardAudience, DashboardPart, SectionName } from './dashboards.ts';
export { type Audience, audienceOf, type Freshness, freshness, freshnessOf } from './freshness.ts';
export { type LiveEvent, type LiveOptions, liveEventTypes } from './live-events.ts';
export { ApiError, type ApiProblem, isApiError, mayPass, type Problem, type ProblemCode } from './problem.ts';
export type { components, paths } from './schema.ts';
export { memoryStore, type Session, type SessionStore } from './session.ts';
