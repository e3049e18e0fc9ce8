/** What every storage promises: in memory, in a folder, in a server that speaks S3, and over Supabase's HTTP. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileStorage } from '../../../src/application/ports/reports.ts';
import { makeFolderStorage } from '../../../src/infrastructure/storage/folder-storage.ts';
import { MemoryStorage } from '../../../src/infrastructure/storage/memory-storage.ts';
import { makeS3Storage } from '../../../src/infrastructure/storage/s3-storage.ts';
import { makeSupabaseStorage } from '../../../src/infrastructure/storage/supabase-storage.ts';

const bytes = Buffer.from([0, 255, 13, 10, 128, 1]);

function promises(open: () => FileStorage): void {
  it('keeps bytes as they are, replaces them, and deletes them', async () => {
    const storage = open();
    await storage.put('r-1.pdf', bytes, 'application/pdf');
    expect(await storage.get('r-1.pdf')).toEqual(bytes);
    await storage.put('r-1.pdf', Buffer.from('other'), 'application/pdf');
    expect((await storage.get('r-1.pdf'))?.toString()).toBe('other');
    await storage.delete('r-1.pdf');
    expect(await storage.get('r-1.pdf')).toBeNull();
  });

  it('knows nothing of what is not there, and deletes it without a word', async () => {
    expect(await open().get('never.csv')).toBeNull();
    await open().delete('never.csv');
  });

  it('keeps a megabyte', async () => {
    const large = Buffer.alloc(1_000_000, 'a');
    await open().put('large.html', large, 'text/html');
    expect((await open().get('large.html'))?.equals(large)).toBe(true);
  });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'storages-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the storage in memory', () => {
  const storage = new MemoryStorage();
  promises(() => storage);
});

describe('the storage in a folder', () => {
  const at = () => path.join(folder, 'reports');
  promises(() => makeFolderStorage(at()));

  it('is for its user alone, and leaves nothing half written', async () => {
    await makeFolderStorage(at()).put('r-2.pdf', bytes, 'application/pdf');
    expect((await stat(path.join(at(), 'r-2.pdf'))).mode & 0o077).toBe(0);
    expect((await stat(at())).mode & 0o077).toBe(0);
    expect((await readdir(at())).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each(['../r', 'a/b', '/etc/passwd', '..', '', 'a.b.c'])('has no key %j', async (key) => {
    await expect(makeFolderStorage(at()).get(key)).rejects.toThrow('this is no key of a file');
  });
});

describe('the storage over S3', () => {
  let server: S3rver;
  let port: number;
  const settings = (changes: Partial<Parameters<typeof makeS3Storage>[0]> = {}) => ({
    ...{ bucket: 'files', region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, prefix: 'reports/' },
    ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    ...changes,
  });
  beforeAll(async () => {
    server = new S3rver({
      ...{ port: 0, address: '127.0.0.1', silent: true, directory: path.join(folder, 's3') },
      configureBuckets: [{ name: 'files', configs: [] }],
    });
    ({ port } = await server.run());
  });
  afterAll(() => server.close());
  promises(() => makeS3Storage(settings()));

  it('says so when it is refused, and never takes that for a file that is not there', async () => {
    const storage = makeS3Storage(settings({ accessKeyId: 'nobody' }));
    await expect(storage.put('r-1.pdf', bytes, 'application/pdf')).rejects.toThrow();
    await expect(makeS3Storage(settings({ bucket: 'none' })).get('r-1.pdf')).rejects.toThrow();
  });
});

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

/** As Supabase Storage answers (storage-api 1.x): its paths, its errors, and a key that is asked for. */
function storageApi(files: Map<string, Buffer>, key: string): Server {
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://storage');
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const body = await bodyOf(request);
    if (request.headers.authorization !== `Bearer ${key}`)
      return say(400, { statusCode: '403', error: 'Unauthorized', message: 'invalid signature' });
    const name = decodeURIComponent(pathname.replace('/storage/v1/object/private/', ''));
    if (request.method === 'POST' && request.headers['x-upsert'] === 'true') {
      files.set(name, body);
      return say(200, { Key: `private/${name}`, Id: 'id' });
    }
    if (request.method === 'GET' && files.has(name)) return response.writeHead(200).end(files.get(name));
    if (request.method === 'GET')
      return say(400, { statusCode: '404', error: 'not_found', message: 'Object not found' });
    if (request.method === 'DELETE' && pathname === '/storage/v1/object/private') {
      const { prefixes } = JSON.parse(body.toString()) as { prefixes: string[] };
      return say(
        200,
        prefixes.filter((one) => files.delete(one)).map((one) => ({ name: one })),
      );
    }
    return say(404, { message: 'no such route' });
  });
}

describe('the storage over Supabase', () => {
  const files = new Map<string, Buffer>();
  const server = storageApi(files, 'service-role');
  const settings = (serviceRoleKey = 'service-role') => ({
    ...{
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      bucket: 'private',
      serviceRoleKey,
    },
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  promises(() => makeSupabaseStorage(settings()));

  it('says so when it is refused, and never takes that for a file that is not there', async () => {
    const storage = makeSupabaseStorage(settings('wrong'));
    await expect(storage.put('a.csv', bytes, 'text/csv')).rejects.toThrow('the storage refused a file');
    await expect(storage.get('a.csv')).rejects.toThrow('the storage gave no file');
    await expect(storage.delete('a.csv')).rejects.toThrow('the storage deleted no file');
  });
});
