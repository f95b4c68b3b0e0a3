/** Where on AWS an operation works, and with whose credentials. */
export interface Place {
  readonly region: string;
  /** A profile of the AWS configuration files; `undefined` leaves the choice to the SDK. */
  readonly profile: string | undefined;
}

/** Who an operation works for, as AWS sees it. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
}
