import { RUNTIME_CONFIG_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as s3deploy from 'aws-cdk-lib/aws-s3-deployment';
import { Duration, Stack, Token, type CfnElement } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { StaticSite } from './static-site';

const CONFIG_KEY = RUNTIME_CONFIG_PATH.slice(1);

/** Properties of {@link SiteContent}. */
export interface SiteContentProps {
  readonly site: StaticSite;
  /** Directory of the web build: `index.html`, and hashed files below `assets/`. */
  readonly webBuild: string;
  /** Runtime configuration of the page, published as `/config.json`. */
  readonly config: RuntimeConfig;
  /** Log group of CDK's function that copies the files. */
  readonly logGroup: logs.ILogGroup;
}

/**
 * Content of the site's bucket, in three deployments. First the hashed assets and the configuration are uploaded, then
 * the HTML that refers to them; the invalidation is last. Open pages keep working in between.
 *
 * Each object belongs to one deployment. A deployment neither uploads nor deletes the files that its filters exclude.
 * CDK applies `exclude` before `include`.
 */
export class SiteContent extends Construct {
  constructor(scope: Construct, id: string, props: SiteContentProps) {
    super(scope, id);
    const destination = { destinationBucket: props.site.bucket, logGroup: props.logGroup };
    const webBuild = s3deploy.Source.asset(props.webBuild);

    const assets = new s3deploy.BucketDeployment(this, 'Assets', {
      ...destination,
      sources: [webBuild],
      exclude: ['*'],
      include: ['assets/*'],
      // Open tabs still request the files of earlier builds.
      prune: false,
      cacheControl: [
        s3deploy.CacheControl.setPublic(),
        s3deploy.CacheControl.maxAge(Duration.days(365)),
        s3deploy.CacheControl.immutable(),
      ],
    });

    const config = new s3deploy.BucketDeployment(this, 'Config', {
      ...destination,
      sources: [s3deploy.Source.jsonData(CONFIG_KEY, props.config)],
      prune: false,
      cacheControl: [s3deploy.CacheControl.noStore()],
    });

    const html = new s3deploy.BucketDeployment(this, 'Html', {
      ...destination,
      sources: [webBuild],
      exclude: ['assets/*', CONFIG_KEY],
      prune: true,
      cacheControl: [s3deploy.CacheControl.noCache()],
      distribution: props.site.distribution,
      distributionPaths: ['/*'],
    });
    html.node.addDependency(assets, config);
    // CDK allows its function to invalidate every distribution of the account.
    html.handlerRole.addToPrincipalPolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
        notResources: [props.site.distribution.distributionArn],
      }),
    );

    const { handlerRole } = assets;
    const stack = Stack.of(this);
    const bucketId = stack.getLogicalId(props.site.bucket.node.defaultChild as CfnElement);
    acknowledge(
      handlerRole,
      'CDK defines the permissions of its function: logs, all assets, all objects of the bucket, all invalidations except those that a statement denies.',
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      ...['GetObject*', 'GetBucket*', 'List*', 'DeleteObject*', 'Abort*'].map(
        (verb) => `IAM5[Action::s3:${verb}]`,
      ),
      `IAM5[Resource::arn:${nagName(stack.partition, 'Partition')}:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-${nagName(stack.region, 'Region')}/*]`,
      `IAM5[Resource::<${bucketId}.Arn>/*]`,
      'IAM5[Resource::*]',
    );
    const handler = handlerRole.node.scope;
    if (handler) acknowledge(handler, 'CDK chooses the runtime of its function.', 'L1');
  }
}

/** Returns a value in cdk-nag's notation: unresolved tokens are written as their pseudo parameter. */
function nagName(value: string, pseudoParameter: string): string {
  return Token.isUnresolved(value) ? `<AWS::${pseudoParameter}>` : value;
}
