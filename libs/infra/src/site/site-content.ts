import { RUNTIME_CONFIG_PATH, type RuntimeConfig } from '@spa-on-aws/shared-types';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
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
  }
}
