/** Hours of a month, as AWS counts them. */
export const HOURS = 730;
const SECONDS = HOURS * 3600;

/** Constant load of a stack during a month, in API requests. */
export class Load {
  constructor(readonly requestsPerSecond: number) {}

  /** API requests per month. */
  get requests(): number {
    return this.requestsPerSecond * SECONDS;
  }

  /** First visits of the page per month. */
  get pageLoads(): number {
    return this.requests * ASSUMED.pageLoadsPerRequest;
  }
}

/** Assumptions about requests and resource use, which a template does not contain. */
export const ASSUMED = {
  /** Bytes of an API request and its response, headers included, as the load balancer counts them. */
  bytesPerRequest: 3000,
  /** Bytes of an API response, headers included, as CloudFront sends it. */
  bytesPerAnswer: 1000,
  /** First visits of the page for each API request. */
  pageLoadsPerRequest: 0.01,
  /** Files of a first visit, and their compressed bytes. */
  filesPerPageLoad: 6,
  bytesPerPageLoad: 130_000,
  /** Requests of a first visit that run the viewer-request function. */
  functionRunsPerPageLoad: 5,
  /** Requests for which API Gateway uses the same connection to the load balancer. */
  requestsPerConnection: 100,
  /** CPU seconds of one request in a container. */
  cpuSecondsPerRequest: 0.001,
  /** Milliseconds for which Lambda bills a request, mostly its CPU time on a part of a CPU. */
  functionMsPerRequest: 5,
  /** Memory that the operating system and the ECS agent of a container instance use. */
  hostMemoryMiB: 160,
  /** Bytes of the line that the API logs for a request. */
  bytesPerLogLine: 400,
  /** Bytes of each variable in a line of API Gateway's access log. */
  bytesPerLoggedValue: 20,
  /** Compressed bytes of a line in CloudFront's log. */
  bytesPerEdgeLogLine: 120,
  /** Size of stored logs, as a part of their size at ingestion. */
  logCompression: 0.15,
  /** Ids that one write reserves, unless the API has the variable GREETING_ID_BLOCK. */
  idsPerReservation: 100,
  /** Bytes of an item in a table with a time to live, and in each index, DynamoDB's own 100 included. */
  bytesPerStoredItem: 270,
  /** Items that one API request stores in such a table. Most requests only read. */
  itemsPerRequest: 0.01,
  /** Days for which such an item is stored. */
  daysItemsAreStored: 90,
  /** Requests per second that a task can handle, when there is no scaling policy. */
  requestsPerSecondPerTask: 200,
} as const;
