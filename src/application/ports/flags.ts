import type { Flag, FlagSubject } from '../../domain/flags.ts';

/** Whether something is switched on for a subject. Never rejects: what cannot be known is off. */
export type IsOn = (flag: Flag, subject: FlagSubject) => Promise<boolean>;

/** Where nothing is configured everything is on. */
export const allOn: IsOn = async () => true;
