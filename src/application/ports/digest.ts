/** A short, URL-safe digest of bytes; equal bytes, equal digest. Not a secret. */
export type Digest = (bytes: Uint8Array | string) => string;
