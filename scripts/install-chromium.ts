/** Installs Debian's Chromium if there is none: the browser tests need it, and must not skip in the gate. */
import { ensureChromium } from './chromium.ts';
import { Complaint } from './debian-server.ts';

try {
  ensureChromium();
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 69;
}
