/** A string, or what opens, closes or separates; values between them say nothing about names. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * Whether an object in a JSON text has a name twice, also when it is written with escapes: readers differ in which of
 * them counts, so what one has checked another may read otherwise. The text must be valid JSON.
 */
export function hasDuplicateNames(json: string): boolean {
  const open: Set<string>[] = [];
  let last = '';
  for (const [part] of json.matchAll(token)) {
    if (part === '{' || part === '[') open.push(new Set());
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':') {
      const names = open.at(-1);
      const name = String(JSON.parse(last));
      if (names?.has(name)) return true;
      names?.add(name);
    }
    last = part;
  }
  return false;
}
