/** The Dockerfile by the rules of a linter and by ours; `npm run smoke:folder` does what it says. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Copy, DockerfileParser, From } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { afterEach, describe, expect, it } from 'vitest';
import { buildPlainly, contextFilter, placeOf } from '../../scripts/deploy/plain-image.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const text = read('Dockerfile');
const instructions = DockerfileParser.parse(text).getInstructions();
const of = (keyword: string) => instructions.filter((one) => one.getKeyword() === keyword);
const said = (keyword: string) => of(keyword).map((one) => one.getArgumentsContent() ?? '');
/** What belongs to the last stage, which is built when none is named. */
const last = instructions.slice(instructions.findLastIndex((one) => one instanceof From));
const lastSaid = (keyword: string) =>
  last.filter((one) => one.getKeyword() === keyword).map((one) => one.getArgumentsContent() ?? '');

describe('the image', () => {
  it('is built by a Dockerfile that a linter has nothing to say of', () => {
    expect(validate(text)).toEqual([]);
    expect(validate('FROM node\nCOPY a\n')).not.toEqual([]);
  });

  it('stands on one small base, by its major version', () => {
    const stages = new Set(
      of('FROM').flatMap((one) => (one instanceof From ? (one.getBuildStage() ?? []) : [])),
    );
    const outside = said('FROM')
      .map((from) => from.split(' ')[0] ?? '')
      .filter((image) => !stages.has(image));
    expect(outside).toEqual(['node:24-slim']);
  });

  it('runs as nobody in particular, and by its program, not by a shell', () => {
    expect(lastSaid('USER')).toEqual(['1000:1000']);
    for (const entrypoint of said('ENTRYPOINT')) expect(entrypoint).toMatch(/^\["node", /);
    expect(lastSaid('HEALTHCHECK')).toEqual([expect.stringMatching(/CMD \["node", .*\/live/s)]);
    expect(lastSaid('VOLUME')).toEqual(['/app/data']);
  });

  it('holds no development packages, no sample data, no tests and nothing secret', () => {
    expect(said('RUN').filter((run) => run.includes('npm ci --omit=dev'))).toHaveLength(1);
    const copied = last.filter((one) => one instanceof Copy).map((one) => one.getArgumentsContent());
    expect(copied).toEqual(['/app/public public', '/app/built built']);
    // The server is built beside sample data, which try it out.
    expect(said('RUN')).toContain('node scripts/build.ts --without-mocks');
    expect(text).not.toMatch(/^(ARG|ENV).*(SECRET|TOKEN|PASSWORD|KEY)/m);
    expect(of('ADD')).toEqual([]);
  });

  it('is sent all that it copies, and nothing that is nobody’s business', () => {
    const isSent = contextFilter(read('.dockerignore'));
    const sources = of('COPY').flatMap((one) =>
      one instanceof Copy && one.getFlags().length === 0
        ? one
            .getArguments()
            .slice(0, -1)
            .map((argument) => argument.getValue())
        : [],
    );
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) expect(isSent(source), source).toBe(true);
    for (const path of ['.env', '.git/config', 'data/world/PG_VERSION', 'node_modules/zod/package.json'])
      expect(isSent(path), path).toBe(false);
    for (const path of [
      'client/node_modules/swr/package.json',
      'client/dist/index.js',
      'src/.env',
      'tests/setup.ts',
    ])
      expect(isSent(path), path).toBe(false);
  });
});

describe('the steps of a Dockerfile in plain folders', () => {
  const homes: string[] = [];
  afterEach(() => {
    for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
  });

  function build(dockerfile: string) {
    const home = mkdtempSync(path.join(tmpdir(), 'plain-'));
    homes.push(home);
    const [context, stages] = [path.join(home, 'context'), path.join(home, 'stages')];
    for (const directory of [context, stages, path.join(context, 'src')]) mkdirSync(directory);
    const files = {
      Dockerfile: dockerfile,
      '.dockerignore': '*\n!src\n**/.env\n',
      'src/a': 'a',
      'src/.env': 'secret',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(context, name), content);
    return buildPlainly(context, stages, () => undefined);
  }

  it('are done as Docker does them: stages, copies without what is ignored, environment', () => {
    const stages = build(`FROM node AS base
WORKDIR /app
ENV A=1
FROM base AS made
COPY src src
RUN test ! -e src/.env && printf "$A$(cat src/a)" > made
FROM base AS last
ENV B="2 3"
COPY --from=made /app/made here/
ENTRYPOINT ["node", "x y"]
`);
    const last = stages.get('last');
    if (last === undefined) throw new Error('there is no last stage');
    expect(readFileSync(placeOf(last, 'here/made'), 'utf8')).toBe('1a');
    expect([last.env, last.entrypoint]).toEqual([{ A: '1', B: '2 3' }, ['node', 'x y']]);
    expect(stages.get('base')?.env).toEqual({ A: '1' });
  });

  it('end at a step that fails, and at one that nobody knows', () => {
    expect(() => build('FROM node AS a\nWORKDIR /app\nRUN exit 3\n')).toThrow(/ended with code 3/);
    expect(() => build('FROM node AS a\nSHELL ["/bin/bash"]\n')).toThrow(/nobody knows how to do SHELL/);
  });
});
