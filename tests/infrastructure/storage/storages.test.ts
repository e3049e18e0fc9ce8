/** What every storage promises: in memory, in a folder, in a server that speaks S3, and over Supabase's HTTP. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import aws4 from 'aws4';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileStorage } from '../../../src/application/ports/reports.ts';
import { makeFolderStorage } from '../../../src/infrastructure/storage/folder-storage.ts';
import { MemoryStorage } from '../../../src/infrastructure/storage/memory-storage.ts';
import { makeS3Storage } from '../../../src/infrastructure/storage/s3-storage.ts';
import { makeSupabaseStorage } from '../../../src/infrastructure/storage/supabase-storage.ts';

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

const s3Keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const region = 'eu-central-1';

/** The signature (AWS Signature Version 4) that a request must carry, reckoned by another implementation than ours. */
function signatureDue({ method = '', url = '', headers }: IncomingMessage): string {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const request = { service: 's3', region, method, path: url, headers: signed };
  const { headers: made } = aws4.sign(request, s3Keys);
  return String(made?.Authorization);
}

describe('the storage over S3', () => {
  let server: Server;
  /** The digest of the body that a request was signed with. */
  const digests: unknown[] = [];
  const settings = (changes: Partial<Parameters<typeof makeS3Storage>[0]> = {}) => ({
    ...{ bucket: 'files', region, endpoint: addressOf(server), prefix: 'reports/', ...s3Keys },
    ...changes,
  });
  beforeAll(async () => {
    const s3 = new S3rver({
      ...{ silent: true, directory: path.join(folder, 's3') },
      configureBuckets: [{ name: 'files', configs: [] }],
    });
    await s3.configureBuckets();
    const answer = s3.callback();
    // s3rver looks at keys but not at signatures of version 4.
    server = createServer((request, response) => {
      digests.push(request.headers['x-amz-content-sha256']);
      if (request.headers.authorization === signatureDue(request)) return answer(request, response);
      const error = '<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>';
      return response.writeHead(403, { 'Content-Type': 'application/xml' }).end(error);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  promises(() => makeS3Storage(settings()));

  it('signs what it sends together with its bytes', async () => {
    await makeS3Storage(settings()).put('signed.pdf', bytes, 'application/pdf');
    expect(digests.at(-1)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('says so when it is refused, and never takes that for a file that is not there', async () => {
    const refused = (changes: Parameters<typeof settings>[0]) => makeS3Storage(settings(changes));
    for (const wrong of [
      { secretAccessKey: 'guessed' },
      { accessKeyId: 'nobody' },
      { region: 'us-east-1' },
    ] as const) {
      await expect(refused(wrong).put('r-1.pdf', bytes, 'application/pdf')).rejects.toMatchObject({
        name: 'SignatureDoesNotMatch',
      });
      await expect(refused(wrong).get('r-1.pdf')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
      await expect(refused(wrong).delete('r-1.pdf')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    }
    await expect(refused({ bucket: 'none' }).get('r-1.pdf')).rejects.toMatchObject({ name: 'NoSuchBucket' });
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
      url: addressOf(server),
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
