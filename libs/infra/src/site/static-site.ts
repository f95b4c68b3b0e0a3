import { join } from 'node:path';
import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { GreetingApi } from '../api/greeting-api';
import type { SiteDomain } from '../edge/site-domain';
import type { RetentionProps } from '../retention';
import { SecurityHeaders, type SecurityHeadersProps } from './security-headers';

/** Path pattern of requests for the API. */
const API_PATH_PATTERN = '/api/*';

/** Origin of the API: its host name, the path of its stage, and the headers that CloudFront adds. */
type ApiOrigin = Pick<GreetingApi, 'domainName' | 'originPath' | 'customHeaders'>;

/** Properties of {@link StaticSite}. */
export interface StaticSiteProps extends RetentionProps, SecurityHeadersProps {
  /** Custom domain, and its certificate in us-east-1. @default CloudFront's domain name, `{id}.cloudfront.net` */
  readonly customDomain?: Pick<SiteDomain, 'domainName' | 'certificate'>;
  /** ARN of a web ACL (AWS WAF) with scope `CLOUDFRONT` for all requests of the site and its API. @default none */
  readonly webAclArn?: string;
}

/**
 * A private bucket behind a CloudFront distribution, which serves the single-page app and its configuration.
 * {@link StaticSite.routeToApi} adds the API to the same origin. {@link StaticSite.logs} keeps access logs for 90 days.
 */
export class StaticSite extends Construct {
  /** Bucket of the web build and `config.json`. Only the distribution can read it. */
  readonly bucket: s3.Bucket;
  /** Bucket of the distribution's access logs. */
  readonly logs: s3.Bucket;
  readonly distribution: cloudfront.Distribution;
  /** Origin of the site, `https://{domain}`, without a trailing slash. */
  readonly url: string;

  readonly #securityHeaders: SecurityHeaders;

  constructor(scope: Construct, id: string, props: StaticSiteProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;

    const privateBucket = {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    };
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    });
    acknowledge(
      this.bucket,
      'Only the distribution reads this bucket, and the distribution has access logs.',
      'S1',
    );
    // For standard logs (legacy): the newer version needs resources in us-east-1, and the stack can be in any region.
    this.logs = new s3.Bucket(new Construct(this, 'AccessLogs'), 'Bucket', {
      ...privateBucket,
      // CloudFront adds an access control list to the bucket and writes with it. The bucket's owner owns the objects.
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    acknowledge(this.logs, 'Access logs of the access log bucket are not needed.', 'S1');

    this.#securityHeaders = new SecurityHeaders(this, 'SecurityHeaders', props);

    const spaFallback = new cloudfront.Function(this, 'SpaFallback', {
      comment: 'Serves index.html for deep links',
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'spa-fallback.js') }),
    });

    const bucketOrigin = origins.S3BucketOrigin.withOriginAccessControl(this.bucket, {
      originAccessControl: new cloudfront.S3OriginAccessControl(this, 'OriginAccessControl', {
        // Names are unique per account, and a stage can be deployed to several regions.
        originAccessControlName: `${Stack.of(this).stackName}-${Aws.REGION}`,
      }),
    });
    const siteBehavior = {
      origin: bucketOrigin,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.#securityHeaders.policy,
    };

    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: Stack.of(this).stackName,
      defaultRootObject: 'index.html',
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
      logBucket: this.logs,
      logIncludesCookies: false,
      domainNames: props.customDomain && [props.customDomain.domainName],
      certificate: props.customDomain?.certificate,
      minimumProtocolVersion: props.customDomain && cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      webAclId: props.webAclArn,
      defaultBehavior: {
        ...siteBehavior,
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        functionAssociations: [
          { function: spaFallback, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST },
        ],
      },
      additionalBehaviors: {
        [RUNTIME_CONFIG_PATH]: {
          ...siteBehavior,
          cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
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
  routeToApi({ domainName, originPath, customHeaders }: ApiOrigin): void {
    const origin = new origins.HttpOrigin(domainName, {
      originPath,
      customHeaders,
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
    });
    this.distribution.addBehavior(API_PATH_PATTERN, origin, {
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: this.#securityHeaders.policy,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      compress: false,
    });
  }
}
