/** Files that are made from the code: written, or with `--check` compared and refused when they differ. */
import { readFile, writeFile } from 'node:fs/promises';

export async function writeOrCheck(path: string, content: string, remedy: string): Promise<void> {
  if (!process.argv.includes('--check')) {
    await writeFile(path, content);
    console.log(`${path} written`);
    return;
  }
  const current = await readFile(path, 'utf8').catch(() => '');
  if (current === content) {
    console.log(`${path} is up to date`);
    return;
  }
  console.error(`${path} differs from what the code says. Run: ${remedy}`);
  process.exitCode = 1;
}
