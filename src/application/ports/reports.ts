import type { Policy } from '../../domain/identity/policy.ts';
import type { DataSource } from '../../domain/provenance.ts';
import type { Cell, Format, Narrative, Report } from '../reports/report.ts';
import type { Language, Word } from '../reports/words.ts';

export const reportStates = ['queued', 'running', 'ready', 'failed'] as const;
export type ReportState = (typeof reportStates)[number];

export const deliveries = ['none', 'email', 'webhook'] as const;
/** Where a report goes by itself once it is ready; `none` = whoever ordered it fetches it. */
export type Delivery = (typeof deliveries)[number];

/** What was asked for, beside type, subject and format. */
export interface ReportParameters {
  language: Language;
  startDate: string | null;
  endDate: string | null;
  courseId: string | null;
  delivery: Delivery;
  /** Digest of the whole request, so that a key is not used for two. */
  requestHash: string;
}

export interface ReportOrder {
  reportId: string;
  type: Policy;
  subjectId: string;
  organizationId: string | null;
  requestedBy: string;
  format: Format;
  parameters: ReportParameters;
  /** Epoch ms. */
  createdAt: number;
  expiresAt: number;
}

export interface StoredReport extends ReportOrder {
  status: ReportState;
  inputDigest: string | null;
  /** Epoch ms. */
  asOf: number | null;
  /** Where its file is, or will be. */
  storageKey: string | null;
  /** A code; null = nothing went wrong. */
  failure: string | null;
  /** The run of the job that makes it; null = not begun. */
  runId: string | null;
}

/** What changes while a report is made; what is left out stays. */
export interface ReportChanges {
  status?: ReportState;
  inputDigest?: string;
  asOf?: number;
  storageKey?: string;
  failure?: string;
  runId?: string;
  /** Ids of the people whom the report names: when one of them is erased it goes with them. */
  people?: readonly string[];
}

/** Orders, until they expire. @throws RpcError from every method. */
export interface ReportStore {
  /** @returns false when one with this id is there. */
  create(order: ReportOrder): Promise<boolean>;
  get(reportId: string): Promise<StoredReport | null>;
  /** @returns false when it is gone, or finished. */
  update(reportId: string, changes: ReportChanges): Promise<boolean>;
  /** Forgets it; its file is noted to be deleted. */
  remove(reportId: string): Promise<void>;
  /** One download instead of a grant before; false when none is ready. */
  grant(reportId: string, tokenHash: string, until: number): Promise<boolean>;
  /** The report, once per grant; null for a token that is unknown, used or late. */
  redeem(reportId: string, tokenHash: string, now: number): Promise<StoredReport | null>;
  /** Ids of those that wait to be made, the oldest first. */
  waiting(limit: number): Promise<readonly string[]>;
  /** Ends those that are not finished and are older, as failed; removes those that have expired. @returns how many. */
  sweep(now: number, overdueBefore: number): Promise<{ failed: number; expired: number }>;
  /** Files that are to be deleted, those that wait longest first. */
  filesToDelete(limit: number): Promise<readonly string[]>;
  filesDeleted(storageKeys: readonly string[]): Promise<void>;
}

/** A weekly report that a trainer wants of the own courses. */
export interface ReportSchedule {
  userId: string;
  organizationId: string | null;
  format: Format;
  language: Language;
  courseId: string | null;
  /** ISO: 1 = Monday … 7 = Sunday. */
  weekday: number;
  /** 0–23, by the clock of `zone`. */
  hour: number;
  /** IANA time zone. */
  zone: string;
  delivery: Delivery;
}

/** One per person. @throws RpcError from every method. */
export interface ReportSchedules {
  get(userId: string): Promise<ReportSchedule | null>;
  save(schedule: ReportSchedule, now: number): Promise<void>;
  remove(userId: string): Promise<boolean>;
  /** In order of their people's ids, from after one on; an empty page is the end. */
  page(after: string | null, limit: number): Promise<readonly ReportSchedule[]>;
  /** Notes that the report of a day was ordered. @returns false when it was noted before, or the schedule is gone. */
  mark(userId: string, day: string): Promise<boolean>;
}

/** Where files lie. Keys are ours: letters, digits, `-`, `.` and `/`. @throws Error when it cannot be reached. */
export interface FileStorage {
  put(key: string, bytes: Buffer, contentType: string): Promise<void>;
  /** Null = there is none. */
  get(key: string): Promise<Buffer | null>;
  /** One that is not there is deleted already. */
  delete(key: string): Promise<void>;
}

/** A report in a format. The same report gives the same bytes. */
export type WriteReport = (report: Report, format: Format) => Promise<Buffer>;

/** A figure as a summary is told of it. */
export interface Highlight {
  section: Word;
  label: Word;
  cell: Cell;
}

/** What a summary may know: codes and numbers, no name, no id and no text of people. */
export interface SummaryFacts {
  language: Language;
  type: Policy;
  dataSource: DataSource;
  highlights: readonly Highlight[];
  /** Those of them that somebody should look at. */
  attention: readonly Highlight[];
  /** How many figures are not known. */
  missing: number;
}

/** Whose choices count for the words; a null person = it is about an organization. */
export interface SummaryAbout {
  userId: string | null;
  organizationId: string | null;
}

/** Says in a few plain sentences what the figures say. Never fails: it has rules to fall back on. */
export type Summarize = (facts: SummaryFacts, about: SummaryAbout) => Promise<Narrative>;

/** A finished report on its way out. */
export interface Parcel {
  report: StoredReport;
  /** The address of whoever ordered it, as the Auth service knows it now; null = it knows none. */
  email: string | null;
  fileName: string;
  contentType: string;
  bytes: Buffer;
  /** Where it can be fetched, once; relative to the public address. */
  path: string;
}

/** Hands a report over. Done twice it looks the same to the receiver. @throws Error to be tried again. */
export type Deliver = (parcel: Parcel, signal: AbortSignal) => Promise<void>;
