import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { FileStorage } from '../../application/ports/reports.ts';

export interface S3Settings {
  bucket: string;
  region: string;
  /** Undefined = Amazon's own. */
  endpoint: string | undefined;
  accessKeyId: string;
  secretAccessKey: string;
  /** Before every key, such as `reports/`. */
  prefix: string;
}

const timeouts = { connectionTimeout: 3000, requestTimeout: 20_000 };

/** Files in a bucket of S3, or of a service that speaks like it. */
export function makeS3Storage(settings: S3Settings): FileStorage {
  const { bucket: Bucket, region, endpoint, accessKeyId, secretAccessKey, prefix } = settings;
  const client = new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Others than Amazon do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: timeouts,
  });
  const at = (key: string) => ({ Bucket, Key: `${prefix}${key}` });
  return {
    put: async (key, Body, ContentType) => {
      await client.send(new PutObjectCommand({ ...at(key), Body, ContentType, CacheControl: 'no-store' }));
    },
    get: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return Body === undefined ? null : Buffer.from(await Body.transformToByteArray());
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    delete: async (key) => {
      await client.send(new DeleteObjectCommand(at(key)));
    },
  };
}
