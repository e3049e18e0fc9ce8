/** A choice that this browser remembers; where it may not, the choice lasts as long as the page. */
export function kept<T extends string>(name: string, allowed: readonly T[], otherwise: T) {
  const key = `learning-analytics.${name}`;
  return {
    read: (): T => {
      try {
        const found = localStorage.getItem(key);
        return allowed.find((value) => value === found) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    write: (value: T): void => {
      try {
        localStorage.setItem(key, value);
      } catch {
        // Nothing is lost but the memory of it.
      }
    },
  };
}
