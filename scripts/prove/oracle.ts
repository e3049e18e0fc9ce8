/** Knows what is true: figures of the same services, asked without any fault, and what an answer may say of them. */
import { isDeepStrictEqual } from 'node:util';

/** Figures that are true, or left open; the first place that is neither, by its path. */
export function firstWrong(told: unknown, truth: unknown, mayBeOpen: boolean, path = 'data'): string | null {
  if (isDeepStrictEqual(told, truth)) return null;
  if (told === null && mayBeOpen) return null;
  if (!mayBeOpen || typeof told !== 'object' || typeof truth !== 'object' || told === null || truth === null)
    return path;
  if (Array.isArray(told) !== Array.isArray(truth)) return path;
  const names = new Set([...Object.keys(told), ...Object.keys(truth)]);
  for (const name of names) {
    const wrong = firstWrong(Reflect.get(told, name), Reflect.get(truth, name), mayBeOpen, `${path}.${name}`);
    if (wrong !== null) return wrong;
  }
  return null;
}
