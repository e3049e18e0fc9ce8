/** One mock service as a process: `node mocks/serve.ts --service courses [--data oulad]`. Says where it listens. */
import { parseArgs } from 'node:util';
import { services } from '../src/domain/provenance.ts';
import { loadOuladServices, ouladDirectory } from './oulad.ts';
import { startMockServices } from './server.ts';
import { worldServices } from './services.ts';
import { defaultLearners } from './world/world.ts';

const { values } = parseArgs({
  options: {
    service: { type: 'string' },
    data: { type: 'string', default: 'world' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    'clock-start': { type: 'string' },
    seed: { type: 'string', default: '1' },
    learners: { type: 'string', default: String(defaultLearners) },
    organizations: { type: 'string' },
  },
});
const service = services.find((name) => name === values.service);
if (service === undefined) throw new Error(`--service must be one of ${services.join(', ')}`);

/** The same start instant for all nine, so that their pasts agree; from there time runs as usual. */
const start = values['clock-start'];
const offset = start ? Date.parse(start) - Date.now() : 0;
const now = () => Date.now() + offset;

const routes =
  values.data === 'oulad'
    ? loadOuladServices({ dir: ouladDirectory(), now })
    : worldServices({
        seed: Number(values.seed),
        learners: Number(values.learners),
        ...(values.organizations ? { organizations: Number(values.organizations) } : {}),
        now,
      });

const running = await startMockServices({
  routesByService: { [service]: routes[service] },
  host: values.host,
  ports: { [service]: Number(values.port) },
  now,
});
const address = running.services[service];
if (process.send) process.send(address);
else process.stdout.write(`${service} listens on ${address?.url}\n`);

const stop = () => void running.close().then(() => process.exit(0));
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Started by another process that has gone: nobody is left to stop us.
process.on('disconnect', stop);
