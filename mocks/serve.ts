/**
 * Mock services as a process: `node mocks/serve.ts [--service courses] [--data oulad]`, all nine or those that are named,
 * each on a port of its own. Says where they listen.
 */
import { parseArgs } from 'node:util';
import { type Service, services } from '../src/domain/provenance.ts';
import { loadOuladServices, ouladDirectory } from './oulad.ts';
import { startMockServices } from './server.ts';
import { worldServices } from './services.ts';
import { defaultLearners } from './world/world.ts';

const { values } = parseArgs({
  options: {
    service: { type: 'string', multiple: true },
    data: { type: 'string', default: 'world' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    'clock-start': { type: 'string' },
    seed: { type: 'string', default: '1' },
    learners: { type: 'string', default: String(defaultLearners) },
    organizations: { type: 'string' },
  },
});
const isService = (name: string): name is Service => (services as readonly string[]).includes(name);
const served = (values.service ?? services).map((name) => {
  if (isService(name)) return name;
  throw new Error(`--service must be one of ${services.join(', ')}`);
});
const [only] = served.length === 1 ? served : [];
if (only === undefined && values.port !== '0') throw new Error('--port is for one service');

/** The same start instant in every process, so that their pasts agree; from there time runs as usual. */
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
  routesByService: Object.fromEntries(served.map((service) => [service, routes[service]])),
  host: values.host,
  ports: only === undefined ? {} : { [only]: Number(values.port) },
  now,
});
if (process.send) process.send(running.services);
else
  for (const service of served)
    process.stdout.write(`${service} listens on ${running.services[service]?.url}\n`);

const stop = () => void running.close().then(() => process.exit(0));
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Started by another process that has gone: nobody is left to stop us.
process.on('disconnect', stop);
