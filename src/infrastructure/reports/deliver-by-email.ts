import { createTransport } from 'nodemailer';
import type { Deliver } from '../../application/ports/reports.ts';
import { type Word, wordIn } from '../../application/reports/words.ts';

export interface EmailSettings {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. */
  url: string;
  /** Who it is from. */
  from: string;
}

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
const titles = {
  learner: 'learnerReport',
  trainer: 'trainerReport',
  organization: 'organizationReport',
} as const satisfies Record<string, Word>;

/**
 * Sends the report as an attachment to whoever ordered it. There is no figure and no name in the mail itself. Sent
 * twice it has one Message-ID, by which mail programs show it once. Whoever has no address gets none: the report waits
 * to be fetched.
 */
export function makeDeliverByEmail({ url, from }: EmailSettings): Deliver {
  const transport = createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true });
  const domain = from.replace(/^.*@/, '').replace(/[^A-Za-z0-9.-].*$/, '') || 'localhost';
  return async ({ report, email, fileName, contentType, bytes }) => {
    if (email === null) return;
    const title = wordIn(report.parameters.language, titles[report.type]);
    const day = new Date(report.asOf ?? report.createdAt).toISOString().slice(0, 10);
    await transport.sendMail({
      from,
      to: { name: '', address: email },
      subject: `${title} – ${day}`,
      text: `${title}, ${day}\n`,
      messageId: `<${report.reportId}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      attachments: [{ filename: fileName, content: bytes, contentType }],
    });
  };
}
