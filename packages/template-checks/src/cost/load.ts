/** Hours AWS counts in a month. */
export const HOURS = 730;
const SECONDS = HOURS * 3600;

/** How much traffic a stage has, all month long. */
export class Load {
  constructor(
    /** Requests to the API, a second. */
    readonly requestsPerSecond: number,
  ) {}

  /** Requests to the API, a month. */
  get requests(): number {
    return this.requestsPerSecond * SECONDS;
  }

  /** First visits of the page, a month. */
  get pageLoads(): number {
    return this.requests * ASSUMED.pageLoadsPerRequest;
  }
}

/** What no template says: of the requests, and of what they make of the machines. */
export const ASSUMED = {
  /** Bytes of an API request and its answer together, headers included, as the load balancer sees them. */
  bytesPerRequest: 3000,
  /** Bytes of an API answer, headers included, as people get them. */
  bytesPerAnswer: 1000,
  /** First visits of the page for each API request. */
  pageLoadsPerRequest: 0.01,
  /** Files of a first visit, and their bytes, compressed. */
  filesPerPageLoad: 6,
  bytesPerPageLoad: 130_000,
  /** Requests of a page's first visit that run the viewer-request function. */
  functionRunsPerPageLoad: 5,
  /** API Gateway keeps connections to the load balancer open for so many requests. */
  requestsPerConnection: 100,
  /** CPU time of one request in a container. */
  cpuSecondsPerRequest: 0.001,
  /** What the operating system and the container agent of a host keep to themselves. */
  hostMemoryMiB: 160,
  /** Bytes of a line a container logs for a request. */
  bytesPerLogLine: 400,
  /** Bytes a value has in an access log line, for each variable of its format. */
  bytesPerLoggedValue: 20,
  /** Bytes of a line in CloudFront's log, compressed. */
  bytesPerEdgeLogLine: 120,
  /** Kept logs are compressed to this part of what came in. */
  logCompression: 0.15,
  /** Greeting ids reserved by one write, where the template does not say. */
  idsPerReservation: 100,
  /** Bytes of a kept greeting in the table, and again in each index, DynamoDB's own 100 included. */
  bytesPerKeptGreeting: 270,
  /** Requests a second a task takes, where no scaling policy says. */
  requestsPerSecondPerTask: 200,
} as const;
