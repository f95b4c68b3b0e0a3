import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Annotations, CfnOutput, Fn, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { GreetingApi } from './api/greeting-api';
import { Backend, MAX_TASKS, REQUESTS_PER_TASK, type BackendProps } from './backend/backend';
import { FunctionBackend, type FunctionBackendProps } from './backend/function-backend';
import { DeploymentLogs } from './deployment-logs';
import { CLOUDFRONT_REGION, SiteDomain, type SiteDomainProps } from './edge/site-domain';
import { ApiWebAcl, SiteWebAcl } from './edge/web-acls';
import { AlarmTopic } from './monitoring/alarm-topic';
import { StageAlarms } from './monitoring/stage-alarms';
import { StageDashboard } from './monitoring/stage-dashboard';
import {
  SignIn,
  defaultDomainPrefix,
  signInOrigin,
  userPoolOrigin,
  type SignInProps,
} from './sign-in/sign-in';
import { SiteContent, type SiteContentProps } from './site/site-content';
import { StaticSite, type StaticSiteProps } from './site/static-site';

/** Properties of {@link SpaOnAwsStack}. */
export interface SpaOnAwsStackProps
  extends
    Pick<BackendProps, 'apiBuild' | 'minTasks' | 'maxTasks' | 'allowExec' | 'zones' | 'rollout'>,
    Pick<FunctionBackendProps, 'provisionedConcurrency'>,
    Pick<SignInProps, 'mfaRequired' | 'groups'>,
    Pick<StaticSiteProps, 'webAclArn'>,
    Pick<SiteContentProps, 'webBuild'> {
  /** Name of the stage. The stage `prod` retains its data and has termination protection; other stages do not. */
  readonly stageName: string;
  /** Runs the API as containers on EC2 instances or AWS Fargate, or as a Lambda function. @default 'ec2' */
  readonly capacity?: BackendProps['capacity'] | 'lambda';
  /**
   * First label of managed login's domain name. It must be unique within the region.
   *
   * @default spa-{stage}-{8 hex digits of the stack's id}
   */
  readonly domainPrefix?: string;
  /**
   * Region of the stack. Set it to us-east-1 to create a certificate or a web ACL for CloudFront, which must be there.
   *
   * @default the region of the deployment, which synthesis does not know
   */
  readonly region?: string;
  /** Custom domain of the site. @default CloudFront's domain name */
  readonly domain?: SiteDomainProps;
  /** Adds a web ACL (AWS WAF) to the API. If `region` is us-east-1, it also adds one to the site. @default false */
  readonly waf?: boolean;
  /**
   * Closes the API's own endpoint: the API accepts only requests of the distribution, which sends a secret header.
   *
   * @default false
   */
  readonly closeApiEndpoint?: boolean;
  /** Email address that receives alarms. @default none; add subscriptions to the topic yourself */
  readonly alarmEmail?: string;
}

/**
 * All resources of one stage: site, sign-in, backend, API and the site's content. One deployment is enough.
 *
 * Values flow in that order only. The app client refers to the site's URL, but the site does not refer to the app client:
 * its Content-Security-Policy only needs the domain prefix, which is known before both.
 *
 * Construct ids are part of logical ids. Do not rename them: CloudFormation would replace the resources.
 */
export class SpaOnAwsStack extends Stack {
  readonly site: StaticSite;
  readonly signIn: SignIn;
  readonly backend: Backend | FunctionBackend;
  readonly api: GreetingApi;

