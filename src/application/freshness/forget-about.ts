import type { AnswerCache } from '../ports/answer-cache.ts';

/** Whom or what something has changed about. */
export interface Changed {
  userId?: string | undefined;
  courseId?: string | undefined;
  organizationId?: string | undefined;
}

/** Something that remembers facts by the ids they are about. */
export interface Remembering {
  forget(ids: readonly string[]): void;
}

/** In other processes replies are forgotten by a tag of their own, as answers are by theirs. */
const repliesTag = 'replies:';

const idsOf = ({ userId, courseId, organizationId }: Changed): string[] => {
  const own = [userId, courseId].filter((id) => id !== undefined);
  // Walks through an organization take minutes: they are worth redoing when it is what has changed, not one of many.
  return own.length === 0 && organizationId !== undefined ? [organizationId] : own;
};

/** Answers that a change makes old. Of an organization with one of its people: those about the organization itself. */
function tagsOf(changed: Changed): string[] {
  const { userId, courseId, organizationId } = changed;
  const isAlone = userId === undefined && courseId === undefined;
  return [
    ...(userId === undefined ? [] : [`learner:${userId}`, `trainer:${userId}`]),
    ...(courseId === undefined ? [] : [`course:${courseId}`]),
    ...(organizationId === undefined ? [] : [`organization:${organizationId}`]),
    ...(organizationId === undefined || !isAlone ? [] : [`tenant:${organizationId}`]),
    ...idsOf(changed).map((id) => `${repliesTag}${id}`),
  ];
}

/** Ids of replies to forget, of the tags that another process has purged. */
export const repliesIn = (tags: readonly string[]): string[] =>
  tags.filter((tag) => tag.startsWith(repliesTag)).map((tag) => tag.slice(repliesTag.length));

export interface ForgetDeps {
  cache: Pick<AnswerCache, 'purge'>;
  replies: Remembering;
  permissions: Remembering;
}

/** After it, answers about what has changed are made from what services say from now on. */
export type ForgetAbout = (changed: Changed) => Promise<void>;

export const makeForgetAbout =
  ({ cache, replies, permissions }: ForgetDeps): ForgetAbout =>
  async (changed) => {
    const ids = idsOf(changed);
    // Before the answers, or one could be made anew from an old reply and be kept.
    replies.forget(ids);
    permissions.forget(ids);
    const tags = tagsOf(changed);
    if (tags.length > 0) await cache.purge(tags, 'changed');
  };
