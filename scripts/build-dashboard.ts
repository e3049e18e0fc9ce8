/** Builds the dashboard into public/, if it is not there as it should be: `npm run build:dashboard`. */
import { buildDashboard } from './dashboard-build.ts';

process.stdout.write(
  (await buildDashboard()) ? 'The dashboard has been built.\n' : 'The dashboard is up to date.\n',
);
