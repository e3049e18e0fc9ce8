import { createHmac } from 'node:crypto';
import type { Clock } from '../../application/ports/clock.ts';
import type { Deliver } from '../../application/ports/reports.ts';

export interface WebhookSettings {
  /** From the configuration, never from a caller. */
  url: string;
  secret: string;
  clock: Clock;
}

const timeoutMs = 10_000;

/**
 * Tells the receiver that a report is ready, and where it can be fetched, once. Signed as what services send us:
 * `v2=` HMAC-SHA256 of `v2`, timestamp, id and body, joined by full stops, in hex. The id is the same when it is told twice.
 * @throws Error unless the receiver answers 2xx.
 */
export const makeDeliverByWebhook =
  ({ url, secret, clock }: WebhookSettings): Deliver =>
  async ({ report, path }, signal) => {
    const { reportId, type, format, subjectId, requestedBy, organizationId, asOf, inputDigest } = report;
    const body = JSON.stringify({
      ...{ id: reportId, type: 'report_ready' },
      data: {
        ...{
          reportId,
          type,
          format,
          subjectId,
          requestedBy,
          organizationId,
          inputDigest,
          downloadPath: path,
        },
        asOf: asOf === null ? null : new Date(asOf).toISOString(),
      },
    });
    const timestamp = String(Math.floor(clock.now() / 1000));
    const signature = createHmac('sha256', secret)
      .update(`v2.${timestamp}.${reportId}.${body}`)
      .digest('hex');
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'Content-Type': 'application/json',
        'X-Webhook-Id': reportId,
        'X-Webhook-Timestamp': timestamp,
        'X-Webhook-Signature': `v2=${signature}`,
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the receiver answered ${answer.status}`);
  };
