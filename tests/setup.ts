/** Before every test file: property tests draw the same cases each time, so that a gate says the same of the same code. */
import fc from 'fast-check';

/** Another number explores other cases. */
const seed = Number(process.env.FAST_CHECK_SEED ?? 20_261_121);

fc.configureGlobal({ seed });
