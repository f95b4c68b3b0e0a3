import { createHash } from 'node:crypto';
import { type Response, ServiceError, toXml } from './response';

/** An object of the fake S3. */
export interface FakeObject {
  readonly version: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const OBJECT_HEADERS = [
  'cache-control',
  'content-type',
  'content-encoding',
  'content-disposition',
  'content-language',
];

/** Fake S3: every bucket exists, and all versions of an object are stored. */
export class FakeS3 {
  readonly #buckets = new Map<string, Map<string, FakeObject[]>>();
  /** Changes in order: `PUT bucket/key`. */
  readonly log: string[] = [];
  #versions = 0;

  /** Returns the latest version of each object. */
  objects(bucket: string): Map<string, FakeObject> {
    return new Map(
      [...this.#bucket(bucket)].flatMap(([key, versions]) => {
        const newest = versions.at(-1);
        return newest ? [[key, newest] as const] : [];
      }),
    );
  }

  put(bucket: string, key: string, body: string | Buffer, headers: Record<string, string> = {}): void {
    const versions = this.#bucket(bucket).get(key) ?? [];
    const version = `v${(this.#versions += 1)}`;
    this.#bucket(bucket).set(key, [...versions, { version, body: Buffer.from(body), headers }]);
  }

  /** Deletes an object and its versions. */
  delete(bucket: string, key: string): void {
    this.#bucket(bucket).delete(key);
  }

  respond(method: string, url: URL, headers: Readonly<Record<string, string>>, body: Buffer): Response {
    const [bucket = '', ...rest] = decodeURIComponent(url.pathname).slice(1).split('/');
    const key = rest.join('/');
    const { searchParams: query } = url;
    if (method === 'POST' && query.has('delete')) return this.#deleteObjects(bucket, body.toString());
    if (method === 'GET' && query.has('versions')) return this.#listVersions(bucket);
    if (method === 'GET' && query.get('list-type') === '2') return this.#list(bucket, query);
    if (method === 'GET' && query.has('location'))
      return xml(`<LocationConstraint>eu-central-1</LocationConstraint>`);
    if (method === 'GET' && query.has('encryption')) {
      throw new ServiceError('ServerSideEncryptionConfigurationNotFoundError', 'none', 404);
    }
    if (method === 'POST' && query.has('uploads')) {
      return xml(toXml({ InitiateMultipartUploadResult: { Bucket: bucket, Key: key, UploadId: 'one' } }));
    }
    // No test reads an object that is uploaded in parts.
    if (method === 'PUT' && query.has('partNumber')) return { status: 200, headers: { etag: etag(body) } };
    if (method === 'POST' && query.has('uploadId')) {
      return xml(toXml({ CompleteMultipartUploadResult: { Bucket: bucket, Key: key } }));
    }
    if (method === 'PUT' && key) {
      const kept = Object.entries(headers).filter(([name]) => OBJECT_HEADERS.includes(name));
      this.put(bucket, key, body, Object.fromEntries(kept));
      this.log.push(`PUT ${bucket}/${key}`);
      return { status: 200, headers: { etag: etag(body) } };
    }
    if (method === 'HEAD' && key) {
      const object = this.objects(bucket).get(key);
      return { status: object ? 200 : 404 };
    }
    if (method === 'GET' && key) {
      const object = this.objects(bucket).get(key);
      if (!object) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
      return { status: 200, body: object.body };
    }
    throw new ServiceError('NotImplemented', `fake S3 has no ${method} ${url.pathname}${url.search}`, 501);
  }

  #list(bucket: string, query: URLSearchParams): Response {
    const prefix = query.get('prefix') ?? '';
    const found = [...this.objects(bucket)].filter(([key]) => key.startsWith(prefix));
    const after = Number(query.get('continuation-token') ?? 0);
    // Small pages: a client that reads only the first one fails.
    const page = found.slice(after, after + 3);
    const more = after + 3 < found.length;
    return xml(
      toXml({
        ListBucketResult: {
          IsTruncated: more,
          NextContinuationToken: more ? after + 3 : undefined,
          Contents: page.map(([Key, object]) => ({ Key, ETag: etag(object.body), Size: object.body.length })),
        },
      }),
    );
  }

  #listVersions(bucket: string): Response {
    if (!this.#buckets.has(bucket))
      throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
    const all = [...this.#bucket(bucket)].flatMap(([Key, versions]) =>
      versions.map(({ version }) => ({ Key, VersionId: version })),
    );
    return xml(toXml({ ListVersionsResult: { Version: all.slice(0, 3), IsTruncated: all.length > 3 } }));
  }

  #deleteObjects(bucket: string, body: string): Response {
    for (const [, object = ''] of body.matchAll(/<Object>(.*?)<\/Object>/g)) {
      const key = /<Key>(.*?)<\/Key>/.exec(object)?.[1] ?? '';
      const version = /<VersionId>(.*?)<\/VersionId>/.exec(object)?.[1];
      const versions = this.#bucket(bucket).get(key) ?? [];
      const left = version === undefined ? [] : versions.filter((one) => one.version !== version);
      if (left.length > 0) this.#bucket(bucket).set(key, left);
      else this.#bucket(bucket).delete(key);
      this.log.push(`DELETE ${bucket}/${key}`);
    }
    return xml('<DeleteResult/>');
  }

  #bucket(name: string): Map<string, FakeObject[]> {
    const bucket = this.#buckets.get(name) ?? new Map<string, FakeObject[]>();
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

function xml(body: string): Response {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
