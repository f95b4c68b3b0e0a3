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

/** Path pattern of requests for the API. */
export const API_PATH_PATTERN = '/api/*';

/** Origin of the API. */
export interface ApiOrigin {
  /** Host name without the scheme, `{id}.execute-api.{region}.amazonaws.com`. */
  readonly domainName: string;
  /** Path of the API's stage, `/{stage}`. CloudFront adds it in front of request paths. */
  readonly originPath: string;
}

/** A custom domain. You create its DNS records, for example with `SiteDomain`. */
export interface CustomDomain {
  /** Domain name, such as `app.example.com`. */
  readonly domainName: string;
  /** Certificate for the domain name in us-east-1. */
  readonly certificate: ICertificate;
}

/** Properties of {@link StaticSite}. */
export interface StaticSiteProps {
  /**
   * Other origins that the page can connect to. They are added to `connect-src` of the Content-Security-Policy.
   *
   * @default none
   */
  readonly connectSources?: readonly string[];
  /**
   * Custom domain of the site.
   *
   * @default CloudFront's domain name, `{id}.cloudfront.net`
   */
  readonly customDomain?: CustomDomain;
  /**
   * ARN of a web ACL (AWS WAF) with scope `CLOUDFRONT` for all requests of the site and its API.
   *
   * @default none
   */
  readonly webAclArn?: string;
  /**
   * Removal policy of the buckets. `DESTROY` also deletes their objects.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A private bucket behind a CloudFront distribution, which serves the single-page app and its configuration.
 * {@link StaticSite.routeToApi} adds the API to the same origin. {@link StaticSite.logs} keeps access logs for 90 days.
 */
export class StaticSite extends Construct {
  /** Bucket of the web build and `config.json`. Only the distribution can read it. */
  readonly bucket: Bucket;
  /** Bucket of the distribution's access logs. */
  readonly logs: Bucket;
  readonly distribution: Distribution;
  /** Origin of the site, `https://{domain}`, without a trailing slash. */
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

    acknowledge(
      this.bucket,
      'Only the distribution reads this bucket, and the distribution has access logs.',
      'S1',
    );
    this.logs = new AccessLogBucket(this, 'AccessLogs', { removalPolicy }).bucket;

    this.#securityHeaders = new SecurityHeaders(this, 'SecurityHeaders', {
      connectSources: props.connectSources,
    });

    const spaFallback = new CloudFrontFunction(this, 'SpaFallback', {
      comment: 'Serves index.html for deep links',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'spa-fallback.js') }),
    });

    const bucketOrigin = S3BucketOrigin.withOriginAccessControl(this.bucket, {
      originAccessControl: new S3OriginAccessControl(this, 'OriginAccessControl', {
        // Names are unique per account, and a stage can be deployed to several regions.
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
      domainNames: props.customDomain && [props.customDomain.domainName],
      certificate: props.customDomain?.certificate,
      ...(props.customDomain ? { minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 } : {}),
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
    acknowledge(this.distribution, 'The site is for users in all countries.', 'CFR1');
    if (!props.customDomain) {
      acknowledge(
        this.distribution,
        'CloudFront does not support a minimum TLS version for its own domain names.',
        'CFR4',
      );
    }
    if (!props.webAclArn) {
      acknowledge(this.distribution, 'AWS WAF has a monthly cost, so it is opt-in.', 'CFR2');
    }
    this.url = `https://${props.customDomain?.domainName ?? this.distribution.distributionDomainName}`;
  }

  /**
   * Routes `/api/*` to an API instead of the bucket. CloudFront does not cache its responses, forwards all viewer headers
   * except `Host`, and passes errors through. It rejects plain HTTP instead of redirecting it, so clients notice that they
   * send tokens unencrypted.
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
