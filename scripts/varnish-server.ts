/**
 * A private Varnish on a free loopback port before an origin: a shared cache that follows RFC 9111 and 5861. It keys
 * as Vercel does (method, URL, host; no credentials) and reads the same headers in the same order. Nothing outlives `stop`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Complaint, directoryOf, ended, freePort, installIdle, type PrivateServer } from './debian-server.ts';

const program = 'varnishd';
const startTriesMs = 90_000;

/** The program's directory; undefined without one. */
export const findVarnish = (): string | undefined => directoryOf(program, ['/usr/sbin', '/usr/local/sbin']);

export function installVarnish(): void {
  installIdle('Varnish', 'varnish');
  if (findVarnish() === undefined) throw new Complaint('Varnish was installed, but its program is nowhere.');
}

/** What the cache answers when credentials come along with a sealed address. */
export const credentialsStatus = 597;

/** @param keyed what of the URL is part of the key. */
const configuration = (origin: URL, keyed: string) => `vcl 4.1;
import std;
backend origin { .host = "${origin.hostname}"; .port = "${origin.port}"; .first_byte_timeout = 30s; }
sub vcl_recv {
  if (req.url ~ "^/api/edge/" && (req.http.Authorization || req.http.Cookie)) {
    return (synth(${credentialsStatus}, "credentials at a sealed address"));
  }
  if (req.method != "GET" && req.method != "HEAD") { return (pass); }
  return (hash);
}
sub vcl_hash {
  hash_data(req.method);
  hash_data(${keyed});
  hash_data(req.http.Host);
  return (lookup);
}
sub vcl_backend_response {
  set beresp.http.X-Told = beresp.http.Cache-Control;
  if (beresp.http.CDN-Cache-Control) { set beresp.http.X-Told = beresp.http.CDN-Cache-Control; }
  if (beresp.http.Vercel-CDN-Cache-Control) { set beresp.http.X-Told = beresp.http.Vercel-CDN-Cache-Control; }
  set beresp.keep = 0s;
  set beresp.grace = 0s;
  if (beresp.http.X-Told !~ "(s-maxage|max-age)=" || beresp.http.X-Told ~ "(no-store|no-cache|private)" || beresp.http.Set-Cookie) {
    set beresp.uncacheable = true;
    set beresp.ttl = 60s;
    return (deliver);
  }
  set beresp.ttl = std.duration(regsub(beresp.http.X-Told, "^.*(s-maxage|max-age)=([0-9]+).*$", "\\2s"), 0s);
  if (beresp.http.X-Told ~ "stale-while-revalidate=") {
    set beresp.grace = std.duration(regsub(beresp.http.X-Told, "^.*stale-while-revalidate=([0-9]+).*$", "\\1s"), 0s);
  }
  return (deliver);
}
sub vcl_deliver {
  set resp.http.X-Cache = "miss";
  if (obj.hits > 0) { set resp.http.X-Cache = "hit"; }
  unset resp.http.X-Told;
  unset resp.http.Vercel-CDN-Cache-Control;
  unset resp.http.Vercel-Cache-Tag;
  return (deliver);
}
`;

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

interface VarnishOptions {
  /** Sealed addresses are all one to it; to prove that a test would notice. */
  ignoresSeal?: boolean;
}

/** @throws Complaint when it does not start. */
export async function startVarnish(origin: string, options: VarnishOptions = {}): Promise<PrivateServer> {
  const directory = findVarnish();
  if (directory === undefined) throw new Complaint('There is no Varnish on this machine.');
  const home = mkdtempSync(path.join(tmpdir(), 'with-varnish-'));
  const [log, file] = [path.join(home, 'log'), path.join(home, 'cache.vcl')];
  const keyed = options.ignoresSeal ? 'regsub(req.url, "^/api/edge/.*$", "/api/edge/")' : 'req.url';
  writeFileSync(file, configuration(new URL(origin), keyed));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = ['-F', '-j', 'none', '-a', `127.0.0.1:${port}`, '-T', 'none', '-f', file];
  const server = spawn(
    path.join(directory, program),
    [...flags, '-n', path.join(home, 'work'), '-s', 'malloc,64m'],
    {
      cwd: home,
      stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
      detached: true,
    },
  );
  const stop = async () => {
    server.kill('SIGTERM');
    await ended(server);
    rmSync(home, { recursive: true, force: true });
  };
  for (
    const until = Date.now() + startTriesMs;
    Date.now() < until && server.exitCode === null;
    await delay(50)
  )
    if (await answers(url)) return { url, stop };
  const said = readFileSync(log, 'utf8');
  await stop();
  throw new Complaint(`Varnish did not start:\n${said}`);
}
