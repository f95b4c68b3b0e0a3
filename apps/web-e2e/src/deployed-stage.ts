import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder that `nx deploy infra` and `nx user infra` write to. */
const OUTPUTS = join(import.meta.dirname, '../../../libs/infra/outputs');

const Stage = z.object({ outputs: z.object({ SiteUrl: z.url(), ApiEndpoint: z.optional(z.url()) }) });

const Account = z.object({ username: z.string(), password: z.string() });

/**
 * Returns the environment, completed with the URLs and test user of a deployed stage if `E2E_DEPLOYED=true`. `DEPLOYED_STAGE`
 * names the stage (default: `dev`). Existing variables take precedence.
 *
 * @throws {Error} with the command to run when this workspace has no outputs or test user of the stage
 */
export function withDeployedStage(environment: Environment, directory = OUTPUTS): Environment {
  if (environment['E2E_DEPLOYED'] !== 'true' || environment['BASE_URL']) return environment;
  const stage = environment['DEPLOYED_STAGE'] || 'dev';
  const option = stage === 'dev' ? '' : ` --stage=${stage}`;
  const { outputs } = Stage.parse(read(join(directory, `${stage}.json`), `npx nx deploy infra${option}`));
  const named = { API_ENDPOINT: outputs.ApiEndpoint, ...environment, BASE_URL: outputs.SiteUrl };
  if (environment['E2E_USERNAME'] || environment['E2E_PASSWORD']) return named;
  const { username, password } = Account.parse(
    read(join(directory, `${stage}.e2e-user.json`), `npx nx user infra${option} --e2e`),
  );
  return { ...named, E2E_USERNAME: username, E2E_PASSWORD: password };
}

function read(file: string, remedy: string): unknown {
  if (!existsSync(file)) throw new Error(`${file} is missing: run "${remedy}" first`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
