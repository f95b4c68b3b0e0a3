const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** URLs of the AWS Management Console. */
export class ConsoleLinks {
  readonly #regional: string;
  readonly #global: string;

  constructor(
    private readonly region: string,
    partition: string,
  ) {
    const host = CONSOLES[partition] ?? CONSOLES['aws'];
    this.#regional = `https://${partition === 'aws' ? `${region}.` : ''}${host}`;
    this.#global = `https://${host}`;
  }

  /** @param stackId name or id */
  stack(stackId: string): string {
    return `${this.#regional}/cloudformation/home?region=${this.region}#/stacks/stackinfo?stackId=${encodeURIComponent(stackId)}`;
  }

  distribution(distributionId: string): string {
    return `${this.#global}/cloudfront/v4/home#/distributions/${distributionId}`;
  }

  users(userPoolId: string): string {
    return `${this.#regional}/cognito/v2/idp/user-pools/${userPoolId}/users?region=${this.region}`;
  }

  /** Log groups whose names contain the stack's name. */
  logs(stackName: string): string {
    return `${this.#regional}/cloudwatch/home?region=${this.region}#logsV2:log-groups$3FlogGroupNameFilter$3D${stackName}`;
  }
}
