import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryDirectory } from '../run/clean-up';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const LIFETIME_DAYS = 365;
const DAY_MS = 86_400_000;

/** Returns a self-signed certificate for this machine's host names; stored in the file, if any, for its owner only. */
export async function certificateFor(file: string | undefined): Promise<Certificate> {
  const stored = file === undefined ? undefined : await readCertificate(file);
  if (stored) return stored;
  const created = await createCertificate();
  if (file !== undefined) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, created.cert + created.key, { mode: 0o600 });
  }
  return created;
}

/** A file with a certificate, without its key, for `NODE_EXTRA_CA_CERTS`. */
interface TrustFile {
  readonly file: string;
  remove(): Promise<void>;
}

export async function writeTrustFile({ cert }: Certificate): Promise<TrustFile> {
  const directory = await temporaryDirectory();
  const file = path.join(directory, 'certificate.pem');
  await writeFile(file, cert);
  return { file, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Returns `undefined` when there is none, or it expires within a day. */
async function readCertificate(file: string): Promise<Certificate | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [cert] = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----\s*/.exec(text) ?? [];
  const [key] = /-----BEGIN PRIVATE KEY-----[^]+?-----END PRIVATE KEY-----\s*/.exec(text) ?? [];
  if (cert === undefined || key === undefined) return undefined;
  const endsAt = Date.parse(new X509Certificate(cert).validTo);
  return endsAt > Date.now() + DAY_MS ? { cert, key } : undefined;
}

async function createCertificate(): Promise<Certificate> {
  // Slow to load, and only HTTPS needs it.
  const { default: selfsigned } = await import('selfsigned');
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    curve: 'P-256',
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + LIFETIME_DAYS * DAY_MS),
  });
  return { cert: withNewline(cert), key: withNewline(key) };
}

function withNewline(pem: string): string {
  return `${pem.replace(/\r\n/g, '\n').trimEnd()}\n`;
}
