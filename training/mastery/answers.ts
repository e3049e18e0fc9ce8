/** A file of answers, `learner,item,skill,correct,order`, read line by line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** One answer; learners, items and skills are numbered from 0 in the order of their names. */
export interface Answer {
  learner: number;
  item: number;
  skills: readonly number[];
  isRight: boolean;
}

export interface AnswerFile {
  /** By learner, then in the order in which they were given. */
  answers: Answer[];
  learners: readonly string[];
  items: readonly string[];
  skills: readonly string[];
}

const columns = ['learner', 'item', 'skill', 'correct', 'order'] as const;
type Column = (typeof columns)[number];
const mostTold = 10;

/** The fields of a line (RFC 4180, without line breaks inside a field); null when a quote is not closed. */
export function fieldsOf(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',').map((field) => field.trim());
  const field = /\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y;
  const fields: string[] = [];
  for (;;) {
    const found = field.exec(line);
    if (found === null) return null;
    fields.push(found[1]?.replaceAll('""', '"') ?? (found[2] ?? '').trim());
    if (found[3] === '') return fields;
  }
}

function placesIn(header: string): Record<Column, number> {
  const names = (fieldsOf(header.replace(/^\uFEFF/, '')) ?? []).map((name) => name.toLowerCase());
  const lacking = columns.filter((column) => !names.includes(column));
  if (lacking.length > 0)
    throw new Error(
      `line 1: no column ${lacking.join(', ')}; the header must name ${columns.join(', ')} and is "${header.slice(0, 100)}"`,
    );
  return Object.fromEntries(columns.map((column) => [column, names.indexOf(column)])) as Record<
    Column,
    number
  >;
}

const rights: Readonly<Record<string, boolean>> = {
  '0': false,
  '0.0': false,
  false: false,
  '1': true,
  '1.0': true,
  true: true,
};

interface Row {
  learner: string;
  item: string;
  skill: string;
  isRight: boolean;
  order: number;
}

/** What a line says, or what is wrong with it. The skill may be empty: then it is not known. */
function rowOf(line: string, places: Record<Column, number>): Row | string {
  const fields = fieldsOf(line);
  if (fields === null) return 'a quote is not closed';
  const [learner, item, skill, correct, order] = columns.map((column) => fields[places[column]]);
  if (skill === undefined || order === undefined || correct === undefined)
    return `${fields.length} fields, which do not reach all columns`;
  const isRight = rights[correct.toLowerCase()];
  const problems = [
    learner ? [] : 'learner is empty',
    item ? [] : 'item is empty',
    isRight === undefined ? `correct is "${correct}", not 0 or 1` : [],
    order !== '' && Number.isFinite(Number(order)) ? [] : `order is "${order}", not a number`,
  ].flat();
  if (!learner || !item || isRight === undefined || problems.length > 0) return problems.join('; ');
  return { learner, item, skill, isRight, order: Number(order) };
}

/** Numbers names as they come; the names themselves are kept once. */
function numbering() {
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  };
  return { numberOf, names: () => [...numbers.keys()] };
}

interface Dated extends Answer {
  skills: number[];
  order: number;
}

/**
 * Rows of one learner, item and order are one answer on several skills: to foretell one of them from the others would
 * be to look at the answer.
 */
function oneAnswerEach(rows: Dated[]): Dated[] {
  const answers: Dated[] = [];
  for (const row of rows) {
    const last = answers.at(-1);
    const isSame = last?.learner === row.learner && last.item === row.item && last.order === row.order;
    if (!isSame || last === undefined) answers.push(row);
    else last.skills.push(...row.skills.filter((skill) => !last.skills.includes(skill)));
  }
  return answers;
}

/**
 * Reads a file of answers, gzipped when its name ends in `.gz`. Learners are in the order of their names, so that the
 * order of lines changes nothing but answers of the same learner and `order`.
 * @throws Error naming the first ten bad lines and how many there are.
 */
export async function readAnswers(path: string): Promise<AnswerFile> {
  const bytes = createReadStream(path);
  const input = path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // readline does not hear of what goes wrong before it.
  const failed = new Promise<never>((_, reject) => {
    bytes.on('error', reject);
    input.on('error', reject);
  });
  return Promise.race([failed, readLines(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))]);
}

async function readLines(lines: AsyncIterable<string>): Promise<AnswerFile> {
  const [learners, items, skills] = [numbering(), numbering(), numbering()];
  const rows: Dated[] = [];
  const problems: string[] = [];
  let bad = 0;
  let places: Record<Column, number> | undefined;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (places === undefined) {
      places = placesIn(line);
      continue;
    }
    if (line.trim() === '') continue;
    const row = rowOf(line, places);
    if (typeof row === 'string') {
      bad += 1;
      if (bad <= mostTold) problems.push(`line ${number}: ${row}`);
      continue;
    }
    rows.push({
      learner: learners.numberOf(row.learner),
      item: items.numberOf(row.item),
      skills: [skills.numberOf(row.skill)],
      isRight: row.isRight,
      order: row.order,
    });
  }
  if (bad > 0) throw new Error(`${bad} bad lines:\n${problems.join('\n')}${bad > mostTold ? '\n…' : ''}`);
  if (rows.length === 0) throw new Error('no answers in it');
  const names = learners.names();
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  const rank = new Map(sorted.map((name, place) => [name, place]));
  const ranks = names.map((name) => rank.get(name) ?? 0);
  const ranked = rows.map((row) => ({ ...row, learner: ranks[row.learner] ?? 0 }));
  ranked.sort((a, b) => a.learner - b.learner || a.order - b.order || a.item - b.item);
  return {
    answers: oneAnswerEach(ranked),
    learners: sorted,
    items: items.names(),
    skills: skills.names(),
  };
}
