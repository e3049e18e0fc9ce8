/** Debian's programs that judge what is in deploy/: found where they are, installed where we may, never left running. */
import path from 'node:path';
import { Complaint, directoryOf, installIdle } from './debian-server.ts';

const packages = { promtool: 'prometheus', prometheus: 'prometheus', nginx: 'nginx-light' } as const;
export type Tool = keyof typeof packages;

/** Its path; undefined = it is not on this machine. */
export function findTool(tool: Tool): string | undefined {
  const directory = directoryOf(tool, ['/usr/bin', '/usr/sbin', '/usr/local/bin']);
  return directory === undefined ? undefined : path.join(directory, tool);
}

/** Installs those that are not there, in one go. @throws Complaint when we may not. */
export function ensureTools(tools: readonly Tool[]): void {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length > 0) installIdle(missing.join(' and '), missing.map((tool) => packages[tool]).join(' '));
}

/** Its path, after installing it where that is needed. @throws Complaint when it is not there and we may not. */
export function ensureTool(tool: Tool): string {
  ensureTools([tool]);
  const found = findTool(tool);
  if (found === undefined) throw new Complaint(`${packages[tool]} was installed, but ${tool} is nowhere.`);
  return found;
}
