import { expect, test } from 'vitest';
import { checkTemplate } from './template';

test('names the macro of a template before it looks at sections that only the macro takes', () => {
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Globals: { Function: { Timeout: 3 } },
    Resources: { Fn: { Type: 'AWS::Serverless::Function', Connectors: {} } },
  };
  expect(() => checkTemplate(template, 'a.yaml')).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_TEMPLATE',
      message: expect.stringContaining('the macro "AWS::Serverless-2016-10-31" runs on AWS only'),
    }),
  );
});
