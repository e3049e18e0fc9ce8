/** What keeps the application from starting and a person has to put right, as one line instead of a stack. */
import { DirectoryHeldError } from './infrastructure/database/directory-lock.ts';
import { NotMigratedError } from './infrastructure/database/schema-state.ts';

/**
 * The result of starting. Such an error ends the process with code 78 (EX_CONFIG), as a configuration does that cannot
 * be used; any other is a defect and is thrown.
 */
export async function orEndProcess<T>(starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof DirectoryHeldError || error instanceof NotMigratedError)) throw error;
    process.stderr.write(`Cannot start. ${error.message}\n`);
    process.exit(78);
  }
}
