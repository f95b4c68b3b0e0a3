import { expect, test } from 'vitest';
import { onCycles, reachable, resourceGraph } from './resource-graph';

const graph = resourceGraph({
  Resources: {
    Site: { Properties: { Client: { Ref: 'Client' } } },
    Client: { Properties: { Url: { 'Fn::Sub': 'https://${Bucket.Arn}/${!Literal}' } } },
    Bucket: { DependsOn: ['Site'] },
    Config: { Properties: { Id: { 'Fn::GetAtt': ['Client', 'Id'] }, Region: { Ref: 'AWS::Region' } } },
  },
});

test('a resource needs what it refers to in any way, and all that needs', () => {
  expect(reachable(graph, 'Config')).toEqual(new Set(['Client', 'Bucket', 'Site']));
});

test('a cycle is found, and what only leads to it is not on it', () => {
  expect(onCycles(graph)).toEqual(['Site', 'Client', 'Bucket']);
});
