import { expect, test } from 'vitest';
import { Dependencies } from './dependencies';
import { TemplateDocument } from './template-document';

const dependencies = new Dependencies(
  new TemplateDocument({
    Resources: {
      Site: { Type: 'A::B::C', Properties: { Client: { Ref: 'Client' } } },
      Client: { Type: 'A::B::C', Properties: { Url: { 'Fn::Sub': 'https://${Bucket.Arn}/${!Literal}' } } },
      Bucket: { Type: 'A::B::C', DependsOn: ['Site'] },
      Config: {
        Type: 'A::B::C',
        Properties: { Id: { 'Fn::GetAtt': ['Client', 'Id'] }, Region: { Ref: 'AWS::Region' } },
      },
    },
  }),
);

test('a resource needs what it refers to in any way, and all that needs', () => {
  expect(dependencies.of('Config')).toEqual(new Set(['Client', 'Bucket', 'Site']));
});

test('a cycle is found, and what only leads to it is not on it', () => {
  expect(dependencies.onCycles).toEqual(['Site', 'Client', 'Bucket']);
});
