import { expect, test } from 'vitest';
import { fixture, found, mutated, type MutableTemplate } from '../../test/fixtures';
import { checkRules, Subject } from '../rule';
import { alarmsReachSomeone } from './operation-rules';

const remarkOf = async (stack: ReturnType<typeof fixture>) =>
  (await checkRules(new Subject(stack), [alarmsReachSomeone]))[0]?.remark;

test('a stack with termination protection needs a subscriber for its alarms', async () => {
  expect(await remarkOf(fixture('prod'))).toEqual({
    needs: expect.stringMatching(/^a subscription to AlarmTopic\w+, .*alarmEmail/),
  });
  expect(await remarkOf(fixture('dev'))).toBeUndefined();
  expect(await remarkOf({ ...fixture('web-acls'), terminationProtection: true })).toBeUndefined();
});

const contentPolicy = (template: MutableTemplate) =>
  template.the('AWS::IAM::Policy', ({ Properties }) =>
    JSON.stringify(Properties).includes('CreateInvalidation'),
  ).Properties.PolicyDocument;

test.each<[what: string, mutate: (template: MutableTemplate) => void]>([
  [
    'a function that can invalidate every distribution',
    (template) => {
      const document = contentPolicy(template);
      document.Statement = document.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    },
  ],
  [
    'a statement that allows the invalidation of every distribution',
    (template) => {
      const denied = contentPolicy(template).Statement.find(
        ({ Effect }: { Effect: string }) => Effect === 'Deny',
      );
      denied.NotResource = { Ref: 'SiteBucket978D4AEB' };
    },
  ],
])('reports %s', async (_, mutate) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect(result.rules).toEqual(['invalidations-bound-to-distribution']);
});
