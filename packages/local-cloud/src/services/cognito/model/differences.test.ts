import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { optionsFor, start } from '../../../../test/running';
import { startWithSdk } from '../testing/sdk';

const SENDER = { LambdaArn: 'arn:aws:lambda:eu-west-1:000000000000:function:sender', LambdaVersion: 'V1_0' };
const WARNING = /does not call CustomEmailSender: its codes are encrypted with a KMS key/;

test('without its custom sender, the log has the codes of a user pool (CG-TR-15)', async () => {
  const LambdaConfig = { CustomEmailSender: SENDER, KMSKeyID: 'arn:aws:kms:eu-west-1:000000000000:key/1' };
  const { sdk, clientId, lastCode, close } = await startWithSdk({
    pool: { LambdaConfig, AutoVerifiedAttributes: ['email'] },
  });
  const UserAttributes = [{ Name: 'email', Value: 'grace@example.com' }];
  const user = { Username: 'grace', Password: 'Correct-horse-9', UserAttributes };
  await sdk.send(new SignUpCommand({ ClientId: clientId, ...user }));
  expect(lastCode()).toMatch(/^\d{6}$/);
  await close();
});

test('the function of a custom sender need not run here, and the start warns (CG-TR-15)', async () => {
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
  const { warnings, notRun } = await start(options);
  expect(warnings).toEqual([expect.stringMatching(WARNING)]);
  expect(notRun.get('AWS::Lambda::Function')).toBe(1);
});

test('the start warns that users cannot register passkeys (CG-UP-11)', async () => {
  const properties = {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    WebAuthnRelyingPartyID: 'example.com',
    WebAuthnUserVerification: 'required',
  };
  const { warnings } = await start(
    await optionsFor({ Resources: { Pool: { Type: 'AWS::Cognito::UserPool', Properties: properties } } }),
  );
  expect(warnings).toEqual([
    'Users of the user pool Pool cannot register passkeys here. No user is offered WEB_AUTHN.',
  ]);
});
