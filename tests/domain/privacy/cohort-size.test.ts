import { describe, expect, it } from 'vitest';
import { minimumCohort } from '../../../src/domain/privacy/cohort-size.ts';

describe('the smallest group that may be told about', () => {
  it('has ten people; an organization may ask for more, and never for less than five', () => {
    expect([minimumCohort(), minimumCohort(25), minimumCohort(7), minimumCohort(1)]).toEqual([10, 25, 7, 5]);
  });
});
