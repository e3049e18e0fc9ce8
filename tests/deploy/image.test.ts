/** The Dockerfile by the rules of a linter and by ours; `npm run smoke:folder` does what it says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Copy, DockerfileParser, From } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { contextFilter } from '../../scripts/deploy/plain-image.ts';

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
    expect(copied).toEqual(['/app/public public']);
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
