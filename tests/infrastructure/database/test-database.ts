import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, it } from 'vitest';

const serverUrl = process.env.TEST_DATABASE_URL || undefined;

/**
 * A suite that needs a real server. Without one it is one skipped line, and in CI, where nothing may pass by
 * being skipped, one failure.
 */
export function describeOnPostgres(name: string, suite: () => void): void {
  const hint = 'TEST_DATABASE_URL is not set; run under scripts/with-postgres.ts';
  if (serverUrl !== undefined) describe(name, suite);
  else if (process.env.CI !== 'true') it.skip(`${name}: ${hint}`, () => undefined);
  else
    it(name, () => {
      throw new Error(hint);
    });
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export interface TestDatabase {
  url: string;
  drop: () => Promise<void>;
}

/** An empty database of its own on the test server: suites run side by side. */
export async function makeTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`create database ${name}`);
  const url = new URL(serverUrl ?? '');
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`drop database ${name} with (force)`) };
}

/** The same, owned by a login that is no superuser but may make roles: what Supabase and most hosts give. */
export async function makeHostedDatabase(): Promise<TestDatabase> {
  const { url, drop } = await makeTestDatabase();
  const database = new URL(url);
  const name = database.pathname.slice(1);
  await onServer(`create role ${name} login createrole password 'of a test'`);
  await onServer(`alter database ${name} owner to ${name}`);
  database.username = name;
  database.password = 'of a test';
  const dropBoth = async () => {
    await drop();
    await onServer(`drop role ${name}`);
  };
  return { url: database.href, drop: dropBoth };
}
