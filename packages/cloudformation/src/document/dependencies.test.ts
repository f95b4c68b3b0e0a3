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

test('of() returns direct and indirect dependencies', () => {
  expect(dependencies.of('Config')).toEqual(new Set(['Client', 'Bucket', 'Site']));
});

test('onCycles returns the resources of a cycle, and not those that only depend on it', () => {
  expect(dependencies.onCycles).toEqual(['Site', 'Client', 'Bucket']);
});
