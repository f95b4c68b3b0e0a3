import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Properties of {@link AlarmTopic}. */
export interface AlarmTopicProps {
  /**
   * Email address that receives alarms, after its owner confirms the subscription that SNS sends.
   *
   * @default none; add subscriptions to the topic yourself
   */
  readonly email?: string;
  /**
   * Encrypts notifications at rest with a KMS key of its own, because CloudWatch cannot use SNS's AWS managed key. The key has a
   * monthly cost. Notifications contain names, metrics and states of alarms.
   *
   * @default false
   */
  readonly encrypted?: boolean;
}

/** SNS topic that receives alarms. Notifications are encrypted in transit. */
export class AlarmTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps = {}) {
    super(scope, id);
    const cloudWatch = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    // The key encrypts messages in transit only, so no data is lost with it. KMS's minimum waiting period is 7 days.
    const masterKey = props.encrypted
      ? new kms.Key(this, 'Key', {
          description: 'Encrypts alarm notifications',
          enableKeyRotation: true,
          pendingWindow: Duration.days(7),
          removalPolicy: RemovalPolicy.DESTROY,
        })
      : undefined;
    this.topic = new sns.Topic(this, 'Topic', { masterKey, enforceSSL: true });
    // Also grants the use of the key.
    this.topic.grantPublish(cloudWatch);
    if (props.email !== undefined)
      this.topic.addSubscription(new subscriptions.EmailSubscription(props.email));
  }
}