  constructor(scope: Construct, id: string, props: SpaOnAwsStackProps) {
    const isProd = props.stageName === 'prod';
    super(scope, id, {
      description: `A single-page app and its API, stage ${props.stageName}`,
      terminationProtection: isProd,
      analyticsReporting: false,
      env: { region: props.region },
    });
    const removalPolicy = isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const domainPrefix = props.domainPrefix ?? defaultDomainPrefix(props.stageName);

    const domain = props.domain && new SiteDomain(this, 'Domain', props.domain);
    const siteWebAcl =
      props.waf && !props.webAclArn && this.region === CLOUDFRONT_REGION
        ? new SiteWebAcl(this, 'SiteFirewall')
        : undefined;
    this.site = new StaticSite(this, 'Site', {
      connectSources: [userPoolOrigin(), signInOrigin(domainPrefix)],
      customDomain: domain,
      webAclArn: props.webAclArn ?? siteWebAcl?.webAclArn,
      removalPolicy,
    });
    domain?.addAliasRecords(this.site.distribution);
    this.signIn = new SignIn(this, 'SignIn', {
      siteUrl: this.site.url,
      domainPrefix,
      mfaRequired: props.mfaRequired,
      groups: props.groups,
      removalPolicy,
    });
    const { capacity, ...options } = props;
    const environment = { LOG_LEVEL: 'info', ...this.signIn.apiEnvironment };
    const backendProps = { ...options, environment, removalPolicy };
    this.backend =
      capacity === 'lambda'
        ? new FunctionBackend(this, 'Backend', backendProps)
        : new Backend(this, 'Backend', { ...backendProps, capacity, pathPrefix: `/${props.stageName}` });
    const originSecret = props.closeApiEndpoint
      ? new secretsmanager.Secret(this, 'OriginSecret', {
          description: 'Header that the distribution sends to the API',
          generateSecretString: { passwordLength: 64, excludePunctuation: true },
        })
      : undefined;
    if (originSecret)
      acknowledge(
        originSecret,
        'Only deployments read it, so a rotation would not reach CloudFront.',
        'SMG4',
      );
    this.api = new GreetingApi(this, 'Api', {
      stageName: props.stageName,
      userPool: this.signIn.userPool,
      scope: this.signIn.apiScope,
      target: this.backend,
      referer: originSecret?.secretValue.unsafeUnwrap(),
      requestsPerSecond: (props.maxTasks ?? MAX_TASKS) * REQUESTS_PER_TASK,
      removalPolicy,
    });
    const { deploymentStage } = this.api.restApi;
    if (props.waf) new ApiWebAcl(this, 'ApiFirewall', { stage: deploymentStage });
    else acknowledge(deploymentStage, 'AWS WAF has a monthly cost, so it is opt-in.', 'APIG3');
    this.site.routeToApi(this.api);
    new SiteContent(this, 'Content', {
      site: this.site,
      webBuild: props.webBuild,
      config: this.signIn.runtimeConfig,
      logGroup: new DeploymentLogs(this, 'DeploymentLogs').logGroup,
    });

    const monitored = { distribution: this.site.distribution, api: this.api, backend: this.backend };
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { email: props.alarmEmail, encrypted: isProd });
    if (isProd && !props.alarmEmail) {
      Annotations.of(topic).addInfoV2(
        'alarms',
        'The alarms have no subscriber: set the option alarmEmail, or subscribe to the topic after the deployment.',
      );
    }
    const alarms = new StageAlarms(this, 'Alarms', { ...monitored, topic });
    if (props.rollout) this.backend.rollBackOn(alarms.onErrors);
    const dashboard = new StageDashboard(this, 'Dashboard', { ...monitored, alarms: alarms.inEveryRegion });

    Tags.of(this).add('stage', props.stageName);

    const apiEndpoint = `https://${this.api.domainName}${this.api.originPath}`;
    const outputs = {
      SiteUrl: [this.site.url, 'URL of the site'],
      UserPoolId: [this.signIn.userPool.userPoolId, 'User pool: create users here'],
      UserPoolClientId: [this.signIn.client.userPoolClientId, 'App client of the single-page app'],
      SignInDomain: [signInOrigin(domainPrefix), 'URL of managed login'],
      ...(originSecret ? {} : { ApiEndpoint: [apiEndpoint, 'URL of the API without CloudFront'] }),
      DashboardUrl: [dashboard.url, 'Dashboard of the stage'],
      AlarmTopicArn: [topic.topicArn, 'Topic that receives alarms'],
    } as const;
    for (const [id, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, id, { value, description });
    }
  }

  /** The region's first two availability zones. CloudFormation selects them, so the template contains no zone names. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }
}
