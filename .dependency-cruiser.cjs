/** The layers of the onion. Arrows point inward only; each rule says why. */
const only = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });
module.exports = {
  forbidden: [
    only(
      'domain-is-pure',
      'The domain is arithmetic with names: it imports nothing but itself and a statistics library, so that a figure can be checked on paper.',
      { path: '^src/domain' },
      { pathNot: '^(src/domain|node_modules/simple-statistics)' },
    ),
    only(
      'application-knows-ports-not-adapters',
      'Use cases speak to ports; an adapter can be exchanged without touching them. zod is the one package let in (ADR 1).',
      { path: '^src/application' },
      { pathNot: '^(src/(domain|application)|node_modules/zod)' },
    ),
    only(
      'infrastructure-does-not-present',
      'An adapter that knew HTTP answers or routes could not serve a job or a test.',
      { path: '^src/infrastructure' },
      { path: '^src/presentation' },
    ),
    only(
      'presentation-does-not-reach-around',
      'Routes call use cases; a route that called an upstream or a cache itself would skip policy and provenance.',
      { path: '^src/presentation' },
      { path: '^src/infrastructure' },
    ),
    only(
      'only-the-container-wires',
      'One place knows everybody; whoever else imported it would know everybody too.',
      { path: '^src/(domain|application|infrastructure|presentation)' },
      { path: '^src/((container|main|serve|server|start)\\.[jt]s$|wiring/)' },
    ),
    only(
      'only-the-container-meets-the-mocks',
      'Production images leave mocks/ out; one dynamic import in the container is the only door to it.',
      { path: '^src', pathNot: '^src/container\\.ts$' },
      { path: '^mocks' },
    ),
    only(
      'acceptance-talks-http-only',
      'The acceptance suite judges the product from outside; an import of its code would let it cheat.',
      { path: '^tests/acceptance' },
      { path: '^(src|mocks)' },
    ),
    only(
      'source-does-not-import-tests',
      'What ships must not depend on what checks it.',
      { path: '^(src|mocks)' },
      { path: '^(tests|bench|scripts)' },
    ),
    only(
      'the-client-stands-alone',
      'The client is packed and installed elsewhere: it knows the contract (openapi.yaml), not the code behind it.',
      { path: '^client/src' },
      { pathNot: '^(client/src|node_modules|client/node_modules)' },
    ),
    only(
      'the-dashboard-is-a-client',
      'The dashboard shows what any frontend can do: it knows the client, not the code behind the API.',
      { path: '^dashboard/src' },
      { path: '^(src|mocks|scripts|tests)' },
    ),
    only('no-cycles', 'A cycle makes two files one, with two names.', {}, { circular: true }),
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
