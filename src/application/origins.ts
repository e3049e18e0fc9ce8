import { type DataSource, worstSource } from '../domain/provenance.ts';
import type { Reply } from './ports/reply.ts';

export type Provenance = Pick<Reply<unknown>, 'dataSource' | 'asOf'>;

/** The worst origin and the oldest age of the replies that one answer stands on. */
export class Origins {
  #dataSource: DataSource = 'realtime';
  #asOf: number;

  /** @param now the age of what stands on no reply, epoch ms */
  constructor(now: number) {
    this.#asOf = now;
  }

  note<P extends Provenance>(reply: P): P {
    this.#dataSource = worstSource([this.#dataSource, reply.dataSource]);
    this.#asOf = Math.min(this.#asOf, reply.asOf);
    return reply;
  }

  get worst(): Provenance {
    return { dataSource: this.#dataSource, asOf: this.#asOf };
  }
}
