import { describeCognito } from './cognito';
import type { Hop, HopOf } from '../trace/trace';
import { describeApiGateway } from './apigateway';
import { describeCloudFront } from './cloudfront';
import { describeElasticLoadBalancing } from './elasticloadbalancing';
import { describeLambda } from './lambda';
import { describeS3 } from './s3';

export interface HopDescription {
  /** The service, as AWS names it, e.g. `API Gateway`. */
  readonly service: string;
  readonly sentence: string;
  /** Names and values, e.g. `{ 'Cache key': '/index.html, br' }`. */
  readonly facts: Readonly<Record<string, string>>;
}

export function describeHop(hop: Hop): HopDescription {
  switch (hop.service) {
    case 'apigateway':
      return describeApiGateway(hop);
    case 'cloudfront':
      return describeCloudFront(hop);
    case 'elasticloadbalancing':
      return describeElasticLoadBalancing(hop);
    case 'http':
      return describeHttp(hop);
    case 'lambda':
      return describeLambda(hop);
    case 's3':
      return describeS3(hop);
    case 'cognito':
      return describeCognito(hop);
  }
}

function describeHttp(hop: HopOf<'http'>): HopDescription {
  const sentence =
    hop.event === 'request.failed'
      ? 'an internal error: see the log of the local cloud'
      : `the response broke off in the middle: ${hop.data.message}`;
  return { service: 'Local cloud', sentence, facts: {} };
}
