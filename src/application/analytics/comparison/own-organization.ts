import { AppError } from '../../../domain/errors.ts';
import type { Subject } from '../../../domain/identity/policy.ts';

/** @throws AppError INSUFFICIENT_DATA for somebody who belongs to no organization: there is nobody to compare with. */
export function ownOrganization({ organizationId }: Subject): string {
  if (organizationId !== null) return organizationId;
  throw new AppError('INSUFFICIENT_DATA', 'Whoever is in no organization has nobody to be compared with.', {
    details: [{ field: 'organizationId', message: 'insufficient_data' }],
  });
}
