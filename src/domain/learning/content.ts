/** Content and how it is used. Durations are seconds; null = not measured (never 0). */
export const contentTypes = [
  'video',
  'reading',
  'presentation',
  'audio',
  'code',
  'quiz',
  'mind_map',
] as const;
export type ContentType = (typeof contentTypes)[number];

export interface ContentItem {
  contentId: string;
  topicId: string | null;
  type: ContentType;
  durationSeconds: number | null;
  generation: 'manual' | 'ai_assisted' | 'ai' | null;
}

export interface ContentUsage {
  contentId: string;
  views: number;
  uniqueViewers: number;
  completions: number | null;
  secondsSpent: number | null;
}

/** One visit of one learner to one piece of content. */
export interface ContentView {
  contentId: string;
  /** Null = it is not known what kind of content it was. */
  type: ContentType | null;
  topicId: string | null;
  at: number;
  secondsSpent: number | null;
  completed: boolean | null;
}
