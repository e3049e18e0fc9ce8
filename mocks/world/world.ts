/**
 * The sample world: made-up organizations whose people learn. Nothing is stored: everyone and everything follows
 * from the seed, an index and the world's today, so a world of 100,000 learners costs nothing until it is asked.
 *
 * A world's day is a UTC day. Its past ends where today begins, so answers stay the same all day long and nothing
 * lies in the future; the next day the whole past has moved by a day.
 */
export interface WorldSize {
  seed: number;
  learners: number;
  organizations: number;
  departments: number;
  /** Trainers, managers and administrators. */
  staff: number;
  courses: number;
}

/** The world as it is on one day. */
export interface WorldDay extends WorldSize {
  /** Days since 1970-01-01 UTC; the past is everything before it. */
  today: number;
  /** What was worked out today, by what it is about; bounded, and gone tomorrow. */
  remembered: Map<string, unknown>;
}

export interface World {
  size: WorldSize;
  day(): WorldDay;
}

export interface WorldOptions extends Partial<WorldSize> {
  now: () => number;
}

export const defaultLearners = 1200;
export const dayMs = 86_400_000;
/** How far the past reaches back. */
export const historyDays = 546;

/** A class has about 25 learners and takes a handful of courses: larger worlds have more courses and trainers. */
const learnersPerCourse = 30;

function sizeOf({
  seed = 1,
  learners = defaultLearners,
  organizations = 3,
  ...rest
}: WorldOptions): WorldSize {
  const courses = rest.courses ?? Math.max(40, Math.ceil(learners / learnersPerCourse));
  const staff = rest.staff ?? Math.ceil(courses * 1.5);
  return {
    seed,
    learners,
    organizations,
    departments: rest.departments ?? organizations * 4,
    courses,
    staff,
  };
}

function assertPossible(size: WorldSize): void {
  // Dealt in turns, every organization gets its administrator, a trainer and a course.
  const turn = (size.organizations * (size.organizations + 1)) / 2;
  const least = { seed: 0, learners: 1, organizations: 1, departments: 0, staff: 2 * turn, courses: turn };
  for (const [name, value] of Object.entries(size) as [keyof WorldSize, number][]) {
    if (!Number.isSafeInteger(value) || value < least[name])
      throw new RangeError(`a world needs ${name} to be a whole number of at least ${least[name]}`);
  }
}

export function makeWorld(options: WorldOptions): World {
  const size = sizeOf(options);
  assertPossible(size);
  let day: WorldDay | undefined;
  return {
    size,
    day: () => {
      const today = Math.floor(options.now() / dayMs);
      if (day?.today !== today) day = { ...size, today, remembered: new Map() };
      return day;
    },
  };
}

const mostRemembered = 600;

/** The value for a key, worked out once a day; the one remembered longest makes room. */
export function remember<T>(day: WorldDay, key: string, make: () => T): T {
  const known = day.remembered.get(key);
  if (known !== undefined) return known as T;
  const made = make();
  const [oldest] = day.remembered.keys();
  if (oldest !== undefined && day.remembered.size >= mostRemembered) day.remembered.delete(oldest);
  day.remembered.set(key, made);
  return made;
}
