/**
 * A Dockerfile's own steps in plain folders, one per stage, for machines without Docker. It knows what ours says: FROM,
 * WORKDIR, COPY, RUN, ENV, and what only describes. There is no isolation, and the base image is this machine.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Copy, DockerfileParser, Env, type Instruction } from 'dockerfile-ast';

/** What a stage left behind. */
export interface PlainImage {
  /** The folder that stands for `/`. */
  directory: string;
  workdir: string;
  env: Record<string, string>;
  entrypoint: readonly string[];
  healthcheck: readonly string[];
}

const describing: ReadonlySet<string> = new Set(['USER', 'EXPOSE', 'VOLUME']);

/** `["node", "a b"]` as it stands in ENTRYPOINT and behind HEALTHCHECK CMD. */
const listIn = (text: string): string[] => JSON.parse(text.slice(text.indexOf('['))) as string[];

/** Which paths of the context Docker would be sent, by the few forms that our .dockerignore uses. */
export function contextFilter(ignoreFile: string): (relative: string) => boolean {
  const lines = ignoreFile.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const kept = new Set(lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)));
  const left = lines.filter((line) => line.startsWith('**/')).map((line) => line.slice(3));
  const strange = lines.filter((line) => line !== '*' && !/^(!|\*\*\/)[\w./-]+$/.test(line));
  if (strange.length > 0 || lines[0] !== '*')
    throw new Error(`.dockerignore: cannot tell what ${strange} means`);
  return (relative) => {
    const parts = relative.split(path.sep);
    return kept.has(parts[0] ?? '') && !parts.some((part) => left.includes(part));
  };
}

/** Where a file of the image is on this machine. */
export const placeOf = ({ directory, workdir }: PlainImage, file = '.'): string =>
  path.join(directory, path.resolve(workdir, file));

type Stages = ReadonlyMap<string, PlainImage>;

function copy(instruction: Copy, stage: PlainImage, stages: Stages, context: string): void {
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const [from, ...others] = instruction.getFlags();
  const source = from && stages.get(from.getValue() ?? '');
  if (others.length > 0 || (from && (from.getName() !== 'from' || source === undefined)))
    throw new Error(`nobody knows how to do COPY ${instruction.getArgumentsContent()} here`);
  const target = words.pop() ?? '';
  const isSent = contextFilter(readFileSync(path.join(context, '.dockerignore'), 'utf8'));
  for (const word of words) {
    const origin = source === undefined ? path.join(context, word) : placeOf(source, word);
    const isInto = target.endsWith('/') && !statSync(origin).isDirectory();
    const goal = placeOf(stage, isInto ? path.join(target, path.basename(word)) : target);
    mkdirSync(path.dirname(goal), { recursive: true });
    cpSync(origin, goal, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => source !== undefined || isSent(path.relative(context, file)),
    });
  }
}

/** Only root may give files away; for others it does not matter here. */
function harmlessChown(home: string): string {
  const directory = path.join(home, 'bin');
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'chown'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  return directory;
}

function run(command: string, stage: PlainImage, home: string): void {
  const { PATH = '' } = process.env;
  const shims = process.getuid?.() === 0 ? '' : `${harmlessChown(home)}:`;
  const { status } = spawnSync('/bin/sh', ['-c', command], {
    cwd: placeOf(stage),
    // How the machine reaches its registry is in its environment.
    env: { ...process.env, ...stage.env, PATH: `${shims}${PATH}` },
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`RUN ${command} ended with code ${status}`);
}

/** Where a stage begins: empty, or as another one ended. */
function begin(name: string, parent: PlainImage | undefined, home: string): PlainImage {
  const directory = path.join(home, name);
  mkdirSync(directory);
  if (parent !== undefined) cpSync(parent.directory, directory, { recursive: true, verbatimSymlinks: true });
  return { workdir: '/', env: {}, entrypoint: [], healthcheck: [], ...parent, directory };
}

function perform(instruction: Instruction, stage: PlainImage, stages: Stages, context: string, home: string) {
  const keyword = instruction.getKeyword();
  const text = instruction.getArgumentsContent() ?? '';
  if (keyword === 'WORKDIR') {
    stage.workdir = text;
    mkdirSync(placeOf(stage), { recursive: true });
  } else if (instruction instanceof Env) {
    for (const pair of instruction.getProperties()) stage.env[pair.getName()] = pair.getValue() ?? '';
  } else if (instruction instanceof Copy) copy(instruction, stage, stages, context);
  else if (keyword === 'RUN') run(text, stage, home);
  else if (keyword === 'ENTRYPOINT') stage.entrypoint = listIn(text);
  else if (keyword === 'HEALTHCHECK') stage.healthcheck = listIn(text);
  else if (!describing.has(keyword)) throw new Error(`nobody knows how to do ${keyword} here`);
}

/**
 * Builds every stage below `home`, which must be empty. @returns them by name.
 * @throws Error at a step that fails or that nobody knows.
 */
export function buildPlainly(context: string, home: string, say: (step: string) => void): Stages {
  const stages = new Map<string, PlainImage>();
  let stage: PlainImage | undefined;
  const parsed = DockerfileParser.parse(readFileSync(path.join(context, 'Dockerfile'), 'utf8'));
  for (const instruction of parsed.getInstructions()) {
    const text = instruction.getArgumentsContent() ?? '';
    say(`${instruction.getKeyword()} ${text.split('\n')[0]}`);
    if (instruction.getKeyword() === 'FROM') {
      const [parent = '', , name = ''] = text.split(/\s+/);
      const known = stages.get(parent);
      stage = begin(name, known && { ...known, env: { ...known.env } }, home);
      stages.set(name, stage);
    } else if (stage === undefined) throw new Error('a Dockerfile begins with FROM');
    else perform(instruction, stage, stages, context, home);
  }
  return stages;
}
