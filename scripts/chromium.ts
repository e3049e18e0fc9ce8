/** Debian's Chromium, quiet and without a past, driven by playwright-core. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { directoryOf, installDebian } from './debian-server.ts';

const program = 'chromium';

/** Where it is; undefined = it is not on this machine. */
export function findChromium(): string | undefined {
  const directory = directoryOf(program);
  return directory === undefined ? undefined : path.join(directory, program);
}

/** Installs it where we may. @throws Complaint when we may not. */
export function ensureChromium(): void {
  if (findChromium() === undefined) installDebian('Chromium', program, () => undefined);
}

/** A new browser with a profile of its own, which goes when it is closed. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined || !existsSync(executablePath)) throw new Error('There is no Chromium.');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
