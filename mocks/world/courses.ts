import { facets } from './names.ts';
import { staffAt, trainerIndex, trainersIn } from './people.ts';
import { between, hash, pick, type Random, seededRandom, stream } from './random.ts';
import { placeOf } from './shares.ts';
import { type Skill, skillAt, skills } from './skill-catalogue.ts';
import { historyDays, type WorldSize } from './world.ts';

export interface Content {
  contentId: string;
  type: 'video' | 'reading' | 'presentation' | 'audio' | 'code' | 'quiz' | 'mind_map';
  durationSeconds: number;
  generation: 'manual' | 'ai_assisted' | 'ai';
}

export interface Topic {
  topicId: string;
  title: string;
  skills: Skill[];
  contents: Content[];
}

export interface Assessment {
  assessmentId: string;
  kind: 'baseline' | 'practice' | 'postcourse';
  /** Open once so many topics are finished. */
  afterTopics: number;
  weight: number;
  passMark: number;
  /** −1.5 easy … 1.5 hard, in logits. */
  difficulty: number;
  skills: Skill[];
}

export interface Course {
  index: number;
  courseId: string;
  organization: number;
  /** Within the organization. */
  rank: number;
  title: string;
  level: 'beginner' | 'intermediate' | 'advanced';
  trainerId: string;
  publishedAgo: number;
  skills: Skill[];
  topics: Topic[];
  assessments: Assessment[];
  lengthDays: number;
}

const levels = ['beginner', 'intermediate', 'advanced'] as const;
const forms = { beginner: 'Foundations of', intermediate: 'Practical', advanced: 'Advanced' };
const daysPerTopic = 7;
const topicsPerQuiz = 3;

const two = (number: number) => String(number).padStart(2, '0');

/** What comes first, second and third in a topic. */
const firstTypes = ['video', 'presentation', 'audio'] as const;
const secondTypes = ['reading', 'reading', 'mind_map', 'video'] as const;
const secondsOf: Record<Content['type'], [number, number]> = {
  video: [240, 1080],
  reading: [180, 720],
  presentation: [300, 900],
  audio: [300, 1200],
  code: [600, 1500],
  quiz: [180, 480],
  mind_map: [120, 300],
};

function contentsOf(random: Random, topicNumber: string, isCode: boolean): Content[] {
  const types = [pick(random, firstTypes), pick(random, secondTypes), isCode ? 'code' : 'quiz'] as const;
  return types.map((type, place) => {
    const [least, most] = secondsOf[type];
    return {
      contentId: `content-${topicNumber}-${place + 1}`,
      type,
      durationSeconds: between(random, least, most),
      generation: pick(random, ['manual', 'manual', 'ai_assisted', 'ai']),
    };
  });
}

function topicsOf(random: Random, number: string, taught: readonly Skill[], count: number): Topic[] {
  return Array.from({ length: count }, (_, place) => {
    const main = taught[place % taught.length] ?? skillAt(0);
    const second = taught[(place + 1) % taught.length] ?? main;
    const topicNumber = `${number}-${two(place + 1)}`;
    return {
      topicId: `topic-${topicNumber}`,
      title: `${main.name}: ${facets[place % facets.length] ?? facets[0]}`,
      skills: random() < 0.3 && second !== main ? [main, second] : [main],
      contents: contentsOf(random, topicNumber, main.isCode),
    };
  });
}

function assessmentsOf(
  random: Random,
  number: string,
  taught: Skill[],
  topics: readonly Topic[],
): Assessment[] {
  const difficulty = () => between(random, -15, 15) / 10;
  const common = { passMark: 60, difficulty: 0 };
  const quizzes = topics.flatMap((topic, place): Assessment[] =>
    place % topicsPerQuiz !== topicsPerQuiz - 1
      ? []
      : [
          {
            ...common,
            assessmentId: `quiz-${number}-${two(place + 1)}`,
            kind: 'practice',
            afterTopics: place + 1,
            weight: 10,
            difficulty: difficulty(),
            skills: topic.skills,
          },
        ],
  );
  return [
    {
      ...common,
      assessmentId: `baseline-${number}`,
      kind: 'baseline',
      afterTopics: 0,
      weight: 0,
      skills: taught,
    },
    ...quizzes,
    {
      ...common,
      assessmentId: `final-${number}`,
      kind: 'postcourse',
      afterTopics: topics.length,
      weight: 60,
      difficulty: difficulty(),
      skills: taught,
    },
  ];
}

function titleOf(index: number, level: Course['level'], main: Skill): string {
  const lap = Math.floor(index / (skills.length * levels.length));
  return `${forms[level]} ${main.name}${lap === 0 ? '' : ` ${lap + 1}`}`;
}

function makeCourse(size: WorldSize, index: number): Course {
  const random = seededRandom(hash(size.seed, stream.course, index));
  const place = placeOf(size.organizations, index);
  const number = two(index + 1);
  // A skill comes round again after all the others, and then on another level.
  const level = levels[(index + Math.floor(index / skills.length)) % levels.length] ?? 'beginner';
  const main = (index * 7) % skills.length;
  const taught = [main, main + 1, ...(random() < 0.4 ? [main + 9] : [])].map(skillAt);
  const drawn = between(random, 6, 12);
  // The demo's people take the first course, for ten weeks in every seed.
  const topics = topicsOf(random, number, taught, index === 0 ? 10 : drawn);
  const trainer = trainerIndex(size, place.organization, place.rank % trainersIn(size, place.organization));
  return {
    index,
    courseId: `course-${number}`,
    ...place,
    title: titleOf(index, level, skillAt(main)),
    level,
    trainerId: staffAt(size, trainer).userId,
    publishedAgo: historyDays + 100 + between(random, 0, 500),
    skills: taught,
    topics,
    assessments: assessmentsOf(random, number, taught, topics),
    lengthDays: topics.length * daysPerTopic,
  };
}

const known = new WeakMap<WorldSize, Map<number, Course>>();

/** The course of an index, 0 … courses − 1; made when first asked for. */
export function courseAt(size: WorldSize, index: number): Course {
  const made = known.get(size) ?? new Map<number, Course>();
  known.set(size, made);
  const course = made.get(index) ?? makeCourse(size, index);
  made.set(index, course);
  return course;
}

export function findCourse(size: WorldSize, id: string): Course | undefined {
  const [, digits] = /^course-(\d{2,6})$/.exec(id) ?? [];
  const index = Number(digits) - 1;
  if (digits === undefined || index < 0 || index >= size.courses || two(index + 1) !== digits)
    return undefined;
  return courseAt(size, index);
}
