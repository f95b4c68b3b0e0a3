import type { LedgerRow } from './ledger-row';

/** Observable behavior of the `Secrets` of ECS containers, and of deployments. */
export const ECS_ROWS: readonly LedgerRow[] = [
  {
    id: 'EC-SE-01',
    behavior:
      '`Secrets` sets variables from Parameter Store, by name or ARN, and from Secrets Manager, by ARN',
    source: 'ecs:specifying-sensitive-data, documented, sure',
    difference: 'IAM is not enforced: the execution role may lack the permission to read them',
  },
  {
    id: 'EC-SE-02',
    behavior:
      '`:json-key:version-stage:version-id` after the ARN of a secret selects a member of its JSON object',
    source: 'ecs:secrets-envvar-secrets-manager, documented, sure',
    difference: 'a secret has one version here, whatever the stage and the id are',
  },
  {
    id: 'EC-SE-03',
    behavior: 'A task whose secret cannot be read does not start',
    source: 'ecs:secrets-envvar-secrets-manager, documented, sure',
    difference:
      'a secret outside of the templates has the value of `--secret` or of the secrets file; without one, nothing starts',
  },
  {
    id: 'EC-SE-04',
    behavior: '`GenerateSecretString` makes a random value with the given length and characters',
    source: 'cfn:aws-properties-secretsmanager-secret-generatesecretstring, documented, sure',
    difference: 'the value is new at each start of the local cloud',
  },
  {
    id: 'EC-DE-01',
    behavior:
      'With the strategies `BLUE_GREEN`, `CANARY` and `LINEAR`, ECS moves requests between two target groups by their weights',
    source: 'ecs:alb-resources-for-blue-green, documented, sure',
    difference:
      'there are no deployments: a target group with weight 0 gets no container and no request, `AdvancedConfiguration` and the alarms have no effect',
  },
];
