import type { Template } from '../assembly/template';
import { isDenied } from '../aws/failures';
import type { CheckList } from '../checks/check-list';
import type { Connection } from '../checks/connection';
import { apiGatewayLogsRole, writesApiLogs } from './logs-role';

/** Checks that API Gateway may write the logs a template asks for; credentials that may not know leave it open. */
export async function checkApiGatewayLogs(
  checks: CheckList,
  template: Template,
  { clients, region, words }: Connection,
  signal: AbortSignal,
): Promise<void> {
  if (!writesApiLogs(template)) return;
  try {
    const role = await apiGatewayLogsRole(clients.apiGateway, signal);
    if (role) return checks.passed('API logs', `by ${role}`);
    checks.failed('API logs', {
      problem: `API Gateway may not write logs: ${words} has named no role for it`,
      remedy: `npx nx bootstrap infra --region=${region}`,
    });
  } catch (error) {
    if (!isDenied(error)) throw error;
    checks.unsure('API logs', 'these credentials may not see whether API Gateway may write them');
  }
}
