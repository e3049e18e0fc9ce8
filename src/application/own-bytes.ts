/**
 * Bytes in memory of their own, for what is kept: a small Buffer is otherwise a part of a pool of 64 KB that it shares
 * with others, and keeps all of it as long as itself.
 */
export function ownBytes(content: string | Uint8Array): Buffer {
  if (typeof content !== 'string') {
    const copy = Buffer.allocUnsafeSlow(content.length);
    copy.set(content);
    return copy;
  }
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(content));
  bytes.write(content);
  return bytes;
}
