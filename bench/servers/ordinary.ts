/** The stack that most teams would write: every usual package in its usual place. */
import type { AddressInfo } from 'node:net';
import cors from 'cors';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import jwt from 'jsonwebtoken';
import NodeCache from 'node-cache';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';

process.once('message', (message: { body: string; secret: string }) => {
  const cache = new NodeCache({ stdTTL: 300 });
  cache.set('answer', JSON.parse(message.body));
  const app = express();
  app.use(pinoHttp({ logger: pino(pino.destination('/dev/null')) }));
  app.use(helmet());
  app.use(cors());
  app.use(rateLimit({ windowMs: 60_000, limit: 1e9, standardHeaders: 'draft-8', legacyHeaders: false }));
  app.use((request, response, next) => {
    try {
      response.locals.user = jwt.verify(request.headers.authorization?.slice(7) ?? '', message.secret, {
        algorithms: ['HS256'],
      });
      next();
    } catch {
      response.status(401).json({ error: 'unauthorized' });
    }
  });
  app.get('/api/v1/analytics/learner/velocity/:userId', (_request, response) => {
    response.json(cache.get('answer'));
  });
  const server = app.listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
});
