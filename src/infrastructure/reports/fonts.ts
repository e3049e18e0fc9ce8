/**
 * The fonts of PDF files, Noto Sans, in the pieces that its package comes in: one file per script and weight. A text
 * is cut where the next character needs another piece.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { unpackedWoff } from './woff.ts';

/** Name of the piece → its package, and the ranges of code points that it is used for. The first that fits wins. */
const pieces = {
  latin: [
    'noto-sans',
    [
      [0x20, 0xff],
      [0x131, 0x131],
      [0x152, 0x153],
      [0x2000, 0x206f],
      [0x20ac, 0x20ac],
      [0x2122, 0x2122],
      [0x2212, 0x2212],
    ],
  ],
  hebrew: [
    'noto-sans-hebrew',
    [
      [0x590, 0x5ff],
      [0x20aa, 0x20aa],
      [0xfb1d, 0xfb4f],
    ],
  ],
  arabic: [
    'noto-sans-arabic',
    [
      [0x600, 0x6ff],
      [0x750, 0x77f],
      [0x8a0, 0x8ff],
      [0xfb50, 0xfdff],
      [0xfe70, 0xfefc],
    ],
  ],
  'latin-ext': [
    'noto-sans',
    [
      [0x100, 0x2ba],
      [0x1e00, 0x1e9f],
      [0x20a0, 0x20c0],
      [0x2c60, 0x2c7f],
    ],
  ],
  cyrillic: [
    'noto-sans',
    [
      [0x400, 0x45f],
      [0x490, 0x491],
      [0x4b0, 0x4b1],
      [0x2116, 0x2116],
    ],
  ],
  greek: ['noto-sans', [[0x370, 0x3ff]]],
  vietnamese: [
    'noto-sans',
    [
      [0x1ea0, 0x1ef9],
      [0x20ab, 0x20ab],
    ],
  ],
} as const;
export type Piece = keyof typeof pieces;
export const pieceNames = Object.keys(pieces) as Piece[];

const weights = { normal: 400, bold: 700 } as const;
export type Weight = keyof typeof weights;

const opened = new Map<string, { bytes: Buffer; font: Font }>();

/** A font, read once. Unpacked, as its readers would unpack it again for every letter. */
function openedFont(piece: Piece, weight: Weight): { bytes: Buffer; font: Font } {
  const [family] = pieces[piece];
  const name = `${family}-${piece}-${weights[weight]}-normal.woff`;
  const known = opened.get(name);
  if (known !== undefined) return known;
  const file = createRequire(import.meta.url).resolve(`@fontsource/${family}/files/${name}`);
  const bytes = unpackedWoff(readFileSync(file));
  const font = create(bytes);
  if (!('layout' in font)) throw new Error(`${name} is not one font`);
  opened.set(name, { bytes, font });
  return { bytes, font };
}

export const fontBytes = (piece: Piece, weight: Weight): Buffer => openedFont(piece, weight).bytes;

/** `NotoSans-Regular`; pieces of one family share it. */
export const fontName = (piece: Piece, weight: Weight): string =>
  openedFont(piece, weight).font.postscriptName;

/** The piece for a character; one that none has is shown as an empty box of the first. */
export function pieceOf(codePoint: number): Piece {
  const fits = ([from, to]: readonly [number, number]) => from <= codePoint && codePoint <= to;
  return pieceNames.find((name) => pieces[name][1].some(fits)) ?? 'latin';
}

/** Signs that our own texts have and no piece does, as they can be written with those that are there. */
const instead: Readonly<Record<string, string>> = { '≥': '>=', '≤': '<=' };
export const drawable = (text: string): string => text.replaceAll(/[≥≤]/g, (sign) => instead[sign] ?? sign);

const mostRemembered = 20_000;
const widths = new Map<string, number>();

/** Width of a text of one piece and direction, in parts of the font size. */
export function widthOf(text: string, piece: Piece, weight: Weight): number {
  const key = `${piece} ${weight} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  const { font } = openedFont(piece, weight);
  const width = font.layout(text).advanceWidth / font.unitsPerEm;
  if (widths.size >= mostRemembered) widths.clear();
  widths.set(key, width);
  return width;
}
