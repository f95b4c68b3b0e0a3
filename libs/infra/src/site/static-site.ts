import { join } from 'node:path';
import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as CloudFrontFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  Signing,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { AccessLogBucket } from './access-log-bucket';
import { SecurityHeaders } from './security-headers';

/** Where everything of the API is, below the site's origin. */
export const API_PATH_PATTERN = '/api/*';

/** An API the site hands requests to. */
export interface ApiOrigin {
  /** Host name without scheme, `{id}.execute-api.{region}.amazonaws.com`. */
  readonly domainName: string;
  /** What the origin's paths start with, `/{stage}`. */
  readonly originPath: string;
}

/** A host name of the site's own. */
export interface SiteHost {
  /** `app.example.com`; records that lead to the distribution are not the site's matter. */
  readonly domainName: string;
  /** For the name, in us-east-1. */
  readonly certificate: ICertificate;
}

/** Properties of {@link StaticSite}. */
export interface StaticSiteProps {
  /**
   * Origins the page may connect to besides its own; they become the `connect-src` of its Content-Security-Policy.
   *
   * @default none
   */
  readonly connectSources?: readonly string[];
  /**
   * The host name the site is known by.
   *
   * @default CloudFront's own, `{id}.cloudfront.net`
   */
  readonly host?: SiteHost;
  /**
   * ARN of a firewall in front of the site and the API behind it: a web ACL of AWS WAF, scope `CLOUDFRONT`.
   *
   * @default none
   */
  readonly webAclArn?: string;
  /**
   * What becomes of the buckets when the stack goes. `DESTROY` empties them first.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A private bucket behind a CloudFront distribution: the single-page app, its configuration and, once
 * {@link StaticSite.routeToApi} is called, the API under the same origin. Who asked for what is in
 * {@link StaticSite.logs} for 90 days, without cookies.
 */
export class StaticSite extends Construct {
  /** Holds the web build and `config.json`; only the distribution can read it. */
  readonly bucket: Bucket;
  /** Holds the distribution's access logs. */
  readonly logs: Bucket;
  readonly distribution: Distribution;
  /** Origin of the site, `https://{domain}`, no trailing slash. */
  readonly url: string;

  readonly #securityHeaders: SecurityHeaders;

  constructor(scope: Construct, id: string, props: StaticSiteProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;

    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });

    acknowledge(this.bucket, 'Only the distribution reads it, and the distribution has access logs.', 'S1');
    this.logs = new AccessLogBucket(this, 'AccessLogs', { removalPolicy }).bucket;

    this.#securityHeaders = new SecurityHeaders(this, 'SecurityHeaders', {
      ...(props.connectSources ? { connectSources: props.connectSources } : {}),
    });

    const spaFallback = new CloudFrontFunction(this, 'SpaFallback', {
      comment: 'Answers deep links with index.html',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'spa-fallback.js') }),
    });

    const bucketOrigin = S3BucketOrigin.withOriginAccessControl(this.bucket, {
      originAccessControl: new S3OriginAccessControl(this, 'OriginAccessControl', {
        // Unique per account, not per region, like the policy's name.
        originAccessControlName: `${Stack.of(this).stackName}-${Aws.REGION}`,
        signing: Signing.SIGV4_ALWAYS,
      }),
    });
    const siteBehavior = {
      origin: bucketOrigin,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.#securityHeaders.policy,
    };

    this.distribution = new Distribution(this, 'Distribution', {
      comment: Stack.of(this).stackName,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      priceClass: PriceClass.PRICE_CLASS_100,
      enableLogging: true,
      logBucket: this.logs,
      logIncludesCookies: false,
      domainNames: props.host && [props.host.domainName],
      certificate: props.host?.certificate,
      ...(props.host ? { minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 } : {}),
      webAclId: props.webAclArn,
      defaultBehavior: {
        ...siteBehavior,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        functionAssociations: [{ function: spaFallback, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        [RUNTIME_CONFIG_PATH]: {
          ...siteBehavior,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          compress: false,
        },
      },
    });
    acknowledge(this.distribution, 'A site for people anywhere.', 'CFR1');
    if (!props.host) {
      acknowledge(this.distribution, 'CloudFront does not let go of TLS 1.0 on its own host names.', 'CFR4');
    }
    if (!props.webAclArn) {
      acknowledge(this.distribution, 'A firewall costs by the month: it is to be asked for.', 'CFR2');
    }
    this.url = `https://${props.host?.domainName ?? this.distribution.distributionDomainName}`;
  }

  /**
   * Sends `/api/*` to an API instead of the bucket: nothing cached, every viewer header but `Host` (P10), errors
   * as the API gives them (P3). Plain HTTP is refused, not redirected, so a token is never sent in clear twice.
   */
  routeToApi(api: ApiOrigin): void {
    const origin = new HttpOrigin(api.domainName, {
      originPath: api.originPath,
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    });
    this.distribution.addBehavior(API_PATH_PATTERN, origin, {
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: this.#securityHeaders.policy,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      compress: false,
    });
  }
}
