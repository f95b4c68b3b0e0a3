import { CfnOutput, Fn, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { GreetingApi } from './api/greeting-api';
import { Backend, type BackendProps } from './backend/backend';
import { DeploymentLogs } from './deployment-logs';
import { ApiFirewall } from './edge/api-firewall';
import { isInCloudFrontRegion } from './edge/region';
import { SiteDomain, type SiteDomainProps } from './edge/site-domain';
import { SiteFirewall } from './edge/site-firewall';
import { AlarmTopic } from './monitoring/alarm-topic';
import { StageAlarms } from './monitoring/stage-alarms';
import { StageDashboard } from './monitoring/stage-dashboard';
import { defaultDomainPrefix, signInOrigin, userPoolOrigin } from './sign-in/domain-prefix';
import { SignIn } from './sign-in/sign-in';
import { SiteContent } from './site/site-content';
import { StaticSite } from './site/static-site';

/** Properties of {@link SpaOnAwsStack}. */
export interface SpaOnAwsStackProps extends Pick<
  BackendProps,
  'capacity' | 'minTasks' | 'maxTasks' | 'allowExec'
> {
  /** Name of the stage; `prod` keeps its data and cannot be deleted by accident, all others leave nothing behind. */
  readonly stageName: string;
  /** Directory of the web build. */
  readonly webBuild: string;
  /** Directory of the API's build. */
  readonly apiBuild: string;
  /**
   * First label of managed login's host name, unique within the region.
   *
   * @default spa-{stage}-{8 hex digits of the stack's id}
   */
  readonly domainPrefix?: string;
  /**
   * The region the stack goes to, where that has to be known beforehand: a certificate or a firewall for CloudFront
   * can only be made in us-east-1.
   *
   * @default whichever it is deployed to
   */
  readonly region?: string;
  /**
   * A host name of one's own for the site.
   *
   * @default CloudFront's
   */
  readonly domain?: SiteDomainProps;
  /**
   * Whether there are firewalls: before the API, and before the site too if the stack is known to be in us-east-1.
   *
   * @default false
   */
  readonly waf?: boolean;
  /**
   * ARN of a web ACL of AWS WAF for CloudFront that is to stand before the site, in place of one of the stack's own.
   *
   * @default none
   */
  readonly webAclArn?: string;
  /**
   * Whether everybody needs a second factor.
   *
   * @default false
   */
  readonly mfaRequired?: boolean;
  /**
   * Who is told of alarms.
   *
   * @default nobody: subscribe to the topic
   */
  readonly alarmEmail?: string;
}

/**
 * A whole stage: site, sign-in, backend, API and the site's content, in one stack and one pass.
 *
 * Values flow in that order only. The client knows the site's URL, the site never knows the client (P1): what its
 * headers say about sign-in is the domain prefix, which is known before either.
 */
export class SpaOnAwsStack extends Stack {
  readonly site: StaticSite;
  readonly signIn: SignIn;
  readonly backend: Backend;
  readonly api: GreetingApi;

  constructor(scope: Construct, id: string, props: SpaOnAwsStackProps) {
    const isProd = props.stageName === 'prod';
    super(scope, id, {
      description: `A single-page app and its API, stage ${props.stageName}`,
      terminationProtection: isProd,
      analyticsReporting: false,
      env: props.region ? { region: props.region } : undefined,
    });
    const removalPolicy = isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const domainPrefix = props.domainPrefix ?? defaultDomainPrefix(props.stageName);

    const domain = props.domain && new SiteDomain(this, 'Domain', props.domain);
    const webAclArn = props.webAclArn ?? (props.waf ? this.#siteFirewall() : undefined);
    this.site = new StaticSite(this, 'Site', {
      connectSources: [userPoolOrigin(), signInOrigin(domainPrefix)],
      host: domain,
      webAclArn,
      removalPolicy,
    });
    domain?.pointTo(this.site.distribution);
    this.signIn = new SignIn(this, 'SignIn', {
      siteUrl: this.site.url,
      domainPrefix,
      mfaRequired: props.mfaRequired,
      removalPolicy,
    });
    this.backend = new Backend(this, 'Backend', {
      apiBuild: props.apiBuild,
      tokens: this.signIn.apiTokens,
      pathPrefix: `/${props.stageName}`,
      capacity: props.capacity,
      minTasks: props.minTasks,
      maxTasks: props.maxTasks,
      allowExec: props.allowExec,
      removalPolicy,
    });
    this.api = new GreetingApi(this, 'Api', {
      stageName: props.stageName,
      userPool: this.signIn.userPool,
      scope: this.signIn.apiScope,
      loadBalancer: this.backend.loadBalancer,
      vpcLink: this.backend.vpcLink,
      removalPolicy,
    });
    const { deploymentStage } = this.api.restApi;
    if (props.waf) new ApiFirewall(this, 'ApiFirewall', { stage: deploymentStage });
    else acknowledge(deploymentStage, 'A firewall costs by the month: it is to be asked for.', 'APIG3');
    this.site.routeToApi(this.api);
    new SiteContent(this, 'Content', {
      site: this.site,
      webBuild: props.webBuild,
      config: this.signIn.runtimeConfig,
      logGroup: new DeploymentLogs(this, 'DeploymentLogs').logGroup,
    });

    const measured = { distribution: this.site.distribution, api: this.api, backend: this.backend };
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { email: props.alarmEmail });
    const alarms = new StageAlarms(this, 'Alarms', { ...measured, topic });
    const dashboard = new StageDashboard(this, 'Dashboard', { ...measured, alarms: alarms.everywhere });

    Tags.of(this).add('project', 'spa-on-aws');
    Tags.of(this).add('stage', props.stageName);

    this.#output('SiteUrl', this.site.url, 'The site');
    this.#output('UserPoolId', this.signIn.userPool.userPoolId, 'Where people are added');
    this.#output(
      'UserPoolClientId',
      this.signIn.client.userPoolClientId,
      'The client of the single-page app',
    );
    this.#output('SignInDomain', signInOrigin(domainPrefix), 'Managed login');
    this.#output(
      'ApiEndpoint',
      `https://${this.api.domainName}${this.api.originPath}`,
      'The API, beside the site',
    );
    this.#output('DashboardUrl', dashboard.url, 'How the stage does');
    this.#output('AlarmTopicArn', topic.topicArn, 'Where alarms go');
  }

  /** The region's first two zones, chosen when the stack is deployed: no zone is named in the template. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  #siteFirewall(): string | undefined {
    return isInCloudFrontRegion(this) ? new SiteFirewall(this, 'SiteFirewall').webAclArn : undefined;
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
