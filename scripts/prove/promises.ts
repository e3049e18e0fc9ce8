/** What is promised about security, faults and load, and what shows each: tests of the suite, or a command. */

export interface ByTests {
  /** Test files; with a name in it, `file › part of the name`, only those tests count. */
  tests: readonly string[];
}

export interface ByCommand {
  /** Name of an npm script. */
  script: string;
  args?: readonly string[];
  /** Where in its output the figure is: the first group of the last match. Without it, it reports promises of its own. */
  figure?: RegExp;
  /** Its time is not judged, so it may run beside others. */
  isTimeless?: boolean;
  /** Longest time, minutes. */
  minutes: number;
}

export interface Promised {
  area: string;
  promise: string;
  by: ByTests | ByCommand;
}

/** Long drills of others belong here by the name of their npm script. */
export const promises: readonly Promised[] = [
  {
    area: 'identity',
    promise: 'bad tokens of every kind are 401 in the same words, and cost one look at the keys',
    by: { tests: ['tests/presentation/bad-tokens.test.ts', 'tests/infrastructure/auth/tokens.test.ts'] },
  },
  {
    area: 'identity',
    promise: 'of 50 concurrent uses of one refresh token one wins, and the reuse ends the log-in',
    by: {
      tests: [
        'tests/infrastructure/database/schema-sessions.test.ts › exactly one winner',
        'tests/application/auth/sessions.test.ts › of 50 concurrent uses one wins',
      ],
    },
  },
  {
    area: 'identity',
    promise: 'a log-out or a change of roles works in every process within 5 s',
    by: { tests: ['tests/acceptance/ended-log-ins.test.ts'] },
  },
  {
    area: 'identity',
    promise: 'log-ins are limited by address and account, equally slow for unknown accounts',
    by: {
      tests: [
        'tests/presentation/limits.test.ts › log-ins',
        'tests/application/auth/sessions.test.ts › refuses an unknown account',
      ],
    },
  },
  {
    area: 'identity',
    promise: 'keys of services open what their scopes name, in their organization, and are shown once',
    by: { tests: ['tests/presentation/api-keys.test.ts', 'tests/infrastructure/auth/api-keys.test.ts'] },
  },
  {
    area: 'identity',
    promise: 'log-ins by cookie are read by no script and used by no other page',
    by: { tests: ['tests/presentation/session-cookies.test.ts'] },
  },
  {
    area: 'authorization',
    promise: 'every route, role, subject and method is answered as one table says; no trick gets around it',
    by: { tests: ['tests/presentation/authorization.test.ts', 'tests/presentation/policy.test.ts'] },
  },
  {
    area: 'authorization',
    promise: 'every demo person reads over real processes what the policy says, and nothing else',
    by: { tests: ['tests/acceptance/roles.test.ts'] },
  },
  {
    area: 'privacy',
    promise: 'an attacker who solves for everything told learns of hardly any small group',
    by: {
      tests: [
        'tests/domain/privacy/attack.test.ts',
        'tests/domain/privacy/organization-attack.test.ts',
        'tests/domain/privacy/trainer-attack.test.ts',
      ],
    },
  },
  {
    area: 'privacy',
    promise: 'caches are told to share nothing of anybody, and logs hold no id, name, token or body',
    by: { tests: ['tests/presentation/cache-headers.test.ts', 'tests/acceptance/logs.test.ts'] },
  },
  {
    area: 'input',
    promise: 'made-up requests of the contract bring no 5xx and nothing undocumented',
    by: { tests: ['tests/acceptance/fuzz.test.ts'] },
  },
  {
    area: 'input',
    promise: 'hostile bodies, slow sockets, smuggling shapes and 20,000 fuzzed requests leave it standing',
    by: { script: 'prove:input', minutes: 4 },
  },
  {
    area: 'outbound',
    promise: 'no redirect, no proxy, bounded replies: a hostile service harms nobody',
    by: {
      tests: [
        'tests/infrastructure/upstreams/http.test.ts',
        'tests/infrastructure/upstreams/hostile.test.ts',
        'tests/infrastructure/outbound.test.ts',
        'tests/wiring/outbound.test.ts',
        'tests/acceptance/hangs.test.ts',
      ],
    },
  },
  {
    area: 'abuse',
    promise:
      'who searches for ids, tries tokens or reads about everybody is noticed, kept waiting and on record',
    by: { tests: ['tests/presentation/abuse.test.ts', 'tests/infrastructure/auth/suspicions.test.ts'] },
  },
  {
    area: 'abuse',
    promise: 'honest people under load are never taken for that',
    by: { script: 'honest-load', args: ['--seconds', '30'], figure: /^(.+)$/gm, minutes: 2 },
  },
  {
    area: 'audit',
    promise: 'each kind of tampering with the audit log is found, and an erasure breaks nothing',
    by: {
      tests: ['tests/domain/audit/chain.test.ts', 'tests/infrastructure/database/schema-audit.test.ts'],
    },
  },
  {
    area: 'audit',
    promise: 'reads of others are on record with route and rule, from caches too, and answers never wait',
    by: {
      tests: ['tests/wiring/audit.test.ts', 'tests/application/audit/reads-on-record.test.ts'],
    },
  },
  {
    area: 'audit',
    promise: 'npm run audit:verify tells a whole log from one whose end was cut off',
    by: { tests: ['tests/scripts/audit-verify.test.ts'] },
  },
  {
    area: 'input',
    promise: 'hostile clients of every kind harm nobody, in the short form',
    by: { tests: ['tests/wiring/hostile-clients.test.ts'] },
  },
  {
    area: 'faults',
    promise: 'answers stay honest and in time through faults of every dependency, in the short form',
    by: { tests: ['tests/wiring/faults-matrix.test.ts', 'tests/presentation/load-shedder.test.ts'] },
  },
  {
    area: 'faults',
    promise: 'every toxic on every dependency: bounded answers, no invented zero, recovery within 5 s',
    by: { script: 'prove:faults', minutes: 5 },
  },
  {
    area: 'load',
    promise: 'at 3 × capacity goodput ≥ 80 % of the peak, p99 ≤ 4 × normal; a breaker storm ≤ 1.2 × calls',
    by: { script: 'prove:load', minutes: 5 },
  },
  {
    area: 'supply',
    promise: 'exact pins, sealed lock file, licences allowed, install scripts named',
    by: { script: 'check:supply', figure: /^(\d+ packages.*)$/gm, minutes: 1 },
  },
  {
    area: 'supply',
    promise: 'no secret in any file',
    by: { script: 'check:secrets', figure: /^(.*)$/gm, minutes: 1 },
  },
  {
    area: 'supply',
    promise: 'a CycloneDX list of all packages by one command',
    by: { script: 'sbom', figure: /"specVersion": "([\d.]+)"/g, minutes: 1 },
  },
  {
    area: 'mutation',
    promise:
      '≥ 85 % of mutants of policy, privacy, cache policy, tokens and audit chain are killed, of each by itself',
    by: { script: 'mutate', minutes: 15, isTimeless: true },
  },
];
