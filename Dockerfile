# The API alone, as small as it gets: no build tools, no development packages, no sample data, no shell needed.
# `npm run smoke:folder` does these very steps in a plain folder.
#   docker build -t learning-analytics .                   the API
#   docker build -t learning-analytics-mocks --target mocks .   the nine services with sample data, for deploy/compose.yaml
FROM node:24-slim AS base
WORKDIR /app

# The dashboard needs Vite and the like to be built, and nothing of them afterwards.
FROM base AS dashboard
COPY package.json package-lock.json ./
COPY client/package.json client/
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY client client
COPY dashboard dashboard
COPY scripts scripts
RUN node scripts/build-dashboard.ts

# A start reads few files that are compiled already; what it does is the same. Sample data only try out what was built.
FROM dashboard AS server
COPY src src
COPY mocks mocks
RUN node scripts/build.ts --without-mocks

FROM base AS modules
COPY package.json package-lock.json ./
COPY client/package.json client/
# Sources are TypeScript and run as they are: what other packages bring to be compiled or debugged is of no use here.
RUN npm ci --omit=dev --no-audit --no-fund --workspaces=false \
  && find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -type f -delete

FROM base AS program
COPY --from=modules /app/node_modules node_modules
COPY package.json openapi.yaml ./
COPY database database
COPY scripts/migrate.ts scripts/replay-events.ts scripts/
COPY src src

FROM program AS mocks
ENV NODE_ENV=production
COPY mocks mocks
USER 1000:1000
EXPOSE 4000
ENTRYPOINT ["node", "mocks/serve.ts", "--host", "0.0.0.0", "--port", "4000"]

FROM program AS api
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=dashboard /app/public public
COPY --from=server /app/built built
# The one place that is written to: the embedded database and files of reports, where neither is elsewhere.
RUN mkdir data && chown 1000:1000 data
VOLUME /app/data
# A number, so that a platform that refuses root can see that it is none.
USER 1000:1000
EXPOSE 3000
# /live asks nobody else: a service that is away is no reason to restart.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "built/start.js"]
