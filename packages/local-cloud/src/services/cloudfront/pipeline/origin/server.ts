/** Why an origin gave no answer that can be passed on. */
export type OriginFailureKind = 'dns' | 'refused' | 'connectTimeout' | 'readTimeout' | 'brokenOff';

/** An origin could not be reached, or did not answer; CloudFront answers 502 or 504 (rows CF-DOWN-01 and CF-DOWN-02). */
export class OriginFailure extends Error {
  constructor(
    readonly kind: OriginFailureKind,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}
