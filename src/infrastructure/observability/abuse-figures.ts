import { Counter, type Registry } from 'prom-client';
import type { AbuseFigures } from '../../application/ports/abuse-figures.ts';
import { abuses } from '../../domain/identity/abuse.ts';

/** Counts from the start of the process on. */
export function makeAbuseFigures(registry: Registry): AbuseFigures {
  const counter = (name: string, help: string) => {
    const made = new Counter({ name, help, labelNames: ['abuse'], registers: [registry] });
    for (const abuse of abuses) made.inc({ abuse }, 0);
    return made;
  };
  const detected = counter('abuse_detected_total', 'Callers who did too much of what is harmless once');
  const refused = counter('abuse_refused_total', 'Requests of such callers that were refused');
  return {
    detected: (abuse) => detected.inc({ abuse }),
    refused: (abuse) => refused.inc({ abuse }),
  };
}
