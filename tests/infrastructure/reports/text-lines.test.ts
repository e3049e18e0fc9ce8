import fc from 'fast-check';
import { create } from 'fontkit';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../src/application/analytics/registry.ts';
import { drawable, fontBytes, pieceOf } from '../../../src/infrastructure/reports/fonts.ts';
import { textLines } from '../../../src/infrastructure/reports/text-lines.ts';

const wide = 1000;
/** What stands on each line from left to right; letters of a right-to-left run are turned when they are drawn. */
const seen = (text: string, direction: 'ltr' | 'rtl', most = wide) =>
  textLines(text, most, 'normal', direction).map((runs) => runs.map((run) => run.text));

describe('the fonts of a PDF', () => {
  it('have every sign of every definition', () => {
    const own = registry.flatMap(({ definition }) => [...Object.values(definition).join('')]);
    const lacking = [...new Set(own)].filter((sign) =>
      [...drawable(sign)].some((drawn) => {
        const codePoint = drawn.codePointAt(0) ?? 0;
        const font = create(fontBytes(pieceOf(codePoint), 'normal'));
        return !('hasGlyphForCodePoint' in font && font.hasGlyphForCodePoint(codePoint));
      }),
    );
    expect(own.length).toBeGreaterThan(1000);
    expect(lacking).toEqual([]);
  });
});

describe('lines of a PDF', () => {
  it('leave a text from left to right as it is', () => {
    expect(seen('Average score 73.5 (60–80)', 'ltr')).toEqual([['Average score 73.5 (60–80)']]);
  });

  it('put Hebrew words from right to left, letters to be turned by the font', () => {
    expect(seen('שלום עולם', 'rtl')).toEqual([['עולם', ' ', 'שלום']]);
  });

  it('keep numbers and Latin words as they are read, where they stand in Hebrew', () => {
    expect(seen('ציון 73.5 של Python', 'rtl')).toEqual([['Python', ' ', 'של', ' ', '73.5', ' ', 'ציון']]);
  });

  it('mirror brackets from right to left', () => {
    expect(seen('שלום (עולם)', 'rtl')).toEqual([['(', 'עולם', ') ', 'שלום']]);
  });

  it('keep what is isolated together, and draw no controls', () => {
    expect(seen('טווח \u206670 (60 – 80)\u2069.', 'rtl')).toEqual([['.', '70 (60 – 80)', ' ', 'טווח']]);
  });

  it('set Hebrew into an English line, and Arabic in its own font', () => {
    expect(seen('Course שלום עולם, end', 'ltr')).toEqual([['Course ', 'עולם', ' ', 'שלום', ', end']]);
    const [line] = textLines('درجة 7', wide, 'normal', 'rtl');
    expect(line?.map(({ piece }) => piece)).toEqual(['latin', 'latin', 'arabic']);
  });

  it('break between words, and words that are too long', () => {
    expect(seen('one two three', 'ltr', 4)).toEqual([['one two'], ['three']]);
    expect(seen('ααααααααααααα', 'ltr', 3).length).toBeGreaterThan(2);
  });

  it('lose and add no character but blanks at the ends of lines and controls', () => {
    const letters = fc.constantFrom(...'ab 12.(שלםمرحبا)–,%א');
    fc.assert(
      fc.property(
        fc.string({ unit: letters }),
        fc.constantFrom<'ltr' | 'rtl'>('ltr', 'rtl'),
        (text, direction) => {
          const mirrored = (character: string) => ({ '(': ')' })[character] ?? character;
          const sorted = (all: string) =>
            [...all]
              .filter((one) => one !== ' ')
              .map(mirrored)
              .sort()
              .join('');
          expect(sorted(seen(text, direction, 5).flat().join(''))).toBe(sorted(text));
        },
      ),
    );
  });
});
