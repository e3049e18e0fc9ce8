/** Installs Prometheus and nginx if they are not there: what is in deploy/ is judged by them, and must not skip in the gate. */
import { Complaint } from './debian-server.ts';
import { ensureTools } from './debian-tools.ts';

try {
  ensureTools(['promtool', 'nginx']);
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 69;
}
