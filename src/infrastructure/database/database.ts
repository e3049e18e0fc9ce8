import type { Rpc } from '../../application/ports/rpc.ts';

/** Connections of this process to one server. */
export interface PoolState {
  server: 'primary' | 'replica';
  inUse: number;
  idle: number;
  /** Calls that wait for one. */
  waiting: number;
}

/** A database that is open. Calls after `close()` are `unavailable`. */
export interface Database extends Rpc {
  /** Lets running calls end, then lets go of connections, threads and locks. */
  close(): Promise<void>;
  /** Left out where there are no connections to count. */
  pools?(): readonly PoolState[];
}

/**
 * One row as text; queries cast every column with `::text`, because PGlite and pg read other types
 * differently.
 */
export type TextRow = Readonly<Record<string, string | null>>;

/**
 * One connection, for migrations and for the catalog. Errors are the driver's own, with `code` = SQLSTATE.
 */
export interface SqlSession {
  query(text: string, values?: readonly string[]): Promise<readonly TextRow[]>;
  /** Any number of statements, without values. */
  script(text: string): Promise<void>;
}
