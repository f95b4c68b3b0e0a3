import { RUNTIME_CONFIG_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
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
  /** What the page learns at run time, published as `/config.json`. */
  readonly config: RuntimeConfig;
  /** Where CDK's function writes what it copied. */
  readonly logGroup: ILogGroup;
}

/**
 * What the site's bucket holds. Each object has one owner (P7), and they go up in an order that never breaks an
 * open page (P8): configuration and hashed assets first, then the HTML that refers to them, then the invalidation.
 *
 * Filters hold for pruning too: a deployment neither uploads nor deletes what it excludes, and CDK's handler
 * applies `exclude` before `include`.
 */
export class SiteContent extends Construct {
  constructor(scope: Construct, id: string, props: SiteContentProps) {
    super(scope, id);
    const destination = { destinationBucket: props.site.bucket, logGroup: props.logGroup };
    const webBuild = Source.asset(props.webBuild);

    const assets = new BucketDeployment(this, 'Assets', {
      ...destination,
      sources: [webBuild],
      exclude: ['*'],
      include: ['assets/*'],
      // Files of earlier builds stay: tabs that are open still ask for them.
      prune: false,
      cacheControl: [
        CacheControl.setPublic(),
        CacheControl.maxAge(Duration.days(365)),
        CacheControl.immutable(),
      ],
    });

    const config = new BucketDeployment(this, 'Config', {
      ...destination,
      sources: [Source.jsonData(CONFIG_KEY, props.config)],
      prune: false,
      cacheControl: [CacheControl.noStore()],
    });

    const html = new BucketDeployment(this, 'Html', {
      ...destination,
      sources: [webBuild],
      exclude: ['assets/*', CONFIG_KEY],
      prune: true,
      cacheControl: [CacheControl.noCache()],
      distribution: props.site.distribution,
      distributionPaths: ['/*'],
    });
    html.node.addDependency(assets, config);
    this.#acknowledgeHandler(assets, props.site.bucket);
  }

  /** CDK's function that copies, one for all deployments of a stack, comes with its role and its runtime. */
  #acknowledgeHandler(deployment: BucketDeployment, bucket: IBucket): void {
    const { handlerRole } = deployment;
    const stack = Stack.of(this);
    const bucketId = stack.getLogicalId(bucket.node.defaultChild as CfnElement);
    acknowledge(
      handlerRole,
      'CDK gives its function the right to write its log.',
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    );
    acknowledge(
      handlerRole,
      'CDK lets its function read any asset of the stage, and write any object of the bucket it copies to.',
      ...['GetObject*', 'GetBucket*', 'List*', 'DeleteObject*', 'Abort*'].map(
        (verb) => `IAM5[Action::s3:${verb}]`,
      ),
      `IAM5[Resource::arn:${known(stack.partition, 'Partition')}:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-${known(stack.region, 'Region')}/*]`,
      `IAM5[Resource::<${bucketId}.Arn>/*]`,
    );
    acknowledge(
      handlerRole,
      'An invalidation names the distribution, and CloudFront lets no right to make one be bound to it.',
      'IAM5[Resource::*]',
    );
    const handler = handlerRole.node.scope;
    if (handler) acknowledge(handler, 'Its runtime is the one CDK tests it with.', 'L1');
  }
}

/** A value of the stack as cdk-nag writes it: what is known only at deployment by the name of its pseudo parameter. */
function known(value: string, pseudoParameter: string): string {
  return Token.isUnresolved(value) ? `<AWS::${pseudoParameter}>` : value;
}
