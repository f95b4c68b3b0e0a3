import { finding, rule } from '../rule';
import type { Value } from '@spa-on-aws/cloudformation';

const INVALIDATE = 'cloudfront:CreateInvalidation';

export const alarmsReachSomeone = rule(
  'lifecycle',
  'alarms-have-subscribers',
  'the topics of alarms have subscribers, which a stack with termination protection needs',
  function* ({ template, stack }) {
    const alarms = template.ofType('AWS::CloudWatch::Alarm');
    const topics = new Set(
      alarms.flatMap(({ properties }) => properties.get('AlarmActions').items.map(({ key }) => key)),
    );
    const subscribed = template
      .ofType('AWS::SNS::Subscription')
      .map(({ properties }) => properties.get('TopicArn').key);
    const silent = [...topics].filter((topic) => template.resource(topic) && !subscribed.includes(topic));
    if (!stack.terminationProtection || silent.length === 0) return;
    yield {
      needs: `a subscription to ${silent.join(', ')}, which receives the alarms and has no subscriber yet. Set the option alarmEmail, or subscribe to the topic after the deployment`,
    };
  },
);

export const invalidationsAreBound = rule(
  'lifecycle',
  'invalidations-bound-to-distribution',
  'functions that deploy content can only invalidate distributions of this template',
  function* ({ template }) {
    const distributions = template.ofType('AWS::CloudFront::Distribution').map(({ id }) => id);
    const isBound = (resources: Value) =>
      resources.isPresent &&
      resources.items.every((resource) => distributions.some((id) => resource.mentions.has(id)));
    for (const policy of template.ofType('AWS::IAM::Policy')) {
      const statements = policy.properties.get('PolicyDocument', 'Statement').items;
      const about = (effect: string) =>
        statements.filter(
          (statement) =>
            statement.get('Effect').text === effect &&
            statement
              .get('Action')
              .items.some(({ text }) => [INVALIDATE, 'cloudfront:*', '*'].includes(text)),
        );
      if (about('Deny').some((statement) => isBound(statement.get('NotResource')))) continue;
      for (const allowed of about('Allow')) {
        const resources = allowed.get('Resource');
        if (isBound(resources)) continue;
        yield finding(
          resources,
          `${policy.id} allows ${INVALIDATE} on ${resources.text || 'all resources'}: on every distribution of the account`,
          'Use the ARN of the distribution, or deny the action with NotResource and that ARN.',
        );
      }
    }
  },
);
