import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sampleCorrelation } from 'simple-statistics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualMasteryModel } from '../../src/domain/mastery/usual-model.ts';
import { readAnswers } from '../../training/mastery/answers.ts';
import { fitMastery } from '../../training/mastery/fit.ts';
import { foreseenByFold } from '../../training/mastery/folds.ts';
import { schoolLike, syntheticClass } from '../../training/mastery/synthetic.ts';
import { aucOf, calibrationCurve, calibrationError } from '../../training/quality.ts';

/** Enough answers to know everybody by: what is left between model and truth is the model's. */
const wellKnown = {
  ...schoolLike,
  learners: 120,
  skills: 8,
  itemsPerSkill: 12,
  answersEach: 600,
  skillSpread: 0.15,
  gain: 0.03,
  guess: 0,
  slip: 0,
};

describe('the mastery model over a class whose truth is known', () => {
  const { answers, difficulties } = syntheticClass(wellKnown);

  it('finds the difficulty of items again: r of at least .9', () => {
    const { items, skills } = fitMastery(answers);
    const pairs = [...items].map(([item, { mean }]) => {
      const ease = skills.get(Math.floor(item / wellKnown.itemsPerSkill))?.[0] ?? 0;
      return [mean - ease, difficulties[item] ?? 0] as const;
    });
    expect(pairs.length).toBeGreaterThan(90);
    const found = pairs.map(([own]) => own);
    const r = sampleCorrelation(
      found,
      pairs.map(([, truth]) => truth),
    );
    expect(r).toBeGreaterThanOrEqual(0.9);
  });

  it('ranks answers of people it was not fitted to within .01 of whoever knows the truth, and is calibrated', () => {
    const [foreseen = []] = foreseenByFold(answers, 1);
    const truth = answers
      .filter(({ learner }) => learner % 5 === 0)
      .map(({ chance, isRight }) => ({ logOdds: Math.log(chance / (1 - chance)), happened: isRight }));
    expect(foreseen).toHaveLength(truth.length);
    expect(aucOf(foreseen)?.value ?? 0).toBeGreaterThan((aucOf(truth)?.value ?? 1) - 0.01);
    expect(calibrationError(calibrationCurve(foreseen))).toBeLessThan(0.02);
  });

  it('serves the weights that the school-like class leads to', () => {
    const { level, weights } = fitMastery(syntheticClass(schoolLike).answers);
    expect(level).toBeCloseTo(usualMasteryModel.level, 1);
    for (const [place, weight] of weights.entries())
      expect(Math.abs(weight - (usualMasteryModel.weights[place] ?? 9))).toBeLessThan(0.05);
  });
});

describe('a file of answers', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'answers-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const file = async (lines: readonly string[], name = 'answers.csv') => {
    const path = join(dir, name);
    const text = lines.join('\r\n');
    await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
    return path;
  };

  it('is read by its header, in any order of columns and lines, quoted or not, gzipped or not', async () => {
    const lines = [
      'order,Skill,learner,item,correct',
      '2,"a, ""b""",ann,i1,0',
      '1,c,ann,i2,1',
      '1,c,abe,i1,1',
      '',
    ];
    const expected = {
      learners: ['abe', 'ann'],
      items: ['i1', 'i2'],
      skills: ['a, "b"', 'c'],
      answers: [
        { learner: 0, item: 0, skills: [1], isRight: true },
        { learner: 1, item: 1, skills: [1], isRight: true },
        { learner: 1, item: 0, skills: [0], isRight: false },
      ],
    };
    expect(await readAnswers(await file(lines))).toMatchObject(expected);
    expect(await readAnswers(await file(lines, 'answers.csv.gz'))).toMatchObject(expected);
  });

  it('takes several skills of one answer together, so that none is foretold from the other', async () => {
    const lines = ['learner,item,skill,correct,order', 'a,i,s,1,7', 'a,i,t,1,7', 'a,i,s,1,8'];
    const { answers } = await readAnswers(await file(lines));
    expect(answers.map(({ skills }) => skills)).toEqual([[0, 1], [0]]);
  });

  it('is refused with every bad line named, up to ten, and how many there are', async () => {
    const header = 'learner,item,skill,correct,order';
    const bad = [header, 'a,i,s,2,x', ',i,s,1,1', 'a,i', '"a,i,s,1,1', 'a,i,,1,1'];
    const reading = readAnswers(await file(bad));
    await expect(reading).rejects.toThrow(
      [
        '4 bad lines:',
        'line 2: correct is "2", not 0 or 1; order is "x", not a number',
        'line 3: learner is empty',
        'line 4: 2 fields, which do not reach all columns',
        'line 5: a quote is not closed',
      ].join('\n'),
    );
    const many = readAnswers(await file([header, ...Array.from({ length: 12 }, () => 'a,i,s,9,1')]));
    await expect(many).rejects.toThrow(/^12 bad lines:\n(line \d+: .*\n){10}…$/);
    await expect(readAnswers(await file(['learner,item', 'a,b']))).rejects.toThrow(
      'line 1: no column skill, correct, order',
    );
    await expect(readAnswers(await file([header]))).rejects.toThrow('no answers');
    await expect(readAnswers(join(dir, 'none.csv'))).rejects.toThrow('ENOENT');
  });
});
