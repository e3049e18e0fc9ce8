/** Vercel's routing middleware: decides before its cache which answers may come from there (ADR 12). */
import { configFromEnvironment } from './src/config.ts';
import { makeMiddleware } from './src/presentation/edge/make-middleware.ts';
import { openEdge } from './src/wiring/edge.ts';

export const config = { matcher: '/api/v1/:path*', runtime: 'nodejs' };

export default makeMiddleware(await openEdge(configFromEnvironment()));
