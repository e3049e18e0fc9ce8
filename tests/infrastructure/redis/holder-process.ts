/** Takes the turn for an answer and never gives it back; ended from outside. Arguments: URL and key. */
import { openProcess, soon } from './processes.ts';

const [url = '', key = ''] = process.argv.slice(2);
const { cache } = await openProcess(url);
await cache.begin(key, [`tag of ${key}`], soon());
process.stdout.write('holding\n');
setInterval(() => undefined, 1000);
