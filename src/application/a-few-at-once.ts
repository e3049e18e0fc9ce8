/**
 * Does a piece of work for every item, at most `most` of them at a time. After a failure nothing new is begun, and
 * the first failure is thrown.
 */
export async function aFewAtOnce<T>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let isFailed = false;
  const worker = async () => {
    for (let next = queue.next(); !next.done && !isFailed; next = queue.next()) {
      await work(next.value).catch((error: unknown) => {
        isFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
}
