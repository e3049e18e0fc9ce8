/** Whom this process may call over HTTP: the hosts of its configuration, and of names only where they may lead. */
import { type LookupAddress, type LookupOptions, lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A network: its first address and the length of its prefix. */
export interface Network {
  address: string;
  prefix: number;
}

/** `10.0.0.0/8`; undefined for what is none. */
export function readNetwork(text: string): Network | undefined {
  const [, address = '', prefix = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return Number(prefix) <= bits && prefix !== '' ? { address, prefix: Number(prefix) } : undefined;
}

function blockList(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const { address, prefix } of networks)
    list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

/** What is nobody's on the internet (IANA's special-purpose registries): this host, private, link-local, multicast. */
const inner = blockList(
  [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '::/128',
    '::1/128',
    '64:ff9b::/96',
    'fc00::/7',
    'fe80::/10',
    'ff00::/8',
  ].flatMap((text) => readNetwork(text) ?? []),
);

const isIn = (list: BlockList, { address, family }: LookupAddress): boolean =>
  list.check(address, family === 6 ? 'ipv6' : 'ipv4');

/** A name that leads where it must not, or an origin that nobody has configured. */
export class TargetError extends Error {
  readonly code = 'ERR_TARGET_REFUSED';
}

export interface Targets {
  /** Whether a configured URL is at this origin. */
  allows(origin: string): boolean;
  /** Resolves names as the system does, and refuses private addresses: a name says nothing of where it leads. */
  lookup: LookupFunction;
}

export interface TargetsOptions {
  /** The URLs of the configuration. */
  urls: readonly string[];
  /** Private networks that names may lead into. Addresses in URLs and `localhost` say themselves where they lead. */
  networks: readonly Network[];
  /** Told of each name that was refused, once. */
  onRefused: (host: string) => void;
  /** The system's, in the form that answers all addresses. */
  resolveAll?: (
    host: string,
    options: LookupOptions & { all: true },
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => void;
}

export function makeTargets({ urls, networks, onRefused, resolveAll = resolve }: TargetsOptions): Targets {
  const origins = new Set(urls.map((url) => new URL(url).origin));
  const allowed = blockList(networks);
  const told = new Set<string>();
  const mayLeadTo = (host: string) => (at: LookupAddress) =>
    host === 'localhost' || !isIn(inner, at) || isIn(allowed, at);

  const lookup: LookupFunction = (host, options, done) => {
    resolveAll(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        done(error, '');
        return;
      }
      const good = addresses.filter(mayLeadTo(host));
      const [first] = good;
      if (first === undefined) {
        if (!told.has(host)) onRefused(host);
        told.add(host);
        done(new TargetError('the name leads to a private address'), '');
      } else if (options.all) done(null, good);
      else done(null, first.address, first.family);
    });
  };
  return { allows: (origin) => origins.has(origin), lookup };
}
