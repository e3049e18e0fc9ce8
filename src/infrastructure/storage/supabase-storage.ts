import { createClient } from '@supabase/supabase-js';
import type { FileStorage } from '../../application/ports/reports.ts';

export interface SupabaseStorageSettings {
  url: string;
  serviceRoleKey: string;
  /** A private bucket. */
  bucket: string;
}

const timeoutMs = 20_000;

/** What the service says of a file that is not there; older ones say 400 with a status in the body. */
const isMissing = (error: {
  message: string;
  status?: number | undefined;
  statusCode?: string | undefined;
}): boolean => error.status === 404 || error.statusCode === '404' || /not.?found/i.test(error.message);

/** Files in a bucket of Supabase Storage. */
export function makeSupabaseStorage({ url, serviceRoleKey, bucket }: SupabaseStorageSettings): FileStorage {
  const { storage } = createClient(url, serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
    },
  });
  const files = storage.from(bucket);
  return {
    put: async (key, bytes, contentType) => {
      const { error } = await files.upload(key, bytes, { contentType, upsert: true, cacheControl: '0' });
      if (error) throw new Error(`the storage refused a file: ${error.name}`);
    },
    get: async (key) => {
      const { data, error } = await files.download(key);
      if (data) return Buffer.from(await data.arrayBuffer());
      // A failed download carries the answer itself.
      const status = (error as { originalError?: { status?: number } } | null)?.originalError?.status;
      if (error && (isMissing(error) || status === 404 || status === 400)) return null;
      throw new Error(`the storage gave no file: ${error?.name ?? 'nothing'}`);
    },
    delete: async (key) => {
      const { error } = await files.remove([key]);
      if (error && !isMissing(error)) throw new Error(`the storage deleted no file: ${error.name}`);
    },
  };
}
