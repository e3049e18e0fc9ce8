/** Runs a script of the project as a user would; nothing here knows its code. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  code: number;
  output: string;
}

/**
 * @param env beside this process's own; an empty text is as good as unset.
 * @param timeoutMs below that of a test, so that what it has said is seen.
 */
export function runScript(
  script: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  timeoutMs = 220_000,
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env }, timeout: timeoutMs };
    const child = execFile(process.execPath, [script, ...args], options, (_, stdout, stderr) =>
      // A process that was ended for taking too long has no code.
      resolve({ code: child.exitCode ?? -1, output: `${stdout}${stderr}` }),
    );
  });
}
