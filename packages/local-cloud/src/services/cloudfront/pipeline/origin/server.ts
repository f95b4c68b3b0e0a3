import type { Request, Response } from '../../../../http/message';
import type { OriginFailureReason } from '../../../../trace/cloudfront-events';
import type { Signer } from '../../../s3/model/bucket-policy';

/** An origin could not be reached, or did not answer; CloudFront answers 502 or 504 (rows CF-DOWN-01 and CF-DOWN-02). */
export class OriginFailure extends Error {
  constructor(
    readonly reason: OriginFailureReason,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

/** How a request reaches a server. */
export interface OriginConnection {
  readonly protocol: 'http' | 'https';
  readonly port: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
}

/** The server of an origin's domain name. @throws OriginFailure when it cannot be reached */
export type OriginServer = (
  request: Request,
  signer: Signer | undefined,
  connection: OriginConnection,
) => Promise<Response>;

/** How origins are reached. */
export interface OriginAccess {
  /** By host name; contains every origin of the distribution. */
  readonly originServers: ReadonlyMap<string, OriginServer>;
  /** The account of signed requests. */
  readonly accountId: string;
}
