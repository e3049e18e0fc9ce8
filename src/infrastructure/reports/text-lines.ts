/**
 * Lines of text as a PDF needs them. pdfmake knows one direction and one font per text; so lines are broken here, put
 * into the order in which they are seen (UAX 9), and cut into runs of one font. A run of Hebrew or Arabic letters
 * stays as it is spoken: fontkit joins and turns it. Anything else in a right-to-left run is turned here.
 */
import { createRequire } from 'node:module';
import type { Bidi } from 'bidi-js';
import { type Piece, pieceOf, type Weight, widthOf } from './fonts.ts';

// Its types are those of its other form, which Node does not load.
const bidi = (createRequire(import.meta.url)('bidi-js') as () => Bidi)();

export type Direction = 'ltr' | 'rtl';

/** A part of a line, as it is seen from left to right. */
export interface Run {
  text: string;
  piece: Piece;
}

/** Directional controls steer the algorithm and are never drawn. */
const controls = /[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const isRightToLeft = (piece: Piece): boolean => piece === 'hebrew' || piece === 'arabic';

/** Parts of one font, in the order of the text. */
function partsOf(text: string): Run[] {
  const parts: Run[] = [];
  for (const character of text) {
    const piece = pieceOf(character.codePointAt(0) ?? 0);
    const last = parts.at(-1);
    // A mark belongs to the letter before it.
    const isMark = last !== undefined && /\p{M}/u.test(character);
    if (last !== undefined && (last.piece === piece || isMark)) last.text += character;
    else parts.push({ text: character, piece });
  }
  return parts;
}

const turned = (text: string): string =>
  [...text]
    .reverse()
    .map((character) => bidi.getMirroredCharacter(character) ?? character)
    .join('');

/** Stretches of one level, in the order of the text. */
function stretchesOf(text: string, levels: Uint8Array): { text: string; level: number }[] {
  const stretches: { text: string; level: number }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const level = levels[at] ?? 0;
    const last = stretches.at(-1);
    if (last?.level === level) last.text += text[at];
    else stretches.push({ text: text[at] ?? '', level });
  }
  return stretches;
}

/** Rule L2: from the highest level down, everything that is at least as high is turned round. */
function inVisualOrder<T extends { level: number }>(stretches: readonly T[]): T[] {
  const order = [...stretches];
  const highest = Math.max(0, ...order.map(({ level }) => level));
  for (let level = highest; level >= 1; level -= 1)
    for (let from = 0; from < order.length; from += 1) {
      if ((order[from]?.level ?? 0) < level) continue;
      let to = from;
      while ((order[to]?.level ?? 0) >= level) to += 1;
      order.splice(from, to - from, ...order.slice(from, to).reverse());
      from = to;
    }
  return order;
}

function visualRuns(text: string, levels: Uint8Array): Run[] {
  return inVisualOrder(stretchesOf(text, levels)).flatMap(({ text: stretch, level }) => {
    const parts = partsOf(stretch.replaceAll(controls, '')).filter(({ text: part }) => part !== '');
    if (level % 2 === 0) return parts;
    return parts
      .reverse()
      .map(({ text: part, piece }) => ({ piece, text: isRightToLeft(piece) ? part : turned(part) }));
  });
}

const widthIn = (text: string, weight: Weight): number =>
  partsOf(text.replaceAll(controls, '')).reduce(
    (sum, part) => sum + widthOf(part.text, part.piece, weight),
    0,
  );

/** Width of the widest word, in parts of the font size: narrower, and words are broken. */
export const widestWord = (text: string, weight: Weight): number =>
  Math.max(0, ...text.split(' ').map((word) => widthIn(word, weight)));

/** Where words end; a word that is wider than the line is broken where it must be. */
function* wordsOf(text: string, most: number, weight: Weight): Generator<string> {
  for (const word of text.split(/(?<= )/)) {
    let rest = [...word];
    while (rest.length > 1 && widthIn(rest.join('').trimEnd(), weight) > most) {
      let fits = 1;
      while (fits < rest.length && widthIn(rest.slice(0, fits + 1).join(''), weight) <= most) fits += 1;
      yield rest.slice(0, fits).join('');
      rest = rest.slice(fits);
    }
    yield rest.join('');
  }
}

/**
 * The lines that a paragraph makes at a width, each as runs from left to right.
 * @param most width in parts of the font size.
 */
export function textLines(text: string, most: number, weight: Weight, direction: Direction): Run[][] {
  const clean = text.replaceAll(/\p{Cc}/gu, ' ');
  const { levels } = bidi.getEmbeddingLevels(clean, direction);
  const lines: Run[][] = [];
  let [start, at, width] = [0, 0, 0];
  const end = () => {
    const line = clean.slice(start, at).trimEnd();
    lines.push(visualRuns(line, levels.subarray(start, start + line.length)));
    [start, width] = [at, 0];
  };
  for (const word of wordsOf(clean, most, weight)) {
    const wide = widthIn(word.trimEnd(), weight);
    if (at > start && width + wide > most) end();
    width += widthIn(word, weight);
    at += word.length;
  }
  end();
  return lines;
}
