import type { z } from 'zod';
import { AppError, type ErrorDetail } from '../../domain/errors.ts';

/** Every problem of a part of the request, by the name the caller knows it by. */
export function detailsOf(part: string, issues: readonly z.core.$ZodIssue[]): ErrorDetail[] {
  return issues.flatMap((issue): ErrorDetail[] => {
    const field = [part, ...issue.path.map(String)].join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ field: `${field}.${key}`, message: 'is not a known name here' }));
    return [{ field, message: issue.message }];
  });
}

/** The parsed parts of a request, or one error that names every bad field of all of them. */
export function validateParts<P extends Record<string, { schema: z.ZodType; value: unknown }>>(
  parts: P,
): { [K in keyof P]: unknown } {
  const details: ErrorDetail[] = [];
  const output: Record<string, unknown> = {};
  for (const [name, { schema, value }] of Object.entries(parts)) {
    const result = schema.safeParse(value);
    if (result.success) output[name] = result.data;
    else details.push(...detailsOf(name, result.error.issues));
  }
  if (details.length > 0) throw new AppError('VALIDATION_ERROR', 'Some fields are not valid.', { details });
  return output as { [K in keyof P]: unknown };
}
