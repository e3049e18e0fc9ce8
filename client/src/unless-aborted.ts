/**
 * What the work gives, or a rejection as soon as the signal aborts. The request is given the signal as well; but
 * Requests made from Requests pass an abort on only while nothing between them has been collected as garbage.
 */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
