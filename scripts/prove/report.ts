/** What a drill found, one line per promise. */
export interface Promised {
  what: string;
  seen: string;
  holds: boolean;
}

/** Prints them, and says whether all hold. */
export function report(promises: readonly Promised[]): boolean {
  for (const { what, seen, holds } of promises)
    process.stdout.write(`${holds ? 'holds ' : 'BROKEN'}  ${what}: ${seen}\n`);
  return promises.every(({ holds }) => holds);
}
