import { z } from 'zod';
import { type ChainVerdict, ChainVerifier, type VerifyOptions } from '../../domain/audit/chain.ts';
import type { Rpc } from '../ports/rpc.ts';

const page = z.array(
  z.object({
    position: z.number(),
    cause: z.enum(['added', 'erased']),
    lineId: z.number(),
    occurredAtMicros: z.number(),
    factsHash: z.string(),
    nonce: z.string().nullable(),
    commitment: z.string(),
    previousHash: z.string(),
    hash: z.string(),
    line: z.object({ facts: z.string(), personal: z.string() }).nullable(),
  }),
);
const lineIds = z.array(z.number());
const pageSize = 2000;

/**
 * Reads the whole audit log with its chain, and says what does not hold. Lines may be written and people erased
 * meanwhile.
 * @throws RpcError
 */
export async function verifyAudit(rpc: Rpc, options: VerifyOptions): Promise<ChainVerdict> {
  const verifier = new ChainVerifier(options);
  for (let after = 0; ; ) {
    const answer = await rpc.call(
      'audit_chain',
      { after_position: after, limit: pageSize },
      { isLong: true },
    );
    const entries = page.parse(answer);
    verifier.add(entries);
    if (entries.length < pageSize) break;
    after = entries.at(-1)?.position ?? after;
  }
  return verifier.end(lineIds.parse(await rpc.call('audit_unchained', {}, { isLong: true })));
}
