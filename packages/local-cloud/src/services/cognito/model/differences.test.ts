import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { optionsFor, start } from '../../../../test/running';
import { startWithSdk } from '../testing/sdk';

const SENDER = { LambdaArn: 'arn:aws:lambda:eu-west-1:000000000000:function:sender', LambdaVersion: 'V1_0' };
const WARNING = /does not call CustomEmailSender: its codes are encrypted with a KMS key/;

test('without its custom sender, the log has the codes of a user pool, and the start warns (CG-TR-15)', async () => {
  const LambdaConfig = { CustomEmailSender: SENDER, KMSKeyID: 'arn:aws:kms:eu-west-1:000000000000:key/1' };
  const { sdk, clientId, logged, lastCode, close } = await startWithSdk({
    pool: { LambdaConfig, AutoVerifiedAttributes: ['email'] },
  });
  expect(logged.join()).toMatch(WARNING);
  const UserAttributes = [{ Name: 'email', Value: 'grace@example.com' }];
  const user = { Username: 'grace', Password: 'Correct-horse-9', UserAttributes };
  await sdk.send(new SignUpCommand({ ClientId: clientId, ...user }));
  expect(lastCode()).toMatch(/^\d{6}$/);
  await close();
});

test('the function of a custom sender need not run here (CG-TR-15)', async () => {
  const sender = { LambdaArn: { 'Fn::GetAtt': ['Sender', 'Arn'] }, LambdaVersion: 'V1_0' };
  const options = await optionsFor({
    Resources: {
      Pool: {
        Type: 'AWS::Cognito::UserPool',
        Properties: {
          LambdaConfig: { CustomEmailSender: sender, KMSKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        },
      },
      Key: { Type: 'AWS::KMS::Key', Properties: {} },
      Sender: {
        Type: 'AWS::Lambda::Function',
        Properties: { Runtime: 'python3.13', Handler: 'index.handler', Code: { ZipFile: 'pass' } },
      },
    },
  });
  const { logged, notRun } = await start(options);
  expect(logged.join()).toMatch(WARNING);
  expect(notRun.get('AWS::Lambda::Function')).toBe(1);
});
