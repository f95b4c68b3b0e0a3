import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { AlarmTopic, type AlarmTopicProps } from './alarm-topic';

const template = (props: AlarmTopicProps = {}) =>
  templateOf((stack) => {
    new AlarmTopic(stack, 'Alarms', props);
  });

const fromThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

test('CloudWatch can publish to the topic and use the key, for alarms of this account', () => {
  template().hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Condition: fromThisAccount,
        }),
      ]),
    },
  });
  template({ encrypted: true }).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Condition: fromThisAccount,
        }),
      ]),
    },
  });
});

test('alarms are encrypted in transit', () => {
  template().hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test('encrypted adds a rotated key that is deleted with the stack', () => {
  template().resourceCountIs('AWS::KMS::Key', 0);
  template({ encrypted: true }).hasResourceProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AlarmsKey'), 'Arn'] },
  });
  template({ encrypted: true }).hasResource('AWS::KMS::Key', {
    DeletionPolicy: 'Delete',
    Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
  });
});

test('the only subscription is the given email address', () => {
  template().resourceCountIs('AWS::SNS::Subscription', 0);
  const subscriptions = template({ email: 'ops@example.com' }).findResources('AWS::SNS::Subscription');
  expect(Object.values(subscriptions).map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({ Protocol: 'email', Endpoint: 'ops@example.com' }),
  ]);
});
